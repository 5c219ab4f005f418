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
        var publishedByKind: [String: Int] = [:]
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
        /// Documents that somebody else has written over.
        var findings: [DocumentFinding] = []
        /// The names of the statements that it took; only while one is looked for that is refused.
        var statements: Set<String> = []
    }

    let procedure: Procedure
    let connection: LoopConnection
    let deadLetterTopic: String
    let guards: EngineGuards
    let failpoints: Failpoints
    var copies = OutboxCache()
    /// Which constraint refused whose row last.
    var suspicions = RowSuspicions()
    /// What the database refuses, of which nobody knows yet whose it is.
    var refusals = Refusals()

    /// Handles the batch and moves the positions on to `passed`, which lies beyond it where messages were of no use to the
    /// service. A message that makes the whole transaction fail for what it holds is found by halving the batch, and goes to the
    /// dead letters alone. Throws what concerns everybody: the same batch may succeed when that is mended.
    ///
    /// - Parameter inEffect: what this process has seen of its partitions. Throws `EngineError.positionsWentBack`, and does
    ///   nothing, where a row lies before that.
    func run(
        _ messages: [InboundMessage], passed: [TopicPartition: Position] = [:],
        inEffect: [TopicPartition: Int64] = [:]
    ) async throws -> Report {
        var search = Search(batch: messages, inEffect: inEffect)
        do {
            let report = try await run(messages[...], passed: passed, &search)
            refusals.notePassing(messages)
            return report
        } catch let error as PostgresError where error.code == .server && error.fault == .surroundings {
            guard refusals.isToBeLookedFor(RowSuspicion.Failure(error)) else { throw error }
            search.refused = RowSuspicion.Failure(error)
            return try await run(messages[...], passed: passed, &search)
        }
    }

    /// What is known of a batch while the messages that cannot be stored are looked for in it.
    struct Search {
        let batch: [InboundMessage]
        /// How far its partitions are in effect, what has come into effect of it included.
        var inEffect: [TopicPartition: Int64]
        /// Whether any of it has come into effect.
        var hasPassed = false
        /// What the surroundings refuse and whose message is looked for, since it may be one household's alone.
        var refused: RowSuspicion.Failure?
        /// Whose messages have passed the statement that is refused.
        var passed: Set<RowSuspicion.Origin> = []

        init(batch: [InboundMessage], inEffect: [TopicPartition: Int64]) {
            self.batch = batch
            self.inEffect = inEffect
        }

        /// Whether a failure is to be searched for its message.
        func looksFor(_ error: PostgresError) -> Bool {
            error.fault != .surroundings || refused?.isLike(RowSuspicion.Failure(error)) == true
        }
    }

    private func run(
        _ messages: ArraySlice<InboundMessage>, passed: [TopicPartition: Position], _ search: inout Search
    ) async throws -> Report {
        do {
            let report = try await attempt(Array(messages), passed: passed, search)
            search.inEffect.merge(report.nextOffsets) { max($0, $1) }
            if report.handled > 0 {
                search.hasPassed = true
                suspicions.notePassing()
                if search.refused?.isTaken(by: report.statements) == true {
                    search.passed.formUnion(messages.map(origin))
                }
            }
            return report
        } catch let error as PostgresError where search.looksFor(error) {
            guard let message = messages.first else { throw error }
            guard messages.count > 1 else {
                guard error.fault == .surroundings else {
                    return try await giveUp(message, passed, because: error, search)
                }
                return try await singleOut(message, passed, because: error, search)
            }
            let middle = refusals.place(in: messages) ?? messages.startIndex + messages.count / 2
            let first = try await run(messages[..<middle], passed: [:], &search)
            return first.merging(try await run(messages[middle...], passed: passed, &search))
        }
    }

    /// The message goes to the dead letters, unless what it failed of is not of its making.
    private func giveUp(
        _ message: InboundMessage, _ passed: [TopicPartition: Position], because error: PostgresError, _ search: Search
    ) async throws -> Report {
        var reason = "The database refused its effects: \(error.description)"
        if error.fault == .row {
            let others = search.hasPassed ? [.passed] : try await comparisons(with: message, in: search)
            switch suspicions.blame(RowSuspicion.Failure(error), of: origin(message), others: others) {
            case .everybody: throw EngineError.refusedAlike(error.description)
            case .message: break
            case .messageAfterWaiting:
                reason =
                    "The database refused its effects, and others' alike, for as long as that is waited for. If nobody's pass "
                    + "the constraint, mend it and release the household: \(error.description)"
            }
        }
        let failure = MessageFailure(code: "not-storable", reason: reason)
        return try await attempt([message], passed: passed, search, givingUp: failure)
    }

    func origin(_ message: InboundMessage) -> RowSuspicion.Origin {
        RowSuspicion.Origin(message, procedure.household(of: message))
    }

    /// How two messages of others in the batch fare, tried each by itself and taken back.
    private func comparisons(with message: InboundMessage, in search: Search) async throws
        -> [RowSuspicion.Comparison]
    {
        var seen: Set = [origin(message)]
        var comparisons: [RowSuspicion.Comparison] = []
        for other in search.batch where seen.insert(origin(other)).inserted {
            do {
                if try await attempt([other], passed: [:], search, isTrial: true).handled > 0 {
                    return [.passed]
                }
            } catch let error as PostgresError where error.fault != .surroundings {
                comparisons.append(.failed(RowSuspicion.Failure(error)))
            }
            if comparisons.count == 2 { break }
        }
        return comparisons
    }

    /// - Parameters:
    ///   - failure: why the messages are given up, unread by the procedure; `nil` to handle them.
    ///   - isTrial: everything is done but the commit.
    func attempt(
        _ messages: [InboundMessage], passed: [TopicPartition: Position], _ search: Search,
        givingUp failure: MessageFailure? = nil, isTrial: Bool = false
    ) async throws -> Report {
        let result = try await connection.withConnection { connection -> Result<Report, PostgresError> in
            do {
                return .success(
                    try await attempt(
                        messages, passed: passed, search, givingUp: failure, isTrial: isTrial, on: connection))
            } catch let error as PostgresError where search.looksFor(error) {
                // A search among hundreds of messages is not to cost a connection for each that is found.
                var pipeline = Pipeline()
                pipeline.simple("ROLLBACK")
                _ = try await connection.run(pipeline)
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func attempt(
        _ messages: [InboundMessage], passed: [TopicPartition: Position], _ search: Search,
        givingUp failure: MessageFailure?, isTrial: Bool, on connection: PostgresConnection
    ) async throws -> Report {
        let before = connection.statistics
        var reading = try await read(
            messages, passed: passed, inEffect: search.inEffect, isHandled: failure == nil, on: connection)
        var book = EffectBatch<Procedure.Row>()
        var report = Report()
        for message in messages {
            settle(message, givingUp: failure, reading: &reading, book: &book, report: &report)
        }
        reading.plan.pass(passed)
        report.nextOffsets = reading.plan.advanced.mapValues(\.nextOffset)
        report.seen = reading.plan.positions
        report.published = book.outgoing.count
        report.publishedByKind = book.publishedByKind
        report.measurements = book.measurements
        report.microsecondsToFirstClock = book.firstClock.map {
            $0.microsecondsSinceEpoch - reading.now.microsecondsSinceEpoch
        }
        let written = try await write(
            &reading, book, asking: retries(of: messages, after: failure), isTrial: isTrial, on: connection)
        if search.refused != nil { report.statements = Set(reading.statements + written) }
        if !isTrial {
            procedure.committed(reading.workspace)
            report.findings = procedure.findings(in: reading.workspace)
        }
        report.cost = connection.statistics - before
        return report
    }

    private struct Reading {
        var plan: BatchPlan
        var workspace: Procedure.Workspace
        let now: Instant
        /// What each parked household waits behind.
        var holds: [HouseholdID: HouseholdHold]
        /// The names of what was run.
        let statements: [String]
    }

    /// The first pipeline: lock the positions, insert the inbox ids, read and lock the state.
    private func read(
        _ messages: [InboundMessage], passed: [TopicPartition: Position], inEffect: [TopicPartition: Int64],
        isHandled: Bool,
        on connection: PostgresConnection
    ) async throws -> Reading {
        let partitions = Set(messages.map(\.topicPartition)).union(passed.keys).sorted()
        let identities = Set(messages.map(\.identity)).sorted()
        let households = Set(messages.compactMap(procedure.household(of:))).sorted()
        var pipeline = Pipeline()
        pipeline.simple("BEGIN")
        pipeline.add(SQL.lockPositions, [.textArray(partitions.map(\.topic)), .int4Array(partitions.map(\.partition))])
        pipeline.add(SQL.insertInbox, [.uuidArray(identities.map(\.uuid))])
        pipeline.add(SQL.readParked, [.uuidArray(households.map(\.uuid))])
        pipeline.add(SQL.readClock)
        // What is given up may be what the reads were refused for.
        let reads = procedure.reads(for: isHandled ? messages : [])
        for read in reads { pipeline.add(read.statement, read.parameters) }
        let results = try await connection.run(pipeline)

        var positions: [TopicPartition: Int64] = [:]
        for row in results[1].rows {
            positions[TopicPartition(topic: try row.text("topic"), partition: try row.int4("partition"))] =
                try row.int8("next_offset")
        }
        if guards.positionWentBack {
            let lost = LostPosition.among(positions, of: partitions, inEffect: inEffect)
            guard lost.isEmpty else { throw EngineError.positionsWentBack(lost) }
        }
        let inserted = Set(try results[2].rows.map { try $0.uuid("event") })
        var holds: [HouseholdID: HouseholdHold] = [:]
        for row in results[3].rows {
            holds[HouseholdID(try row.uuid("household"))] = HouseholdHold(
                topic: try row.text("topic"), partition: try row.int4("partition"),
                offset: try row.int8("message_offset"))
        }
        let plan = BatchPlan(
            positions: positions, fresh: Set(identities.filter { inserted.contains($0.uuid) }), parked: Set(holds.keys),
            guards: guards)
        return Reading(
            plan: plan, workspace: try procedure.workspace(reading: results[5...]), now: try results[4].instant(),
            holds: holds,
            statements: reads.map(\.statement.name)
                + [SQL.lockPositions, SQL.insertInbox, SQL.readParked, SQL.readClock].map(\.name))
    }

    private func settle(
        _ message: InboundMessage, givingUp failure: MessageFailure?, reading: inout Reading,
        book: inout EffectBatch<Procedure.Row>, report: inout Report
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
            tell(message, of: household, reading, &book)
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
                    book.park(household, behind: message.record, because: error)
                    book.keep(ParkedMessage(household: household, record: message.record, isFailed: true))
                    reading.plan.park(household)
                    reading.holds[household] = HouseholdHold(message.record)
                    tell(message, of: household, reading, &book)
                }
            }
        }
    }

    /// Whoever waits for the message hears that it waits for an operator.
    private func tell(
        _ message: InboundMessage, of household: HouseholdID, _ reading: Reading,
        _ book: inout EffectBatch<Procedure.Row>
    ) {
        guard let hold = reading.holds[household] else { return }
        for record in procedure.delayed(message, behind: hold, now: reading.now) { book.add(record) }
    }

    /// The second pipeline: write the state, the effects and the positions, and commit.
    private func write(
        _ reading: inout Reading, _ book: EffectBatch<Procedure.Row>, asking requests: [Query], isTrial: Bool,
        on connection: PostgresConnection
    ) async throws -> [String] {
        var queries = procedure.writes(of: &reading.workspace, rows: book.rows) + book.writes() + requests
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
        let names = queries.map(\.statement.name) + (book.outgoing.isEmpty ? [] : [SQL.insertOutbox.name])
        guard !isTrial else {
            try await takeBack(queries, publishing: book.outgoing, on: connection)
            return names
        }
        try await commit(
            queries, publishing: book.outgoing, copies: copies, on: connection, failpoints: failpoints)
        return names
    }
}
