import JSON

/// The JSON reader: what it takes can be written and read again, in any spelling; its limits are what they say; every value
/// is where its pointer says.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = inputBytes(data, size)
    let document = parse(bytes, .event)
    checkLimits(bytes, document)
    guard case .success(let document) = document else { return 0 }
    for spelling in [Spelling.plain, .escaped, .spaced] {
        let rewritten = spelling.write(document.root)
        guard case .success(let again) = parse(rewritten, .unlimited) else {
            broken("what was read, written \(spelling), is not read")
        }
        promise(isSame(document.root, again.root), "what was read, written \(spelling), reads as something else")
    }
    var budget = 200
    checkPlaces(document.root, in: document, pointer: "", &budget)
    return 0
}

private func parse(_ bytes: [UInt8], _ limits: JSONLimits) -> Result<JSONDocument, JSONError> {
    do throws(JSONError) { return .success(try JSONDocument(parsing: bytes, limits: limits)) } catch {
        promise((0...bytes.count).contains(error.offset), "the place of an error lies outside of the document")
        return .failure(error)
    }
}

/// Each limit refuses exactly what is beyond it, with its own name; tight ones are met by small inputs.
private func checkLimits(_ bytes: [UInt8], _ generous: Result<JSONDocument, JSONError>) {
    let tight = JSONLimits(maximumBytes: 400, maximumDepth: 4, maximumStringCharacters: 12)
    let limits: Set<JSONError.Code> = [.tooLarge, .tooDeep, .stringTooLong]
    switch (generous, parse(bytes, tight)) {
    case (.success(let document), let outcome):
        let size = Size(of: document.root)
        promise(bytes.count <= JSONLimits.event.maximumBytes, "a document beyond the limit is taken")
        promise(size.depth <= JSONLimits.event.maximumDepth, "a document deeper than the limit is taken")
        promise(
            size.characters <= JSONLimits.event.maximumStringCharacters, "a string longer than the limit is taken")
        let fits =
            bytes.count <= tight.maximumBytes && size.depth <= tight.maximumDepth
            && size.characters <= tight.maximumStringCharacters
        switch outcome {
        case .success: promise(fits, "a document beyond tight limits is taken")
        case .failure(let error):
            promise(!fits, "a document within tight limits is refused: \(error)")
            promise(limits.contains(error.code), "a document beyond tight limits is refused for another reason")
        }
    case (.failure, .success): broken("a document that is refused is taken under tighter limits")
    case (.failure, .failure): break
    }
}

/// What the limits count.
private struct Size {
    var depth = 0
    var characters = 0

    init(of value: JSONValue, depth: Int = 0) {
        if value.kind == .array || value.kind == .object { self.depth = depth + 1 }
        if let text = value.string { count(text) }
        for element in value.elements { include(Size(of: element, depth: depth + 1)) }
        for (key, value) in value.members {
            count(key)
            include(Size(of: value, depth: depth + 1))
        }
    }

    private mutating func count(_ text: String) { characters = max(characters, text.unicodeScalars.count) }

    private mutating func include(_ other: Size) {
        depth = max(depth, other.depth)
        characters = max(characters, other.characters)
    }
}

/// A pointer leads to its value, a key to its member; and no key stands twice.
private func checkPlaces(_ value: JSONValue, in document: JSONDocument, pointer: String, _ budget: inout Int) {
    budget -= 1
    guard budget > 0 else { return }
    promise(isSame(value.pointer, pointer), "a value's pointer leads elsewhere")
    promise(value.count == max(value.elements.count, value.members.count), "a value's count is not its parts'")
    for (place, element) in value.elements.enumerated() {
        checkPlaces(element, in: document, pointer: "\(pointer)/\(place)", &budget)
    }
    for (key, member) in value.members {
        guard let found = value[key: key] else { broken("a member is not found by its key") }
        promise(isSame(found.pointer, member.pointer), "a key leads to another member")
        checkPlaces(member, in: document, pointer: pointer + "/" + escaped(key), &budget)
    }
}

private func escaped(_ key: String) -> String {
    var pointer = ""
    for scalar in key.unicodeScalars {
        switch scalar {
        case "~": pointer += "~0"
        case "/": pointer += "~1"
        default: pointer.unicodeScalars.append(scalar)
        }
    }
    return pointer
}
