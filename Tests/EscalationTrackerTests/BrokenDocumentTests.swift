import Contracts
import JSON
import Safeguarding
import Testing

@testable import EscalationTracker
@testable import Messaging

/// A household's document with one value after the other broken.
struct BrokenDocumentTests {
    @Test(
        "Lost or wrong bytes: whatever is broken in a household's document, nothing of it is read, so nothing is lost")
    func broken() throws {
        var partnership = try VirtualPartnership()
        try partnership.prologue(children: [VirtualPartnership.child, VirtualPartnership.sibling])
        try partnership.decide(children: [VirtualPartnership.child, VirtualPartnership.sibling])
        let state = partnership.casebook
        var writer = JSONWriter(reserving: 4096)
        state.write(to: &writer)
        let bytes = writer.bytes
        let whole: Casebook? = HouseholdDocument.state(reading: bytes)
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
                let read: Casebook? = HouseholdDocument.state(reading: changed)
                #expect(read == nil, "\(value.pointer): \(wrong)")
            }
            for element in value.elements { breakUp(element) }
            for member in value.members { breakUp(member.value) }
        }
        breakUp(document.root)
        #expect(values > 60, "a document with something in it")
    }
}
