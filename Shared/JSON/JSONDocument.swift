/// A JSON document that has been checked whole: strict RFC 8259, no duplicate keys, within limits.
public struct JSONDocument: Sendable {
    package let bytes: [UInt8]
    package let tokens: [JSONToken]
    /// The marks of all strings together, keys included.
    package let marks: TextMarks

    /// Checks the bytes; what is not asked for later is never decoded.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .event) throws(JSONError) {
        try self.init(bytes, limits: limits, marksLongTexts: false)
    }

    /// An event's document: a text past its limit is marked and not refused yet, so that its sender reads which one it is.
    package init(parsingEvent bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        try self.init(bytes, limits: limits, marksLongTexts: true)
    }

    private init(_ bytes: [UInt8], limits: JSONLimits, marksLongTexts: Bool) throws(JSONError) {
        var builder: JSONTapeBuilder?
        var failure: JSONError?
        bytes.withUnsafeBufferPointer { buffer in
            var tape = JSONTapeBuilder(buffer, limits: limits, marksLongTexts: marksLongTexts)
            do throws(JSONError) { try tape.build() } catch {
                let pointer = error.pointer.isEmpty ? tape.pointer : error.pointer
                failure = JSONError(code: error.code, offset: error.offset, pointer: pointer)
            }
            builder = tape
        }
        if let failure { throw failure }
        self.bytes = bytes
        tokens = builder?.tokens ?? []
        marks = builder?.marks ?? []
    }

    /// The outermost value.
    public var root: JSONValue { value(at: 0) }

    /// The value of a token, whose pointers begin with `pointerRoot` where the document is only part of an event.
    package func value(at index: Int, pointerRoot: String = "") -> JSONValue {
        JSONValue(document: self, index: index, pointerRoot: pointerRoot)
    }
}
