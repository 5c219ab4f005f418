import Contracts
import JSON
import Messaging
import Safeguarding
import TestSupport
import Testing

/// A household that a service cannot go on with, from the one way in to the receipts.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct ParkedHouseholdTests {
    @Test("trial A2: who sends about a parked household hears that it waits, and once it is mended what was decided")
    func told() async throws {
        try await withPartnership { partnership in
            let database = partnership.database
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.settle()
            try await database.run(
                """
                CREATE TABLE app.whole AS SELECT household, state FROM escalation_tracker.household_state;
                UPDATE escalation_tracker.household_state SET state = 'broken', version = version + 1;
                """)
            // The first cannot be handled, the others wait behind it; intake itself has let the second in.
            let decision = try await partnership.publish(
                "decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            let ended = try await partnership.publish(
                "involvement.closed", as: "school-hill",
                data: #"{"children":[{"ref":"SCH-A"}],"until":"2026-01-20","reason":"A place elsewhere."}"#)
            let waiting = try await partnership.hear(atLeast: 2) { $0.data["waitingFor"] != nil }
            #expect(waiting.compactMap { $0.data["eventId"]?.string }.sorted() == [decision, ended].sorted())
            #expect(waiting.compactMap { $0.data["waitingFor"]?["id"]?.string }.sorted() == [decision, ended].sorted())
            #expect(waiting.allSatisfy { $0.data["waitingFor"]?["kind"]?.string == "operator" })
            #expect(Set(waiting.map(\.agency)) == ["csc", "school-hill"])
            // A view says that it waits for its decision, as it would if there were none (N4).
            let view = try await partnership.publish(
                "consultation.recorded", as: "police", data: SampleEvents.consultation(of: "police"))
            let early = try await partnership.hear(atLeast: 1) { $0.data["eventId"]?.string == view }
            #expect(early.map { $0.data["waitingFor"]?["kind"]?.string } == ["decision"])

            try await database.run(
                """
                UPDATE escalation_tracker.household_state s SET state = w.state, version = s.version + 1
                FROM app.whole w WHERE w.household = s.household
                """)
            let letters = try await database.texts(
                """
                SELECT 'escalation-tracker/' || topic || '/' || partition || '/' || message_offset
                FROM escalation_tracker.parked_household
                """)
            let letter = try #require(letters.first)
            let released = try await partnership.keepsight(
                ["dead-letters", "release", letter, "--by", "Sam Example, operator", "--reason", "mended"])
            #expect(released.status == 0, "\(released.text)")
            let receipts = try await partnership.hear(atLeast: 2) {
                $0.data["eventId"]?.string == decision && $0.type.contains("receipt")
            }
            #expect(receipts.map(\.type) == [ReceiptAccepted.type.text, ReceiptAccepted.type.text])
            #expect(receipts.last?.data["waitingFor"] == nil && Set(receipts.map(\.eventID)).count == 2)
            #expect(try await partnership.receipt(of: view)?.type == ReceiptAccepted.type.text)
            try await partnership.settle()
            let lines = await partnership.receiptLines()
            #expect(lines.filter { $0.hasPrefix(decision) || $0.hasPrefix(ended) }.count == 4)
            #expect(lines.filter { $0.hasPrefix(view) } == ["\(view) accepted"])
        }
    }

    @Test("trial A2, E2: every record of a decision that waits is answered when an operator discards it")
    func discarded() async throws {
        try await withPartnership { partnership in
            let database = partnership.database
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.settle()
            try await database.run(
                """
                CREATE TABLE app.whole AS SELECT household, state FROM escalation_tracker.household_state;
                UPDATE escalation_tracker.household_state SET state = 'broken', version = version + 1;
                """)
            let (time, data) = (Partnership.now, SampleEvents.decision(children: ["A"]))
            func publish() async throws {
                try await partnership.publish("decision.changed", as: "csc", id: "taken-out", time: time, data: data)
            }
            func receipts(_ count: Int, _ type: String) async throws -> [Partnership.Heard] {
                try await partnership.hear(atLeast: count) {
                    $0.type == type && $0.data["eventId"]?.string == "taken-out"
                }
            }
            try await publish()
            _ = try await receipts(1, ReceiptAccepted.type.text)
            try await publish()
            while try await database.count(
                "SELECT count(*) FROM referral_intake.journal WHERE askers IS NOT NULL") == 0
            { try await Task.sleep(for: .milliseconds(50)) }
            try await database.run(
                """
                UPDATE escalation_tracker.household_state s SET state = w.state, version = s.version + 1
                FROM app.whole w WHERE w.household = s.household
                """)
            let letter = try #require(
                try await database.texts(
                    """
                    SELECT 'escalation-tracker/' || topic || '/' || partition || '/' || message_offset
                    FROM escalation_tracker.parked_household
                    """
                ).first)
            let answer = try await partnership.keepsight(
                ["dead-letters", "discard", letter, "--by", "Sam Example, operator", "--reason", "not to be mended"])
            #expect(answer.status == 0, "\(answer.text)")
            let refused = try await receipts(2, ReceiptRefused.type.text)
            #expect(
                refused.map { $0.data["reasons"]?.elements.first?["code"]?.string }
                    == ["discarded-by-operator", "discarded-by-operator"])
            #expect(Set(refused.compactMap { $0.data["record"]?["offset"]?.int64 }).count == 2)
            // Another event may take the id: it says something else.
            try await partnership.publish(
                "decision.changed", as: "csc", id: "taken-out", time: time,
                data: data.replacing(#""version":1"#, with: #""version":1,"note":"again""#))
            let accepted = try await partnership.hear(atLeast: 1) {
                $0.type == ReceiptAccepted.type.text && $0.data["eventId"]?.string == "taken-out"
                    && $0.data["waitingFor"] == nil
            }
            #expect(accepted.count == 1)
        }
    }
}
