/// The text of a string token that has been checked.
package func unescapedString(_ token: JSONToken, in bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard token.hasEscapes else { return String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self) }
    return String(decoding: unescapedBytes(token, in: bytes), as: UTF8.self)
}

/// The text of a string token that has been checked, in UTF-8.
package func unescapedBytes(_ token: JSONToken, in bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let raw = UnsafeBufferPointer(rebasing: bytes[Int(token.start)..<Int(token.end)])
    guard token.hasEscapes else { return Array(raw) }
    var text: [UInt8] = []
    text.reserveCapacity(raw.count)
    var place = 0
    while place < raw.count {
        guard raw[place] == 0x5C else {
            text.append(raw[place])
            place += 1
            continue
        }
        switch raw[place + 1] {
        case 0x62: text.append(0x08)
        case 0x66: text.append(0x0C)
        case 0x6E: text.append(0x0A)
        case 0x72: text.append(0x0D)
        case 0x74: text.append(0x09)
        case 0x75:
            place += appendScalar(at: place, of: raw, to: &text)
            continue
        case let other: text.append(other)
        }
        place += 2
    }
    return text
}

/// Appends the scalar of a `\u` escape, or of a pair of them; how many bytes that were.
private func appendScalar(at place: Int, of raw: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) -> Int {
    func unit(_ start: Int) -> UInt32 {
        raw[start..<start + 4].reduce(0) { $0 << 4 | UInt32(hexadecimalValue($1) ?? 0) }
    }
    let first = unit(place + 2)
    let isPair = first & 0xFC00 == 0xD800
    let value = isPair ? 0x10000 + (first & 0x3FF) << 10 + (unit(place + 8) & 0x3FF) : first
    if let scalar = Unicode.Scalar(value) {
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    return isPair ? 12 : 6
}

package func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}

/// A key as a part of a JSON Pointer. By bytes: a slash with an accent on it is one character to Swift, and a slash to
/// whoever reads the pointer.
package func escapedPointer(_ key: String) -> String {
    guard key.utf8.contains(where: { $0 == 0x7E || $0 == 0x2F }) else { return key }
    var escaped: [UInt8] = []
    for byte in key.utf8 {
        switch byte {
        case 0x7E: escaped += [0x7E, 0x30]
        case 0x2F: escaped += [0x7E, 0x31]
        default: escaped.append(byte)
        }
    }
    return String(decoding: escaped, as: UTF8.self)
}
