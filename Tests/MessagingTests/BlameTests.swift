import Contracts
import Foundation
import KafkaClient
import PostgresClient
import Safeguarding
import TestSupport
import Testing

@testable import Messaging

/// Whose fault a failure is: one message's, which is singled out, or everybody's, which is waited out.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct BlameTests {
    /// Batches of 1, 2, 3 and 5, with one message that cannot be stored at each place.
    static let places =
        [1, 2, 3, 5].flatMap { size in (0..<size).map { (size, [$0]) } } + [
            (2, [0, 1]), (3, [0, 2]), (3, [1, 2]), (5, [0, 4]), (5, [1, 2]), (5, [0, 1, 2, 3, 4]),
        ]

    /// A message of a household of its own.
    private func message(_ offset: Int, _ data: String = "{}") -> InboundMessage {
        Counting.message(Int64(offset), id: "e\(offset)", household: UInt8(offset + 1), data: data)
    }

    @Test("Halving: everything but what cannot be stored is in effect, once and in order", arguments: places)
    func halving(_ size: Int, _ unstorable: [Int]) async throws {
        try await Scene.with { scene in
            let batch = (0..<size).map { message($0, unstorable.contains($0) ? #"{"unstorable":true}"# : "{}") }
            let report = try await scene.transaction.run(batch)
            let others = (0..<size).filter { !unstorable.contains($0) }
            #expect(report.handled == others.count)
            #expect(report.deadLetters == unstorable.count)
            #expect(report.failures == ["not-storable": unstorable.count])
            #expect(report.published == size + unstorable.count)
            #expect(report.nextOffsets == [TopicPartition(topic: "in", partition: 0): Int64(size)])
            let keys = { (places: [Int]) in places.map { Counting.household(UInt8($0 + 1)).text } }
            #expect(try await scene.said("said", "key") == keys(others))
            #expect(try await scene.said("dead", "key") == keys(unstorable))
            #expect(try await scene.nextOffset() == size)
            #expect(try await scene.count("inbox") == size)
            #expect(try await scene.count("household_state") == others.count)
            #expect(try await scene.count("parked_household", where: "code = 'not-storable'") == unstorable.count)
            #expect(try await scene.count("parked_message", where: "failed") == unstorable.count)
            for place in unstorable {
                let condition = "topic = 'in' AND partition = 0 AND message_offset = \(place)"
                #expect(try await scene.count("parked_household", where: condition) == 1)
            }
            // The same again has no second effect.
            #expect(try await scene.transaction.run(batch).alreadyInEffect == size)
        }
    }

    @Test("Halving: those of its household that come behind what cannot be stored wait; those before are in effect")
    func halvingOneHousehold() async throws {
        try await Scene.with { scene in
            let batch = (0..<5).map {
                Counting.message(Int64($0), id: "e\($0)", data: $0 == 2 ? #"{"unstorable":true}"# : "{}")
            }
            let report = try await scene.transaction.run(batch)
            #expect(report.handled == 2 && report.deadLetters == 1 && report.waiting == 2)
            #expect(try await scene.said("said") == ["1", "2"])
            #expect(try await scene.count("parked_message") == 3)
            #expect(
                try await scene.database.texts(
                    "SELECT message_offset || ' ' || failed FROM escalation_tracker.parked_message ORDER BY id")
                    == ["2 true", "3 false", "4 false"])
            #expect(try await scene.nextOffset() == 5)
        }
    }

    @Test(
        "Halving: past offsets that were of no use the position moves on, behind the last half only", arguments: 0..<3)
    func halvingAndPassing(_ unstorable: Int) async throws {
        try await Scene.with(partitions: 2) { scene in
            let passed = [
                TopicPartition(topic: "in", partition: 0): Position(nextOffset: 9, recordMilliseconds: 1),
                TopicPartition(topic: "in", partition: 1): Position(nextOffset: 7, recordMilliseconds: 1),
            ]
            let batch = (0..<3).map { message($0, $0 == unstorable ? #"{"unstorable":true}"# : "{}") }
            let report = try await scene.transaction.run(batch, passed: passed)
            #expect(report.handled == 2)
            #expect(report.nextOffsets == passed.mapValues(\.nextOffset))
            #expect(try await scene.nextOffset() == 9)
            #expect(try await scene.nextOffset(partition: 1) == 7)
        }
    }

    @Test(
        "Lost or wrong bytes: a database that forgets the first half before the second one is noticed, and nothing is passed"
    )
    func forgottenHalf() async throws {
        try await Scene.with { scene in
            // What a fail-over between the two does: the first half was answered, and its position is back.
            try await scene.database.run(
                """
                CREATE FUNCTION escalation_tracker.forget() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN NEW.next_offset := OLD.next_offset; RETURN NEW; END';
                CREATE TRIGGER forget BEFORE UPDATE ON escalation_tracker.position FOR EACH ROW
                WHEN (NEW.next_offset = 2) EXECUTE FUNCTION escalation_tracker.forget();
                """)
            let batch = (0..<4).map { message($0, $0 == 3 ? #"{"unstorable":true}"# : "{}") }
            let partition = TopicPartition(topic: "in", partition: 0)
            await #expect(
                throws: EngineError.positionsWentBack([LostPosition(partition: partition, had: 2, found: 0)])
            ) { try await scene.transaction.run(batch, inEffect: [partition: 0]) }
            #expect(try await scene.nextOffset() == 0, "what was forgotten is read again")
        }
    }

    @Test("Lost or wrong bytes: what became of two halves is what became of both, and positions are the further ones")
    func halves() {
        let (one, other) = (TopicPartition(topic: "in", partition: 0), TopicPartition(topic: "in", partition: 1))
        typealias Report = BatchTransaction<Counted>.Report
        let finding = DocumentFinding(household: Counting.household(1), kind: .taken)
        let first = Report(
            handled: 1, alreadyInEffect: 2, waiting: 3, deadLetters: 4, failures: ["a": 4], published: 5,
            publishedByKind: ["t": 1], microsecondsToFirstClock: 7, nextOffsets: [one: 5, other: 9],
            seen: [one: 3, other: 8],
            findings: [finding])
        let second = Report(
            handled: 10, alreadyInEffect: 20, waiting: 30, deadLetters: 40, failures: ["a": 1, "b": 39], published: 50,
            publishedByKind: ["t": 2], microsecondsToFirstClock: 6, nextOffsets: [one: 8, other: 7],
            seen: [one: 5, other: 4],
            findings: [finding])
        let both = Report(
            handled: 11, alreadyInEffect: 22, waiting: 33, deadLetters: 44, failures: ["a": 5, "b": 39], published: 55,
            publishedByKind: ["t": 3], microsecondsToFirstClock: 6, nextOffsets: [one: 8, other: 9],
            seen: [one: 5, other: 8],
            findings: [finding, finding])
        #expect(first.merging(second) == both)
        #expect(second.merging(first) == both)
    }

    @Test("One of 500 that cannot be stored costs some twenty transactions; 64 of 64 a few for each")
    func costOfHalving() async throws {
        try await Scene.with { scene in
            let batch = (0..<500).map {
                Counting.message(
                    Int64($0), id: "e\($0)", household: UInt8($0 % 250),
                    data: $0 == 333 ? #"{"unstorable":true}"# : "{}")
            }
            let report = try await scene.transaction.run(batch)
            #expect(report.handled == 499 && report.deadLetters == 1)
            #expect(scene.procedure.reads <= 22)
            let before = scene.procedure.reads
            let bad = (500..<564).map {
                Counting.message(
                    Int64($0), id: "e\($0)", household: UInt8($0 - 500), data: #"{"unstorable":true}"#)
            }
            #expect(try await scene.transaction.run(bad).deadLetters == 64)
            #expect(scene.procedure.reads - before <= 3 * 64)
        }
    }

    @Test("trial A1: a text that the database cannot hold, asked for in a read, singles out its message as in a write")
    func dataErrorInRead() async throws {
        try await Scene.with { scene in
            let batch = (0..<3).map { message($0, $0 == 1 ? #"{"reads":"C[U+0000]1"}"# : #"{"reads":"C-1"}"#) }
            let report = try await scene.transaction.run(batch)
            #expect(report.handled == 2 && report.deadLetters == 1)
            #expect(try await scene.nextOffset() == 3)
            // And alone, as a hostile agency would send it.
            let alone = try await scene.transaction.run([message(3, #"{"reads":"C[U+0000]1"}"#)])
            #expect(alone.handled == 0 && alone.failures == ["not-storable": 1])
            #expect(try await scene.nextOffset() == 4)
        }
    }

    @Test(
        "trial A2: whoever waits behind what could not be handled is told, at once and in later batches, by one reference"
    )
    func delayed() async throws {
        try await Scene.with { scene in
            _ = try await scene.transaction.run([
                Counting.message(0, id: "first"), Counting.message(1, id: "bad", data: #"{"poison":true}"#),
                Counting.message(2, id: "behind"), Counting.message(3, id: "other", household: 2),
            ])
            _ = try await scene.transaction.run([Counting.message(4, id: "later")])
            #expect(try await scene.said("delayed", "key") == ["bad", "behind", "later"])
            let reference = HouseholdHold(topic: "in", partition: 0, offset: 1).reference
            #expect(try await scene.said("delayed") == [reference, reference, reference])
            #expect(reference.count == 8)
        }
    }

    @Test("trial A2: what a failure says of a message can be kept, whatever stood in it")
    func reasonWithControls() async throws {
        let failure = MessageFailure(
            code: "undecodable", reason: "/data/\u{0}\u{1B}[2J: " + String(repeating: "x", count: 9000))
        #expect(failure.reason.hasPrefix("/data/??[2J: xxx"))
        #expect(failure.reason.unicodeScalars.count == 2000)
    }

    @Test("trial A5: a right that was taken away parks nobody; given back, everything is in effect")
    func missingGrant() async throws {
        let role = "t_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        try await Scene.with(as: role) { scene in
            let batch = (0..<5).map { message($0) }
            for table in ["outbox", "household_state", "inbox"] {
                try await scene.database.run("REVOKE ALL ON escalation_tracker.\(table) FROM \(role)")
                for messages in [batch, [batch[0]]] {
                    let error = await #expect(throws: PostgresError.self) { try await scene.transaction.run(messages) }
                    #expect(error?.sqlState == "42501" && error?.fault == .surroundings)
                }
                try await scene.database.run("GRANT ALL ON escalation_tracker.\(table) TO \(role)")
            }
            #expect(try await scene.count("parked_household") == 0)
            #expect(try await scene.nextOffset() == 0)
            #expect(try await scene.transaction.run(batch).handled == 5)
            #expect(try await scene.said("dead").isEmpty)
            try await scene.database.run("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test(
        "trial A5: other surroundings that refuse park nobody either",
        arguments: [
            "undefined_table", "disk_full", "P0001", "data_corrupted", "lock_not_available",
            "read_only_sql_transaction",
        ])
    func otherSurroundings(_ code: String) async throws {
        try await Scene.with { scene in
            try await scene.refuse("said", code: code)
            await #expect(throws: PostgresError.self) { try await scene.transaction.run((0..<5).map { message($0) }) }
            await #expect(throws: PostgresError.self) { try await scene.transaction.run([message(0)]) }
            #expect(try await scene.count("parked_household") == 0)
            try await scene.mend()
            #expect(try await scene.transaction.run((0..<5).map { message($0) }).handled == 5)
        }
    }

    @Test("A constraint that refuses everybody's rows parks nobody; one that refuses a household's parks that one")
    func constraints() async throws {
        try await Scene.with { scene in
            let batch = (0..<5).map { message($0) }
            try await scene.refuse("said", code: "check_violation")
            await #expect(throws: EngineError.self) { try await scene.transaction.run(batch) }
            #expect(try await scene.count("parked_household") == 0)
            #expect(try await scene.nextOffset() == 0)
            for household in [UInt8(1), 3, 5] {
                try await scene.refuse("said", of: household, code: "check_violation")
                let more = (0..<5).map { place in
                    Counting.message(
                        Int64(5 * Int(household) + place), id: "\(household)-\(place)", household: UInt8(place + 1))
                }
                let report = try await scene.transaction.run(more)
                #expect(report.deadLetters == 1)
                #expect(report.handled + report.waiting == 4)
            }
            #expect(try await scene.count("parked_household") == 3)
        }
    }

    @Test(
        "Alone, a row that a constraint refuses is its message's; a second of somebody else, with nothing between, is not"
    )
    func constraintsAlone() async throws {
        try await Scene.with { scene in
            try await scene.refuse("said", code: "check_violation")
            #expect(try await scene.transaction.run([message(0)]).deadLetters == 1)
            await #expect(throws: EngineError.self) { try await scene.transaction.run([message(1)]) }
            await #expect(throws: EngineError.self) { try await scene.transaction.run([message(1)]) }
            try await scene.mend()
            #expect(try await scene.transaction.run([message(1)]).handled == 1)
            try await scene.refuse("said", code: "check_violation")
            #expect(try await scene.transaction.run([message(2)]).deadLetters == 1, "something has passed in between")
        }
    }
}

extension BlameTests {
    @Test(
        "A constraint that refuses two households in turn holds nobody up for ever: each is parked, and the others go on"
    )
    func twoInTurn() async throws {
        try await Scene.with { scene in
            var transaction = scene.transaction
            transaction.suspicions = RowSuspicions(patience: RefusalPatience(attempts: 3, time: .zero))
            let both = (1...2).map { "'\(Counting.household(UInt8($0)).text)' = ANY (NEW.key)" }.joined(
                separator: " OR ")
            try await scene.database.run(
                """
                CREATE FUNCTION app.refuse_both() RETURNS trigger LANGUAGE plpgsql
                    AS $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation'; END $$;
                CREATE TRIGGER refuse_both BEFORE INSERT ON escalation_tracker.outbox FOR EACH ROW
                WHEN ('said' = ANY (NEW.topic) AND (\(both))) EXECUTE FUNCTION app.refuse_both()
                """)
            let batch = (0..<2).map { message($0) }
            for _ in 0..<2 { await #expect(throws: EngineError.self) { try await transaction.run(batch) } }
            #expect(try await scene.count("parked_household") == 0)
            // The first is singled out; the second is waited for anew.
            await #expect(throws: EngineError.self) { try await transaction.run(batch) }
            #expect(try await scene.count("parked_household") == 1)
            await #expect(throws: EngineError.self) { try await transaction.run(batch) }
            #expect(try await transaction.run(batch).deadLetters == 1)
            #expect(
                try await scene.count("parked_household", where: "code = 'not-storable' AND reason LIKE '%waited for%'")
                    == 2)
            #expect(try await scene.nextOffset() == 2)
            #expect(try await transaction.run([message(2)]).handled == 1)
        }
    }
}
