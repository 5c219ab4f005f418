import Contracts
import JSON
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging
@testable import ReferralIntake

/// Views that wait in the table for their decision.
extension IntakeDatabaseTests {
    @Test("trial A8: views that wait are handed back when their time is over, and go on when their decision comes")
    func waiting() async throws {
        try await withTables { tables in
            let time = tables.intake.now.rfc3339
            func consult(_ id: String, _ decision: String, _ tables: inout Tables) throws -> KafkaMessage {
                try tables.intake.record(
                    "consultation.recorded.v2", as: "police", id: id, time: time,
                    Events.consultation(of: "police", on: decision))
            }
            let involved = try tables.intake.record(
                "involvement.opened.v1", as: "csc", id: "i", time: time, Events.involvement("CSC"))
            _ = try await tables.take([involved])
            let waiting = try await tables.take([
                try consult("a", "D1", &tables), try consult("b", "D2", &tables), try consult("c", "D1", &tables),
            ])
            #expect(waiting.compactMap { $0.event.data["waitingFor"]?["id"]?.string } == ["D1", "D2", "D1"])
            let again = try await tables.take([try consult("b", "D2", &tables)])
            #expect(
                again.first?.event.data["waitingFor"]?["until"]?.string
                    == waiting[1].event.data["waitingFor"]?["until"]?.string)
            let decided = try await tables.take([
                try tables.intake.record("decision.changed.v1", as: "csc", id: "d", time: time, Events.decision("D1"))
            ])
            #expect(
                decided.facts.map(\.type)
                    == [ConsultationFact.type.text, ConsultationFact.type.text, DecisionFact.type.text])
            #expect(decided.facts.compactMap { $0.event.data["fact"]?["eventId"]?.string } == ["a", "c", "d"])
            // One that has gone on waits to be told that it counts, with or without its decision in the batch.
            let late = try await tables.take([try consult("e", "D1", &tables)])
            #expect(late.facts.count == 1 && late.receipts.first?.event.data["waitingFor"]?["id"]?.string == "D1")
            #expect(
                try await tables.database.count(
                    "SELECT count(*) FROM referral_intake.waiting_event WHERE content IS NULL") == 3)
            for fact in decided.facts.prefix(2) + late.facts {
                let counted = try await tables.take([try tables.intake.ruling(on: fact)])
                #expect(counted.map(\.isAccepted) == [true] && counted.first?.event.data["waitingFor"] == nil)
            }
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.waiting_event") == 1)
            #expect(try await tables.sweep().isEmpty)
            try await tables.database.moveClock(bySeconds: 60 * 86_400)
            let back = try await tables.sweep()
            // It came twice, and each of its records is answered.
            #expect(back.map(\.codes) == [["decision-not-made"], ["decision-not-made"]])
            #expect(back.compactMap { $0.event.data["eventId"]?.string } == ["b", "b"])
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.waiting_event") == 0)
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.deadline") == 0)
        }
    }

    @Test(
        "trial A8: of an agency whose twenty views wait in the database one more is refused, and another's waits beside them"
    )
    func manyWaiting() async throws {
        try await withTables { tables in
            try await tables.database.run(
                """
                INSERT INTO referral_intake.waiting_event (event, subject, agency, event_id, happened_at, content)
                SELECT gen_random_uuid(), 'decision/csc/D1', 'police', 'e' || n, app.now(), '{}' FROM generate_series(1, 20) n
                """)
            let time = tables.intake.now.rfc3339
            let one = try tables.intake.record(
                "consultation.recorded.v2", as: "police", id: "1", time: time, Events.consultation(of: "police"))
            let another = try tables.intake.record(
                "consultation.recorded.v2", as: "csc", id: "2", time: time, Events.consultation(of: "csc"))
            #expect(try await tables.take([one]).map(\.codes) == [["too-many-waiting"]])
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.waiting_event") == 20)
            #expect(try await tables.take([another]).map(\.isAccepted) == [true])
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.waiting_event") == 21)
        }
    }
}
