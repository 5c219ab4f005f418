import Contracts
import JSON
import Safeguarding
import Testing

@testable import MashScreener
@testable import Messaging

/// A household's document with one value after the other broken.
struct BrokenDocumentTests {
    @Test(
        "Lost or wrong bytes: whatever is broken in a household's document, nothing of it is read, so nothing is lost")
    func broken() throws {
        var desk = try Desk(at: "2026-04-02T10:00:00Z")
        try desk.refer(children: 2)
        let state = desk.state
        var writer = JSONWriter(reserving: 4096)
        state.write(to: &writer)
        let bytes = writer.bytes
        let whole: ScreeningDesk? = HouseholdDocument.state(reading: bytes)
        #expect(whole == state)
        let document = try JSONDocument(parsing: bytes)
        var values = 0
        func breakUp(_ value: JSONValue) {
            values += 1
            // Of a text without its quotes.
            let quote = value.kind == .string ? 1 : 0
            let place = (value.rawBytes.startIndex - quote)..<(value.rawBytes.endIndex + quote)
            for wrong in [#"{"broken":1}"#, #""broken""#, "[17]"] {
                var changed = bytes
                changed.replaceSubrange(place, with: Array(wrong.utf8))
                // A text may be any text.
                if wrong == #""broken""#, value.string != nil { continue }
                let read: ScreeningDesk? = HouseholdDocument.state(reading: changed)
                #expect(read == nil, "\(value.pointer): \(wrong)")
            }
            for element in value.elements { breakUp(element) }
            for member in value.members { breakUp(member.value) }
        }
        breakUp(document.root)
        #expect(values > 20, "a document with something in it")
    }
}
