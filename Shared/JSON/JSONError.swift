/// Why bytes are not a JSON document that we take. It tells the place, never what stood there.
public struct JSONError: Error, Sendable, Equatable {
    /// What is wrong.
    public enum Code: String, Sendable, CaseIterable {
        /// The document ends in the middle.
        case unexpectedEnd = "unexpected-end"
        /// Another byte than JSON allows here.
        case unexpectedByte = "unexpected-byte"
        /// Bytes that are not UTF-8.
        case invalidUTF8 = "invalid-utf-8"
        /// A backslash before something that JSON does not know.
        case invalidEscape = "invalid-escape"
        /// Half of a surrogate pair.
        case loneSurrogate = "lone-surrogate"
        /// A control character that must be escaped.
        case controlCharacter = "control-character"
        /// Not a number by RFC 8259.
        case invalidNumber = "invalid-number"
        /// A key that its object has already.
        case duplicateKey = "duplicate-key"
        /// Deeper than the limit.
        case tooDeep = "too-deep"
        /// More bytes than the limit.
        case tooLarge = "too-large"
        /// A string longer than the limit.
        case stringTooLong = "string-too-long"
        /// Something after the document.
        case trailingBytes = "trailing-bytes"
    }

    /// What is wrong.
    public let code: Code
    /// The byte at which it was noticed, counted from 0.
    public let offset: Int
    /// The JSON Pointer of the innermost value that was begun there; of a member without a value its key's, or its object's if
    /// the key cannot be read.
    public let pointer: String

    init(code: Code, offset: Int, pointer: String = "") {
        self.code = code
        self.offset = offset
        self.pointer = pointer
    }
}

extension JSONError: CustomStringConvertible {
    /// Code and place.
    public var description: String { "\(code.rawValue) at byte \(offset)" }
}
