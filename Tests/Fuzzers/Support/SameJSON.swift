import JSON

/// Whether two values say the same, byte for byte where they are texts: Swift's own comparison takes two spellings of one
/// accented letter for equal, and JSON does not.
func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
    guard left.kind == right.kind, left.count == right.count else { return false }
    switch left.kind {
    case .null: return true
    case .bool: return left.bool == right.bool
    case .number:
        return left.rawBytes == right.rawBytes && left.int64 == right.int64 && left.double == right.double
    case .string: return isSame(left.string, right.string)
    case .array: return zip(left.elements, right.elements).allSatisfy { isSame($0, $1) }
    case .object:
        return zip(left.members, right.members).allSatisfy { isSame($0.key, $1.key) && isSame($0.value, $1.value) }
    }
}

/// Whether two texts are the same bytes.
func isSame(_ left: String?, _ right: String?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return left.utf8.elementsEqual(right.utf8)
}
