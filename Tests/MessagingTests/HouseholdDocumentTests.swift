import Contracts
import Testing

@testable import Messaging

struct HouseholdDocumentTests {
    private func events(_ text: String) -> Int? {
        let state: Counting.State? = HouseholdDocument.state(reading: Array(text.utf8))
        return state?.events
    }

    @Test("A document counts as read only if all that stands in it would be written again")
    func whole() {
        #expect(events(#"{"events":3}"#) == 3)
        #expect(events(#" { "events" : 3, "none": null } "#) == 3, "spaces and nothing are nothing")
        #expect(events(#"{"events":3,"added":1}"#) == nil, "what a later version has added would be lost")
        #expect(events(#"{"events":3,"added":{}}"#) == nil)
        #expect(events(#"{"events":"3"}"#) == nil)
        #expect(events("") == nil)
    }
}
