import PostgresClient
import Testing

@testable import Messaging
@testable import Notifier

/// That an agency's topic has a notice is on record with whatever takes it off the outbox.
struct DeliveredNoticesTests {
    private func queries(_ rows: [Int64], _ references: [String]) -> [String] {
        Notifier.deliveries(Delivery(rows: rows, references: references)).map {
            "\($0.statement.name) \($0.parameters)"
        }
    }

    @Test("Lost or wrong bytes: what the topics have is marked as delivered, by whole rows and by single notices")
    func marked() {
        let rows = queries([3, 4], [])
        #expect(rows.count == 1 && rows[0].hasPrefix("insert_transmissions") && rows[0].contains("[3, 4]"), "\(rows)")
        let notices = queries([], ["n1"])
        #expect(notices.count == 1 && notices[0].hasPrefix("mark_delivered"), "\(notices)")
        #expect(notices.first?.contains("n1") == true)
        #expect(queries([3], ["n1"]).count == 2)
        #expect(queries([], []).isEmpty)
    }
}
