/// A JSON document that has been checked whole: strict RFC 8259, no duplicate keys, within limits.
public struct JSONDocument: Sendable {
    let bytes: [UInt8]
    let tokens: [JSONToken]

    /// Checks the bytes; what is not asked for later is never decoded.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .event) throws(JSONError) {
        var builder: JSONTapeBuilder?
        var failure: JSONError?
        bytes.withUnsafeBufferPointer { buffer in
            var tape = JSONTapeBuilder(buffer, limits: limits)
            do throws(JSONError) { try tape.build() } catch { failure = error }
            builder = tape
        }
        if let failure { throw failure }
        self.bytes = bytes
        tokens = builder?.tokens ?? []
    }

    /// The outermost value.
    public var root: JSONValue { JSONValue(document: self, index: 0, pointerRoot: "") }
}
