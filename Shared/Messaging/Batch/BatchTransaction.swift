import Contracts
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Brings a batch of messages into effect: one transaction, two round trips, a number of statements that does not
/// depend on the batch's size.
struct BatchTransaction<Procedure: BatchProcedure>: Sendable {
    /// What became of a batch.
    struct Report: Sendable, Equatable {
        var handled = 0
        var alreadyInEffect = 0
        var waiting = 0
        var deadLetters = 0
        /// The dead letters by the code of their failure.
        var failures: [String: Int] = [:]
        var published = 0
        /// What was said, by kind.
        var tallies: [String: Int] = [:]
        /// What is to be measured.
        var measurements: [Measurement] = []
        /// How long until the first of the clocks that were set, in microseconds.
        var microsecondsToFirstClock: Int64?
        /// What it cost.
        var cost = ConnectionStatistics()
        /// The offsets to commit to Kafka.
        var nextOffsets: [TopicPartition: Int64] = [:]
        /// What the position rows said at the beginning.
        var seen: [TopicPartition: Int64] = [:]
    }

    let procedure: Procedure
    let connection: LoopConnection
    let deadLetterTopic: String
    let guards: EngineGuards
    let failpoints: Failpoints
    var copies = OutboxCopies()

    /// Handles the batch and moves the positions on to `passed`, which lies beyond it where messages were of no use to the
    /// service. A message that makes the whole transaction fail for good is found by halving the batch, and
    /// goes to the dead letters alone. Throws only what may succeed when tried again.
    ///
    /// - Parameter inEffect: what this process has seen of its partitions. Throws `EngineError.positionsWentBack`, and does
    ///   nothing, where a row lies before that.
    func run(
        _ messages: [InboundMessage], passed: [TopicPartition: Position] = [:],
        inEffect: [TopicPartition: Int64] = [:]
    ) async throws -> Report {
        do {
            return try await attempt(messages, passed: passed, inEffect: inEffect, givingUp: nil)
        } catch let error as PostgresError where !error.isTransient {
            guard messages.count > 1 else {
                let failure = MessageFailure(
                    code: "not-storable", reason: "The database refused its effects: \(error.description)")
                return try await attempt(messages, passed: passed, inEffect: inEffect, givingUp: failure)
            }
            let middle = messages.count / 2
            let first = try await run(Array(messages[..<middle]), inEffect: inEffect)
            let later = try await run(
                Array(messages[middle...]), passed: passed,
                inEffect: inEffect.merging(first.nextOffsets) { max($0, $1) })
            return first.merging(later)
        }
    }

    private func attempt(
        _ messages: [InboundMessage], passed: [TopicPartition: Position], inEffect: [TopicPartition: Int64],
        givingUp failure: MessageFailure?
    ) async throws -> Report {
        try await connection.withConnection { connection in
            let before = connection.statistics
            var reading = try await read(messages, passed: passed, inEffect: inEffect, on: connection)
            var book = EffectBook<Procedure.Row>()
            var report = Report()
            for message in messages {
                settle(message, givingUp: failure, reading: &reading, book: &book, report: &report)
            }
            reading.plan.pass(passed)
            report.nextOffsets = reading.plan.advanced.mapValues(\.nextOffset)
            report.seen = reading.plan.positions
            report.published = book.outgoing.count
            report.tallies = book.tallies
            report.measurements = book.measurements
            report.microsecondsToFirstClock = book.firstClock.map {
                $0.microsecondsSinceEpoch - reading.now.microsecondsSinceEpoch
            }
            try await write(&reading, book, on: connection)
            procedure.committed(reading.workspace)
            report.cost = connection.statistics - before
            return report
        }
    }

    private struct Reading {
        var plan: BatchPlan
        var workspace: Procedure.Workspace
        let now: Instant
    }

    /// The first flight: lock the positions, insert the inbox ids, read and lock the state.
    private func read(
        _ messages: [InboundMessage], passed: [TopicPartition: Position], inEffect: [TopicPartition: Int64],
        on connection: PostgresConnection
    ) async throws -> Reading {
        let partitions = Set(messages.map(\.topicPartition)).union(passed.keys).sorted()
        let identities = Set(messages.map(\.identity)).sorted()
        let households = Set(messages.compactMap(procedure.household(of:))).sorted()
        var flight = Flight()
        flight.simple("BEGIN")
        flight.add(SQL.lockPositions, [.textArray(partitions.map(\.topic)), .int4Array(partitions.map(\.partition))])
        flight.add(SQL.insertInbox, [.uuidArray(identities.map(\.uuid))])
        flight.add(SQL.readParked, [.uuidArray(households.map(\.uuid))])
        flight.add(SQL.readClock)
        let reads = procedure.reads(for: messages)
        for read in reads { flight.add(read.statement, read.parameters) }
        let results = try await connection.run(flight)

        var positions: [TopicPartition: Int64] = [:]
        for row in results[1].rows {
            positions[TopicPartition(topic: try row.text(0), partition: try row.int4(1))] = try row.int8(2)
        }
        if guards.positionWentBack {
            let lost = LostPosition.among(positions, of: partitions, inEffect: inEffect)
            guard lost.isEmpty else { throw EngineError.positionsWentBack(lost) }
        }
        let inserted = Set(try results[2].rows.map { try $0.uuid(0) })
        let parked = Set(try results[3].rows.map { HouseholdID(try $0.uuid(0)) })
        let plan = BatchPlan(
            positions: positions, fresh: Set(identities.filter { inserted.contains($0.uuid) }), parked: parked,
            guards: guards)
        return Reading(
            plan: plan, workspace: try procedure.workspace(reading: results[5...]), now: try results[4].instant())
    }

    private func settle(
        _ message: InboundMessage, givingUp failure: MessageFailure?, reading: inout Reading,
        book: inout EffectBook<Procedure.Row>, report: inout Report
    ) {
        let household = procedure.household(of: message)
        switch reading.plan.disposition(of: message, household: household) {
        case .alreadyRead: report.alreadyInEffect += 1
        case .repeated:
            report.alreadyInEffect += 1
            book.add(
                failure.map {
                    procedure.handleGivenUp(message, because: $0, in: &reading.workspace, now: reading.now)
                } ?? procedure.handleRepeated(message, in: &reading.workspace, now: reading.now))
        case .waits(let household):
            book.keep(ParkedMessage(household: household, record: message.record))
            report.waiting += 1
        case .handle:
            do throws(MessageFailure) {
                if let failure { throw failure }
                book.add(try procedure.handle(message, in: &reading.workspace, now: reading.now))
                report.handled += 1
            } catch {
                book.add(
                    DeadLetter(record: message.record, failure: error, at: reading.now).outgoing(topic: deadLetterTopic)
                )
                book.add(
                    procedure.handleGivenUp(message, because: error, in: &reading.workspace, now: reading.now))
                report.deadLetters += 1
                report.failures[error.code, default: 0] += 1
                if let household {
                    book.park(household, because: error)
                    book.keep(ParkedMessage(household: household, record: message.record, isFailed: true))
                    reading.plan.park(household)
                }
            }
        }
    }

    /// The second flight: write the state, the effects and the positions, and commit.
    private func write(
        _ reading: inout Reading, _ book: EffectBook<Procedure.Row>, on connection: PostgresConnection
    ) async throws {
        var queries = procedure.writes(of: &reading.workspace, rows: book.rows) + book.writes()
        let advanced = reading.plan.advanced.sorted { $0.key < $1.key }
        if !advanced.isEmpty {
            queries.append(
                Query(
                    SQL.advancePositions,
                    [
                        .textArray(advanced.map(\.key.topic)), .int4Array(advanced.map(\.key.partition)),
                        .int8Array(advanced.map(\.value.nextOffset)),
                        .optionalInt8Array(advanced.map(\.value.recordMilliseconds)),
                    ]))
        }
        try await commit(
            queries, saying: book.outgoing, copies: copies, on: connection, failpoints: failpoints)
    }
}

/// Runs the writes of a transaction and commits it, in one round trip. What is said is written first, so that rows of the
/// service's own can name the outbox row that they went with.
func commit(
    _ queries: [Query], saying records: [OutgoingRecord] = [], copies: OutboxCopies? = nil,
    on connection: PostgresConnection, failpoints: Failpoints
) async throws {
    try await failpoints.reach(.batchBeforeCommit)
    var flight = Flight()
    let name = PostgresUUID.random()
    let said = records.isEmpty ? [] : [OutgoingRecord.insert(records, named: name)]
    for query in said + queries { flight.add(query.statement, query.parameters) }
    flight.simple("COMMIT")
    let results = try await connection.run(flight)
    if let copies, !records.isEmpty, let row = try results.first?.onlyRow().int8(0) {
        copies.keep(records, named: name, of: row)
    }
    try await failpoints.reach(.batchAfterCommit)
}

extension BatchTransaction.Report {
    func merging(_ later: Self) -> Self {
        var sum = self
        sum.handled += later.handled
        sum.alreadyInEffect += later.alreadyInEffect
        sum.waiting += later.waiting
        sum.deadLetters += later.deadLetters
        sum.failures.merge(later.failures, uniquingKeysWith: +)
        sum.published += later.published
        sum.tallies.merge(later.tallies, uniquingKeysWith: +)
        sum.measurements += later.measurements
        sum.cost = cost + later.cost
        sum.microsecondsToFirstClock =
            [microsecondsToFirstClock, later.microsecondsToFirstClock].compactMap { $0 }.min()
        sum.nextOffsets.merge(later.nextOffsets) { max($0, $1) }
        sum.seen.merge(later.seen) { max($0, $1) }
        return sum
    }
}

extension QueryResult {
    /// The one timestamp that the statement returned.
    func instant() throws -> Instant {
        guard rowCount > 0 else { throw EngineError.noClock }
        let row = self[0]
        return Instant(microsecondsSinceEpoch: try row.timestamp(0))
    }
}
