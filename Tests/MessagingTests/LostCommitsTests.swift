import PostgresClient
import TestSupport
import Testing

@testable import KafkaClient
@testable import Messaging

/// What a process knows when its database has lost its last commits: pure parts. The whole is seen by `GuardOffTests`, and with a
/// standby that lags by `FailoverTests`.
struct LostCommitsTests {
    private let one = TopicPartition(topic: "a", partition: 0)
    private let other = TopicPartition(topic: "a", partition: 1)

    @Test("trial A15: a row that lies before what was seen, or is not there any more, has gone back; others have not")
    func wentBack() {
        let seen: [TopicPartition: Int64] = [one: 5, other: 5]
        #expect(LostPosition.among([one: 5, other: 6], of: [one, other], inEffect: seen).isEmpty)
        #expect(
            LostPosition.among([one: 4, other: 5], of: [one, other], inEffect: seen)
                == [LostPosition(partition: one, had: 5, found: 4)])
        #expect(
            LostPosition.among([one: 5], of: [one, other], inEffect: seen)
                == [LostPosition(partition: other, had: 5, found: nil)])
        #expect(LostPosition.among([:], of: [one, other], inEffect: [:]).isEmpty, "nothing was seen of them")
        #expect(LostPosition.among([one: 4], of: [other], inEffect: [one: 5]).isEmpty, "not asked for")
    }

    @Test("trial A15: what a consumer has seen in effect is what rows and answered commits say, never what is in doubt")
    func progress() {
        var progress = ReadingProgress(mostMessages: 500)
        // Retention was faster than the reading of `other`.
        progress.begin([one, other], at: [one: 5, other: 9], rows: [one: 5, other: 3])
        #expect(progress.inEffect == [one: 5, other: 3])
        #expect(progress.next == [one: 5, other: 9])
        // An attempt whose answer was lost has moved the row to 8; the next one finds it there, and commits nothing.
        progress.reach([:], seen: [one: 8], generation: 1)
        #expect(progress.inEffect[one] == 8)
        progress.reach([other: 12], seen: [other: 3], generation: 1)
        #expect(progress.inEffect == [one: 8, other: 12])
        #expect(progress.next[other] == 12)
        progress.passed.pass([one: KafkaBatch.Reach(from: 20, offset: 20, timestampMilliseconds: 0)])
        progress.begin([one], at: [one: 6], rows: [one: 6])
        #expect(progress.inEffect == [one: 6])
        #expect(progress.passed.take().isEmpty, "what was passed beyond it is read again")
        progress.begin([one], at: [one: 7], rows: Optional<[TopicPartition: Int64]>.none)
        #expect(progress.inEffect.isEmpty)
        progress.reach([one: 30], seen: [other: 40], generation: 1)
        #expect(progress.inEffect.isEmpty, "what is not to be compared is not noted")
        progress.end()
        #expect(!progress.shouldCompare)
    }

    @Test(
        "trial B: a position that somebody has moved on is followed, once; what this process has committed is no move")
    func movedOn() {
        var progress = ReadingProgress(mostMessages: 500)
        progress.begin([one, other], at: [one: 5, other: 9], rows: [one: 5, other: 9])
        #expect(progress.movedOn(to: [one: 5, other: 8]).isEmpty)
        progress.reach([one: 7], generation: 1)
        #expect(progress.movedOn(to: [one: 7]).isEmpty)
        // The answer to a commit was lost: the next attempt finds the row there.
        let read = KafkaBatch.Reach(from: 5, offset: 7, timestampMilliseconds: 0)
        #expect(progress.arrive([one: read]).isEmpty)
        progress.reach([:], seen: [one: 8], generation: 1)
        #expect(progress.movedOn(to: [one: 8]).isEmpty)
        #expect(progress.next[one] == 8, "what is in effect is nobody's work")
        #expect(progress.movedOn(to: [one: 20, other: 9]).map(\.offset) == [20])
        #expect(progress.next[one] == 20 && progress.inEffect[one] == 20)
        #expect(progress.movedOn(to: [one: 20]).isEmpty)
        let reach = KafkaBatch.Reach(from: 20, offset: 20, timestampMilliseconds: 0)
        #expect(progress.arrive([one: reach]).isEmpty, "the next message is the one there")
        // A batch that came before anybody looked has seen that the row was moved, and nothing of what lies before it comes.
        progress.reach([:], seen: [one: 40], generation: 1)
        #expect(progress.next[one] == 21)
        #expect(progress.movedOn(to: [one: 40]).map(\.offset) == [40])
    }

    @Test("trial A15: a process that was not there before sees by what Kafka was told that positions went back")
    func toldBefore() {
        func reach(_ from: Int64) -> KafkaBatch.Reach { .init(from: from, offset: from + 3, timestampMilliseconds: 0) }
        var progress = ReadingProgress(mostMessages: 500)
        progress.begin([one, other], at: [one: 5, other: 9], rows: [one: 5, other: 9])
        progress.begin(toldBefore: [one: 20, other: 9], generation: 1)
        #expect(progress.takeReadAgain([other: reach(9)]).isEmpty)
        #expect(progress.takeReadAgain([one: reach(5)]) == [LostPosition(partition: one, had: 20, found: 5)])
        #expect(progress.takeReadAgain([one: reach(9)]).isEmpty, "it was told")
        // Where Kafka was told of less, it is told now: who was to do it has been killed.
        progress.begin([one, other], at: [one: 30, other: 9], rows: [one: 30, other: 9])
        progress.begin(toldBefore: [one: 20, other: 9], generation: 4)
        #expect(progress.hint.waiting == [one: 30] && progress.hint.generation == 4)
        // Nothing but markers of transactions lies in between: the first message comes from beyond.
        progress.begin([one], at: [one: 5], rows: [one: 5])
        progress.begin(toldBefore: [one: 7], generation: 1)
        #expect(progress.takeReadAgain([one: reach(7)]).isEmpty)
        // A stopped partition is not read, and what is another's is not known here.
        progress.begin([one], at: [:], rows: [:])
        progress.begin(toldBefore: [one: 7, other: 7], generation: 1)
        #expect(progress.takeReadAgain([one: reach(0), other: reach(0)]).isEmpty)
        progress.begin([one], at: [one: 5], rows: [one: 5])
        progress.begin(toldBefore: [one: 20], generation: 1)
        progress.end()
        #expect(progress.takeReadAgain([one: reach(5)]).isEmpty)
    }

    @Test(
        "trial A15: what is kept in memory is of one epoch: an older one neither sees nor changes it, a newer one begins with nothing"
    )
    func memory() {
        var memory = EpochMemory { [Int]() }
        #expect(memory.use(in: 0) { $0.append(1) } != nil)
        #expect(memory.use(in: 2) { $0 } == [])
        #expect(memory.use(in: 1) { $0.append(1) } == nil)
        #expect(memory.use(in: 0) { $0 } == nil)
        _ = memory.use(in: 2) { $0.append(2) }
        #expect(memory.use(in: 2) { $0 } == [2])
    }

    @Test("trial A15: a row that was committed before a connection was lost is not taken from memory after it")
    func copies() {
        let copies = OutboxCache()
        let record = OutgoingRecord(topic: "t", key: nil, value: nil)
        copies.keep([record], named: .random(), of: 1)
        #expect(copies.take(in: 1).isEmpty)
        copies.keep([record], named: .random(), of: 1)
        #expect(copies.take(in: 1).isEmpty, "its connection is of before")
        DatabaseEpochs.$ofConnection.withValue(1) { copies.keep([record], named: .random(), of: 1) }
        #expect(copies.take(in: 1).keys.sorted() == [1])
    }

    @Test("trial A15: the name of a record has nothing of its row's id in it")
    func names() {
        let (first, second) = (PostgresUUID.random(), PostgresUUID.random())
        #expect(first != second)
        let name = OutboxRecord.Name(row: 7, rowName: first, place: 2)
        #expect(name.text(service: "notifier") == "notifier/\(first)/2")
        #expect(
            OutboxRecord.Name(row: 7, rowName: second, place: 2).text(service: "notifier")
                != name.text(service: "notifier"))
    }

    @Test(
        "trial A15: when one loop has lost its connection, the others leave theirs, and work in the epoch that begins then",
        .enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
    func connections() async throws {
        struct Refused: Error {}
        let database = try await TestDatabase.make()
        let epochs = DatabaseEpochs()
        let loops = (0..<2).map { _ in LoopConnection(.service("notifier", url: database.url), epochs: epochs) }
        func work(_ loop: LoopConnection) async throws -> (epoch: Int, pid: Int32) {
            try await loop.withConnection { connection in
                let statement = SQLStatement(name: "pid", "SELECT pg_backend_pid() AS pid")
                return (DatabaseEpochs.ofConnection, try await connection.run(statement).onlyRow().int4("pid"))
            }
        }
        let before = [try await work(loops[0]), try await work(loops[1])]
        #expect(before.map(\.epoch) == [0, 0])
        #expect(try await work(loops[0]).pid == before[0].pid, "kept from batch to batch")
        await #expect(throws: Refused.self) { try await loops[0].withConnection { _ in throw Refused() } }
        let after = [try await work(loops[0]), try await work(loops[1])]
        #expect(after.map(\.epoch) == [1, 1])
        #expect(after[1].pid != before[1].pid)
        #expect(try await work(loops[0]).pid == after[0].pid)
        for loop in loops { await loop.close() }
        try await database.drop()
    }

    @Test("trial A15: a connection that leads to another server begins an epoch, whoever has lost what")
    func otherServer() {
        let epochs = DatabaseEpochs()
        #expect(epochs.join(server: 1, afterLoss: false) == 0)
        #expect(epochs.join(server: 1, afterLoss: false) == 0)
        #expect(epochs.join(server: 1, afterLoss: true) == 1)
        #expect(epochs.join(server: 2, afterLoss: false) == 2)
        #expect(epochs.join(server: 2, afterLoss: false) == 2)
        #expect(epochs.join(server: 1, afterLoss: false) == 3)
        #expect(epochs.latest == 3)
    }

    @Test(
        "trial A15: a loop that connects for the first time, to the successor of the server that others knew, shares nothing with them",
        .enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
    func firstConnection() async throws {
        let database = try await TestDatabase.make()
        let epochs = DatabaseEpochs()
        // The others' server, which is gone, and nobody has noticed yet.
        let before = epochs.join(server: 1, afterLoss: false)
        let loop = LoopConnection(.service("notifier", url: database.url), epochs: epochs)
        let epoch = try await loop.withConnection { _ in DatabaseEpochs.ofConnection }
        #expect(epoch > before)
        #expect(try await loop.withConnection { _ in DatabaseEpochs.ofConnection } == epoch, "and then it stays")
        await loop.close()
        try await database.drop()
    }
}
