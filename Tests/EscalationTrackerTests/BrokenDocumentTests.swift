import Safeguarding
import TestSupport
import Testing

@testable import EscalationTracker
@testable import Messaging

struct BrokenDocumentTests {
    @Test(
        "Lost or wrong bytes: whatever is broken in a household's document, nothing of it is read, so nothing is lost")
    func broken() throws {
        var partnership = try VirtualPartnership()
        try partnership.prologue(children: [VirtualPartnership.child, VirtualPartnership.sibling])
        try partnership.decide(children: [VirtualPartnership.child, VirtualPartnership.sibling])
        try partnership.answer(.consultationRequested, as: "police")
        let state = partnership.state
        let found = try BrokenDocument.breakUp(state) { HouseholdDocument.state(reading: $0) }
        #expect(found.whole == state)
        #expect(found.readAnyway == [])
        #expect(found.values > 60, "a document with something in it")
    }
}
