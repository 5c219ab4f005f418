import Safeguarding
import TestSupport
import Testing

@testable import MashScreener
@testable import Messaging

struct BrokenDocumentTests {
    @Test(
        "Lost or wrong bytes: whatever is broken in a household's document, nothing of it is read, so nothing is lost")
    func broken() throws {
        var hub = try VirtualHub(at: "2026-04-02T10:00:00Z")
        try hub.refer(children: 2)
        let state = hub.state
        let found = try BrokenDocument.breakUp(state) { HouseholdDocument.state(reading: $0) }
        #expect(found.whole == state)
        #expect(found.readAnyway == [])
        #expect(found.values > 20, "a document with something in it")
    }
}
