import Contracts
import JSON
import Messaging

/// A household's document with one value after the other broken.
public enum BrokenDocument {
    /// What came of it.
    public struct Found<State: Sendable>: Sendable {
        /// What is read of the whole document.
        public let whole: State?
        /// Values that were broken.
        public let values: Int
        /// Where, and by what: documents that were read although something in them was broken.
        public let readAnyway: [String]
    }

    /// Breaks every value of the state's document in three ways, one at a time.
    public static func breakUp<State: HouseholdState>(_ state: State, reading read: ([UInt8]) -> State?) throws
        -> Found<State>
    {
        var writer = JSONWriter(reserving: 4096)
        state.write(to: &writer)
        let bytes = writer.bytes
        let document = try JSONDocument(parsing: bytes)
        var values = 0
        var readAnyway: [String] = []
        func breakUp(_ value: JSONValue) {
            values += 1
            // Of a text without its quotes.
            let quote = value.kind == .string ? 1 : 0
            let place = (value.rawBytes.startIndex - quote)..<(value.rawBytes.endIndex + quote)
            for wrong in [#"{"broken":1}"#, #""broken""#, "[17]"] {
                // A text may be any text.
                if wrong == #""broken""#, value.string != nil { continue }
                var changed = bytes
                changed.replaceSubrange(place, with: Array(wrong.utf8))
                if read(changed) != nil { readAnyway.append("\(value.pointer): \(wrong)") }
            }
            for element in value.elements { breakUp(element) }
            for member in value.members { breakUp(member.value) }
        }
        breakUp(document.root)
        return Found(whole: read(bytes), values: values, readAnyway: readAnyway)
    }
}
