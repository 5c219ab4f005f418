/// One value of a document: a cursor, cheap to copy.
public struct JSONValue: Sendable {
    /// What a value can be.
    public enum Kind: String, Sendable {
        /// `null`
        case null
        /// `true` or `false`
        case bool = "boolean"
        /// A number.
        case number
        /// A string.
        case string
        /// An array.
        case array
        /// An object.
        case object
    }

    package let document: JSONDocument
    package let index: Int
    /// What stands before the document's own pointers, where the document is only part of an event.
    package let pointerRoot: String

    /// The byte of the document at which it begins, counted from 0.
    public var offset: Int { Int(token.start) }

    private var token: JSONToken { document.tokens[index] }

    /// What it is.
    public var kind: Kind {
        switch token.kind {
        case .null: .null
        case .true, .false: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// Whether it is `null`; a member that is absent is no value at all.
    public var isNull: Bool { token.kind == .null }

    /// The boolean, if it is one.
    public var bool: Bool? {
        switch token.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// The text, if it is a string.
    public var string: String? {
        guard token.kind == .string else { return nil }
        return document.bytes.withUnsafeBufferPointer { unescapedString(token, in: $0) }
    }

    /// The number, if it is a whole one and fits, however it is written: `1`, `1.0` and `10e-1` are the same number.
    public var int64: Int64? {
        guard token.kind == .number else { return nil }
        return document.bytes.withUnsafeBufferPointer { bytes in
            let digits = UnsafeBufferPointer(rebasing: bytes[Int(token.start)..<Int(token.end)])
            return wholeNumber(digits) ?? DecimalForm(digits)?.int64
        }
    }

    /// The number, if it is one that is finite as a double.
    public var double: Double? {
        guard token.kind == .number, let value = Double(String(decoding: rawBytes, as: UTF8.self)), value.isFinite
        else {
            return nil
        }
        return value
    }

    /// What stands in it, if it is a string.
    package var marks: TextMarks { token.marks }

    /// Elements of an array, members of an object, 0 for anything else.
    public var count: Int { Int(token.count) }

    /// The value's own bytes, as they came; a string without its quotes.
    public var rawBytes: ArraySlice<UInt8> { document.bytes[Int(token.start)..<Int(token.end)] }

    /// The member with that key, if this is an object and has it.
    public subscript(_ key: StaticString) -> JSONValue? {
        member { token in
            guard !token.hasEscapes else {
                return text(token, is: "\(key)")
            }
            let length = Int(token.end - token.start)
            guard length == key.utf8CodeUnitCount else { return false }
            return document.bytes.withUnsafeBufferPointer { bytes in
                for place in 0..<length where bytes[Int(token.start) + place] != key.utf8Start[place] { return false }
                return true
            }
        }
    }

    /// The member with that key, if this is an object and has it.
    public subscript(key key: String) -> JSONValue? {
        member { text($0, is: key) }
    }

    /// The elements of an array in order; nothing for anything else.
    public var elements: [JSONValue] {
        guard token.kind == .array else { return [] }
        var elements: [JSONValue] = []
        elements.reserveCapacity(count)
        var place = index + 1
        for _ in 0..<count {
            elements.append(at(place))
            place = Int(document.tokens[place].next)
        }
        return elements
    }

    /// The members of an object in order; nothing for anything else.
    public var members: [(key: String, value: JSONValue)] {
        guard token.kind == .object else { return [] }
        var members: [(key: String, value: JSONValue)] = []
        members.reserveCapacity(count)
        var place = index + 1
        for _ in 0..<count {
            members.append((at(place).string ?? "", at(place + 1)))
            place = Int(document.tokens[place + 1].next)
        }
        return members
    }

    /// The JSON Pointer (RFC 6901) of this value, found by walking down from the root: only a refusal needs it, so only
    /// a refusal pays for it. Behind a key that makes it longer than `JSONPointerWalk.maximumBytes` it names the place around.
    public var pointer: String {
        var walk = JSONPointerWalk(document, from: pointerRoot)
        return walk.place(of: index).pointer
    }

    /// The pointer of a member that is missing.
    package func pointer(toMissing key: StaticString) -> String { pointer + "/" + escapedPointer("\(key)") }

    private func member(where isKey: (JSONToken) -> Bool) -> JSONValue? {
        guard token.kind == .object else { return nil }
        var place = index + 1
        for _ in 0..<count {
            if isKey(document.tokens[place]) { return at(place + 1) }
            place = Int(document.tokens[place + 1].next)
        }
        return nil
    }

    /// By bytes: Swift takes texts for equal that Unicode takes for equivalent, and JSON does not.
    private func text(_ token: JSONToken, is other: String) -> Bool {
        document.bytes.withUnsafeBufferPointer { unescapedBytes(token, in: $0) }.elementsEqual(other.utf8)
    }

    func at(_ index: Int) -> JSONValue {
        JSONValue(document: document, index: index, pointerRoot: pointerRoot)
    }
}
