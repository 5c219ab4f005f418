import Contracts
import KafkaClient
import PostgresClient
import Safeguarding
import TestSupport
import Testing

@testable import Messaging

struct OutageTests {
    @Test("An outage is said when it begins, when its cause changes and when it ends, however often it is tried")
    func saidOnce() {
        var outage = Outage()
        let before = outage.ended()
        #expect(before == nil)
        let lines = ["a", "a", "a", "b", "b", "a"].map { outage.failed(because: $0) }
        #expect(lines == [.begins, nil, nil, .changes, nil, .changes])
        #expect(outage.attempts == 6)
        let ends = [outage.ended(), outage.ended()]
        #expect(ends == [0, nil])
        let again = outage.failed(because: "a")
        #expect(again == .begins)
    }
}
