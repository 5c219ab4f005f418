import Foundation
import KafkaClient
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging

/// What a relay does after a call that failed: the broker may have all of it, some of it, or nothing.
extension RelayTests {
    @Test("After a call that failed, what stands on its topic all the same is deleted and not published again")
    func foundAfterFailure() async throws {
        try await withRelay { relay, database, _, wide in
            try await write([(wide, "a", "1"), (wide, "a", "2"), (wide, "a", "3")], .apart, database)
            let connection = try await database.connect(schema: "escalation_tracker")
            let lead = Relay.Lead(connection: connection, lease: try await Lease.take("relay", on: connection))
            var floor = LowWatermark()
            let rows = try await relay.read(10, above: &floor, on: connection)
            let records = rows.flatMap(\.records)
            // The broker has taken the first two, and the answers were lost.
            let producer = producer(try kafka())
            let sent = records.prefix(2).map { $0.record(named: $0.name.text(service: "escalation-tracker")) }
            #expect(await producer.produce(sent).allSatisfy { (try? $0.get()) != nil })
            await producer.close()
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            // Of a call that began later than that nothing can stand there: the topic is not read from its beginning.
            try await relay.deliverFound(among: records, of: rows, since: now + 3_600_000, as: lead)
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.outbox") == 3)
            // Of records that were not in the call nothing is asked.
            try await relay.deliverFound(among: [records[0], records[2]], of: rows, since: now, as: lead)
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.outbox") == 2)
            try await relay.deliverFound(among: records, of: rows, since: now, as: lead)
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.outbox") == 1)
            await connection.close()
            try await run(relay, until: "SELECT count(*) = 0 FROM escalation_tracker.outbox", database)
            #expect(try await said(on: wide) == ["1", "2", "3"])
        }
    }

    @Test("A row whose records the broker took one by one goes with the last, though it was read before the first")
    func takenOutOneByOne() async throws {
        try await withRelay { relay, database, _, wide in
            try await write([(wide, "a", "1"), (wide, "b", "2"), (wide, "c", "3")], .together, database)
            let connection = try await database.connect(schema: "escalation_tracker")
            let lead = Relay.Lead(connection: connection, lease: try await Lease.take("relay", on: connection))
            var floor = LowWatermark()
            let rows = try await relay.read(10, above: &floor, on: connection)
            let records = rows.flatMap(\.records)
            try #require(rows.count == 1 && records.count == 3)
            for count in [2, 1] {
                var delivered = DeliveredRecords()
                delivered.add(count == 2 ? Array(records.prefix(2)) : [records[2]], of: rows)
                try await relay.remove(&delivered, &floor, as: lead)
                #expect(
                    try await database.count("SELECT count(*) FROM escalation_tracker.outbox_record") == count - 1)
            }
            #expect(try await database.count("SELECT count(*) FROM escalation_tracker.outbox") == 0)
            await connection.close()
        }
    }

    @Test("Lost or wrong bytes: after a call that failed the relay looks for what stands on its topic all the same")
    func looksAfterFailure() async throws {
        try await withRelay { relay, database, narrow, _ in
            try await write([(narrow, "a", Self.noise(6000)), (narrow, "a", "2")], .apart, database)
            // Where a new leader looks nothing of it stands: the rows say that they are of later.
            try await database.run("UPDATE escalation_tracker.outbox SET created_at = created_at + interval '1 hour'")
            let connection = try await database.connect(schema: "escalation_tracker")
            var floor = LowWatermark()
            let records = try await relay.read(10, above: &floor, on: connection).flatMap(\.records)
            await connection.close()
            // As the answer to it was lost; it could not be sent again behind the one that is refused.
            let producer = producer(try kafka())
            let sent = records.suffix(1).map { $0.record(named: $0.name.text(service: "escalation-tracker")) }
            #expect(await producer.produce(sent).allSatisfy { (try? $0.get()) != nil })
            await producer.close()
            try await run(relay, until: "SELECT count(*) = 1 FROM escalation_tracker.outbox_record", database)
            #expect(try await said(on: narrow) == ["2"])
        }
    }

    @Test("Lost or wrong bytes: what the broker has refused is carried by the same relay once that is mended")
    func mended() async throws {
        try await withRelay { relay, database, narrow, wide in
            var relay = relay
            relay.asideInterval = .milliseconds(500)
            try await write([(narrow, "a", Self.noise(6000)), (narrow, "a", "2")], .apart, database)
            let task = Task { [relay] in await relay.run() }
            // So many deletions that whatever is read from has long risen above what waits, if anything lets it.
            for number in 0..<20 {
                try await write([(wide, "k", "\(number)")], .apart, database)
                let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
                while try await database.count("SELECT count(*) FROM escalation_tracker.outbox") > 2,
                    ContinuousClock.now < end
                { try await Task.sleep(for: .milliseconds(20)) }
            }
            try await KafkaAdmin(try kafka()).set([narrow: ["max.message.bytes": "100000"]])
            try await run(relay, until: "SELECT count(*) = 0 FROM escalation_tracker.outbox", database, task)
            #expect(try await said(on: narrow).map(\.count) == [6000, 1])
            #expect(try await said(on: wide) == (0..<20).map(String.init))
        }
    }
}
