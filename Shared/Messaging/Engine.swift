import Contracts
import FoundationEssentials
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime

/// What an engine needs to know of its service and its surroundings.
public struct EngineSettings: Sendable {
    /// `referral-intake`, …: the consumer group, the schema and the dead letters are named after it.
    public var service: String
    /// Which replica this is, if it has a name: a quiet restart under the same one does not move partitions, and two processes
    /// under one name put each other out.
    public var replica: String?
    /// The brokers.
    public var kafka: KafkaConfiguration
    /// The database.
    public var postgres: PostgresConfiguration
    /// Stands before every topic and group name.
    public var topicPrefix: String
    /// The topics to read, with their prefix.
    public var topics: [String]
    /// Messages in one transaction at the most.
    public var batchMessages: Int
    /// How many days an event is recognised when it comes again.
    public var inboxDays: Int
    /// How long records are kept.
    public var retention: RetentionRules
    /// All up, outside of tests that look whether they notice.
    public var guards: EngineGuards

    /// Settings for one service.
    public init(
        service: String, replica: String?, kafka: KafkaConfiguration, postgres: PostgresConfiguration,
        topicPrefix: String, topics: [String], batchMessages: Int, inboxDays: Int = 35,
        retention: RetentionRules = .nothing, guards: EngineGuards = .all
    ) {
        self.service = service
        self.replica = replica
        self.kafka = kafka
        self.postgres = postgres
        self.topicPrefix = topicPrefix
        self.topics = topics
        self.batchMessages = batchMessages
        self.inboxDays = inboxDays
        self.retention = retention
        self.guards = guards
    }

    /// Where this service's dead letters go.
    public var deadLetterTopic: String { topicPrefix + "dead-letters." + service }
}

/// The one loop that every service runs on: take a batch, bring it into effect in one transaction, say what follows,
/// fire what falls due.
public struct Engine<Procedure: BatchProcedure>: Sendable {
    private let settings: EngineSettings
    private let log: Log
    private let health: HealthState
    private let failpoints: Failpoints
    private let metrics: EngineMetrics
    private let pool: PostgresPool
    private let admin: KafkaAdmin
    private let producer: KafkaProducer
    private let transaction: BatchTransaction<Procedure>
    private let ignoredTypes: Set<String>
    private let sweeper: Sweeper<Procedure>
    private let relay: Relay
    private let housekeeper: Housekeeper<Procedure>
    private let connections: [LoopConnection]
    private let expired = ExpiredMessages()
    private let unreadable: UnreadableRecords
    private let stop = StopRequest()
    private let relayWake = Wake()
    private let sweeperWake = Wake()

    /// An engine that is connected to nothing yet.
    public init(
        _ settings: EngineSettings, procedure: Procedure, log: Log, health: HealthState, failpoints: Failpoints,
        metrics: EngineMetrics, projection: ClockProjection? = nil,
        onDelivery: @escaping Relay.DeliveryRecord = { _ in [] }
    ) throws(KafkaError) {
        self.settings = settings
        self.log = log
        self.health = health
        self.failpoints = failpoints
        self.metrics = metrics
        pool = PostgresPool(settings.postgres, maximumConnections: 1)
        let epochs = DatabaseEpochs()
        let batches = LoopConnection(settings.postgres, failpoints: failpoints, epochs: epochs)
        let deadlines = LoopConnection(settings.postgres, failpoints: failpoints, epochs: epochs)
        let chores = LoopConnection(settings.postgres, failpoints: failpoints, epochs: epochs)
        connections = [batches, deadlines, chores]
        admin = try KafkaAdmin(settings.kafka)
        producer = KafkaProducer(
            settings.kafka, messageTimeoutMilliseconds: KafkaProducer.noTimeout, topicTimeoutMilliseconds: 5000,
            isGapless: true, isPlain: Topics(prefix: settings.topicPrefix).isReadOutside)
        unreadable = UnreadableRecords(kafka: settings.kafka, log: log)
        ignoredTypes = procedure.ignoredTypes
        let copies = OutboxCopies(forgets: settings.guards.memory)
        transaction = BatchTransaction(
            procedure: procedure, connection: batches, deadLetterTopic: settings.deadLetterTopic,
            guards: settings.guards, failpoints: failpoints, copies: copies)
        sweeper = Sweeper(
            procedure: procedure, guards: settings.guards, connection: deadlines, wake: sweeperWake,
            relayWake: relayWake, log: log,
            health: health,
            failpoints: failpoints, metrics: metrics, copies: copies)
        housekeeper = Housekeeper(
            desk: OperatorDesk(
                procedure: procedure, connection: chores, deadLetterTopic: settings.deadLetterTopic,
                projection: projection, relayWake: relayWake, log: log, failpoints: failpoints),
            connection: chores, inboxDays: settings.inboxDays,
            pruner: RecordPruner(rules: settings.retention, connection: chores, metrics: metrics), log: log,
            health: health, metrics: metrics)
        let recovery = OutboxRecovery(kafka: settings.kafka, admin: admin)
        relay = Relay(
            service: settings.service, postgres: settings.postgres, producer: producer,
            recovery: recovery, guards: settings.guards, wake: relayWake,
            onDelivery: onDelivery, log: log, health: health, failpoints: failpoints, metrics: metrics,
            copies: copies, epochs: epochs)
    }

    /// Reads, handles and commits until the task is cancelled; then finishes the batch and leaves the group.
    public func consume() async throws {
        // A task of its own, which the cancellation of this one does not reach.
        let reading = Task { try await consumeUntilStop() }
        try await withTaskCancellationHandler {
            do { try await reading.value } catch is CancellationError {
                // Stopped while it waited for the database or the broker to come back.
            }
        } onCancel: {
            stop.set()
        }
    }

    private func consumeUntilStop() async throws {
        try await checkSchema()
        try await declareClocks()
        let consumer = try KafkaConsumer(
            settings.kafka,
            KafkaConsumer.Options(
                group: settings.topicPrefix + settings.service, topics: settings.topics,
                groupInstance: settings.replica.map { settings.service + "-" + $0 },
                leavingOut: { [ignoredTypes] in InboundMessage.isForOthers($0, ignoredTypes) }))
        do {
            var progress = ReadingProgress(mostMessages: settings.batchMessages)
            defer { unreadable.forget() }
            // On the consumer's own thread: what was read is handled where it was read.
            try await withTaskExecutorPreference(consumer.taskExecutor) {
                while !stop.isSet { try await read(consumer, &progress) }
                try await progress.hint.give(to: consumer, force: true)
            }
        } catch is CancellationError {
            // Stopping: what was not finished is read again by whoever comes next.
        } catch {
            await consumer.close(timeoutMilliseconds: 5000)
            throw error
        }
        await consumer.close(timeoutMilliseconds: 5000)
    }

    /// Carries the outbox until the task is cancelled.
    public func carryOutbox() async { await relay.run() }

    /// Fires deadlines until the task is cancelled.
    public func fireDeadlines() async { await sweeper.run() }

    /// Carries operators' requests out and removes old rows, until the task is cancelled.
    public func keepHouse() async { await housekeeper.run() }

    /// Waits until the broker has what the batches so far have said, for a few seconds at the most: nobody else may be there
    /// to say it. When the database is away it does not wait; then whoever comes next carries it.
    public func finishOutbox() async {
        relayWake.signal()
        let end = ContinuousClock.now.advanced(by: .milliseconds(Engine.outboxGraceMilliseconds))
        try? await pool.withConnection { connection in
            let last = try await connection.run(SQL.readLastOutboxID, []).onlyRow().int8(0)
            while ContinuousClock.now < end,
                try await !connection.run(SQL.outboxIsCarried, [.int8(last)]).onlyRow().bool(0)
            {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private static var outboxGraceMilliseconds: Int { 5000 }

    /// Gives the connections back. Call it when the three loops have ended.
    public func close() async {
        await producer.close()
        for connection in connections { await connection.close() }
        await pool.close()
    }

    /// One turn, and what is to be done when it finds that the database has forgotten something, or that Kafka did not do
    /// what it was asked: then its partitions are read from their positions, as if they had just been given out.
    private func read(_ consumer: KafkaConsumer, _ progress: inout ReadingProgress) async throws {
        do {
            if progress.mustBeginAnew {
                try await begin(progress.assigned, on: consumer, &progress)
            }
            try await turn(of: consumer, &progress)
        } catch EngineError.positionsWentBack(let lost) {
            try await readAgain(lost, consumer, &progress)
        } catch let error as KafkaError where !error.isFatal {
            guard !stop.isSet else { return }
            progress.health.failed("Kafka did not do what it was asked: \(error)")
            log.warning(
                "reading-interrupted", "Kafka did not do what it was asked; beginning again from the positions.",
                .error(error))
            progress.mustBeginAnew = !progress.assigned.isEmpty
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func turn(of consumer: KafkaConsumer, _ progress: inout ReadingProgress) async throws {
        let event: KafkaConsumerEvent?
        do {
            event = try await consumer.next(maximumMessages: progress.pace.limit, timeoutMilliseconds: 1000)
        } catch {
            guard !error.isFatal else { throw error }
            progress.health.failed("Kafka cannot be read: \(error)")
            log.warning("kafka-unreadable", "Kafka cannot be read; trying again.", .error(error))
            return
        }
        switch event {
        case nil:
            try await settle([], &progress, generation: progress.hint.generation)
            try await tell(consumer, &progress, force: true)
        case .assigned(let partitions): try await begin(partitions, on: consumer, &progress)
        case .displaced(let partitions):
            log.warning(
                "log-displaced", "A log does not hold what is to be read next; looking at it again.",
                .count("partitions", partitions.count))
            try await begin(progress.assigned, on: consumer, &progress)
        case .revoked(let partitions, let isLost):
            log.info(
                "partitions-revoked",
                isLost
                    ? "Partitions are lost: the group could not be reached in time, or went on without this replica."
                    : "Partitions go to another replica.", .count("partitions", partitions.count),
                .code("lost", isLost ? "yes" : "no"))
            try await failpoints.reach(.rebalanceBeforeUnassign)
            try await tell(consumer, &progress, force: true)
            unreadable.forget()
            progress.end()
            await consumer.released()
        case .unreadable(let place): unreadable.look(at: place)
        case .batch(let batch):
            let jumped = progress.arrive(batch.reached)
            guard jumped.isEmpty else {
                log.error(
                    "reading-jumped", "Messages were read and did not arrive; reading again from the positions.",
                    .count("partitions", jumped.count))
                return try await begin(progress.assigned, on: consumer, &progress)
            }
            if !settings.guards.offsetAfterCommit { try await tellTooEarly(of: batch, consumer) }
            progress.passed.pass(batch.reached)
            let messages = concerned(batch)
            metrics.ignored.increment(by: batch.leftOut + batch.messages.count - messages.count)
            try await settle(messages, &progress, generation: batch.generation)
            try await tell(consumer, &progress)
        }
        try await skipUnreadable(consumer, &progress)
        if progress.health.isDue() {
            let state = await consumer.state()
            log.note(progress.silence.look(state))
            if let news = progress.health.news(state, unreadable: unreadable.sentences) { health.report(.kafka, news) }
        }
        if progress.shouldLookAgain { try await lookAgain(consumer, &progress) }
        if settings.guards.positionWentBack, progress.shouldCompare { try await compare(&progress) }
    }

    private func begin(
        _ partitions: [TopicPartition], on consumer: KafkaConsumer, _ progress: inout ReadingProgress
    ) async throws {
        let (offsets, rows) = try await startingOffsets(of: partitions)
        log.info("partitions-assigned", "Reading begins.", .count("partitions", offsets.count))
        unreadable.forget()
        progress.begin(partitions, at: offsets, rows: rows)
        try await consumer.start(offsets)
    }

    /// Answers, and passes, what cannot be unpacked and whose end has been found.
    private func skipUnreadable(_ consumer: KafkaConsumer, _ progress: inout ReadingProgress) async throws {
        for found in unreadable.takeFound() {
            let (partition, last) = (found.place.partition, found.last)
            if last >= found.place.offset {
                let message = InboundMessage(unreadable: found.place, through: last)
                try await settle([message], &progress, generation: progress.hint.generation)
            }
            progress.skip(partition, to: last + 1)
            try await consumer.skip(partition, to: last + 1)
        }
    }

    /// Sees whether positions have gone back, also of partitions of which no message comes.
    private func compare(_ progress: inout ReadingProgress) async throws {
        let partitions = Array(progress.inEffect.keys)
        let store = PositionStore(pool: pool)
        let rows = try await persistently("positions") { try await store.read(partitions) }
        let lost = LostPosition.among(
            rows.mapValues(\.position.nextOffset), of: partitions, inEffect: progress.inEffect)
        guard lost.isEmpty else { throw EngineError.positionsWentBack(lost) }
        progress.compared()
    }

    /// Reads again what the database does not know of any more. Its effects come out again under the same event ids; what had
    /// been said of it is known again by whoever reads that.
    private func readAgain(
        _ lost: [LostPosition], _ consumer: KafkaConsumer, _ progress: inout ReadingProgress
    ) async throws {
        for position in lost {
            log.error(
                "position-went-back", position.description, .id("topic", position.partition.topic),
                .count("partition", Int(position.partition.partition)), .count("from", Int(position.found ?? 0)),
                .count("to", Int(position.had)))
            metrics.readAgain.increment(by: Int(position.had - (position.found ?? 0)))
        }
        let store = PositionStore(pool: pool)
        try await persistently("rereads") { try await store.note(lost) }
        try await begin(progress.assigned, on: consumer, &progress)
        guard progress.stopped.isEmpty else { return }
        health.report(.positions, .attention(lost.map(\.description).joined(separator: " ")))
    }

    /// Begins anew if a partition that was stopped can be read now, since an operator has decided where from.
    private func lookAgain(_ consumer: KafkaConsumer, _ progress: inout ReadingProgress) async throws {
        let startable = try await startingOffsets(of: progress.stopped).offsets
        guard startable.isEmpty else { return try await begin(progress.assigned, on: consumer, &progress) }
        progress.lookedAgain()
    }

    /// For a broken twin of the tests: Kafka hears of offsets that are not in effect, and believes them.
    private func tellTooEarly(of batch: KafkaBatch, _ consumer: KafkaConsumer) async throws {
        try await consumer.commit(batch.reached.mapValues { $0.offset + 1 }, generation: batch.generation)
        try await Task.sleep(for: .milliseconds(200))
    }

    private func startingOffsets(of partitions: [TopicPartition]) async throws -> (
        offsets: [TopicPartition: Int64], rows: [TopicPartition: Int64]?
    ) {
        guard settings.guards.offsetAfterCommit else {
            let group = settings.topicPrefix + settings.service
            let committed = try await admin.committedOffsets(of: group, partitions, in: settings.kafka)
            return (Dictionary(uniqueKeysWithValues: partitions.map { ($0, committed[$0] ?? 0) }), nil)
        }
        let assignment = Assignment(
            positions: PositionStore(pool: pool), admin: admin, kafka: settings.kafka, log: log, health: health,
            expired: expired, metrics: metrics)
        return try await persistently("assignment") { try await assignment.startingOffsets(of: partitions) }
    }

    /// Tells Kafka how far we are, and the metrics how far that is from the end.
    private func tell(_ consumer: KafkaConsumer, _ progress: inout ReadingProgress, force: Bool = false) async throws {
        guard try await progress.hint.give(to: consumer, force: force) || force else { return }
        var lag: [String: Int64] = [:]
        for (partition, high) in await consumer.knownEnds(of: Array(progress.next.keys)) {
            lag[partition.topic, default: 0] += max(0, high - (progress.next[partition] ?? high))
        }
        for (topic, messages) in lag { metrics.lag(of: topic).set(Double(messages)) }
    }

    /// Those that the service has a use for.
    private func concerned(_ batch: KafkaBatch) -> [InboundMessage] {
        // The envelope check only asks whether `time` lies far ahead; what rules see is the database's clock.
        let arrived = Instant(microsecondsSinceEpoch: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        return InboundMessage.reading(batch.messages, ignoring: ignoredTypes, now: arrived)
    }

    /// Brings messages into effect, and notes how far the reading has come past those that were of no use.
    private func settle(_ messages: [InboundMessage], _ progress: inout ReadingProgress, generation: Int) async throws {
        guard !messages.isEmpty || progress.passed.isDue else { return }
        let offsets = progress.passed.take()
        let inEffect = progress.inEffect
        let start = ContinuousClock.now
        let (report, took) = try await persistently("batch") {
            let start = ContinuousClock.now
            let report = try await transaction.run(messages, passed: offsets, inEffect: inEffect)
            return (report, start.duration(to: .now))
        }
        if !messages.isEmpty {
            progress.pace.note(messages: messages.count, took: took)
            metrics.batchMessages.observe(Double(messages.count))
            metrics.batchSeconds.observe(start.duration(to: .now) / .seconds(1))
        }
        count(report)
        for (code, count) in report.failures.sorted(by: { $0.key < $1.key }) {
            log.error(
                "dead-letters", "Messages could not be handled; see 'keepsight dead-letters list'.",
                .count("messages", count), .code("failure", code))
        }
        if report.published + report.deadLetters > 0 { relayWake.signal() }
        // The sweeper looks every second anyway.
        if let wait = report.microsecondsToFirstClock, wait < 1_000_000 { sweeperWake.signal() }
        try await failpoints.reach(.consumerBeforeOffsetCommit)
        progress.reach(report.nextOffsets, seen: report.seen, generation: generation)
    }

    private func count(_ report: BatchTransaction<Procedure>.Report) {
        metrics.batches.increment()
        metrics.handled.increment(by: report.handled)
        metrics.alreadyInEffect.increment(by: report.alreadyInEffect)
        metrics.waiting.increment(by: report.waiting)
        for (code, count) in report.failures { metrics.deadLetters(code).increment(by: count) }
        metrics.count(report.tallies, report.measurements)
        metrics.statements.increment(by: report.cost.statements)
        metrics.roundTrips.increment(by: report.cost.roundTrips)
    }

    /// Tries until it succeeds or the task is cancelled: whatever it is that concerns everybody is waited out, in place and in
    /// order. It is said once, and readiness tells of it meanwhile.
    ///
    /// - Parameter isStarting: whoever starts a service hears at once what only somebody can mend.
    private func persistently<T: Sendable>(
        _ what: String, isStarting: Bool = false, _ body: () async throws -> T
    ) async throws -> T {
        var backoff = Backoff()
        var outage = Outage()
        while true {
            do {
                let value = try await body()
                health.report(.database, .ok)
                log.noteEnd(of: &outage, of: what)
                return value
            } catch let error where isStarting ? isTransient(error) : isWaitedOut(error) {
                guard !stop.isSet else { throw CancellationError() }
                health.report(.database, .degraded("Work is waiting: \(error)"))
                log.note(error, in: &outage, of: what)
                try await Task.sleep(for: .milliseconds(backoff.nextDelayMilliseconds()))
            }
        }
    }

    /// Whether it passes by itself.
    private func isTransient(_ error: any Error) -> Bool {
        (error as? PostgresError)?.isTransient ?? isWaitedOut(error)
    }

    /// Whether it is over when somebody has mended it, or by itself.
    private func isWaitedOut(_ error: any Error) -> Bool {
        switch error {
        case let error as PostgresError:
            // Of a single message it would not have come as far as here.
            ![.invalidConfiguration, .closed, .cancelled].contains(error.code)
        case let error as KafkaError: !error.isFatal
        case EngineError.stateForgotten, EngineError.refusedAlike: true
        // Stands for a disk that is full for a while, or a connection refused.
        case FailpointError.reached: true
        default: false
        }
    }

    /// Says what each kind of clock means, and sets those that run without an event.
    private func declareClocks() async throws {
        let procedure = transaction.procedure
        try await persistently("clock-kinds") {
            try await pool.withConnection { connection in
                let kinds = ClockKind.declaration(of: procedure.clockKinds)
                _ = try await connection.run(kinds.statement, kinds.parameters)
                let now = try await connection.run(SQL.readClock, []).instant()
                let standing = procedure.standingClocks(now: now).sorted { $0.key.text < $1.key.text }
                guard !standing.isEmpty else { return }
                _ = try await connection.run(
                    SQL.armStandingDeadlines,
                    [
                        .textArray(standing.map(\.key.text)), .uuidArray(standing.map(\.household.uuid)),
                        .timestampArray(standing.map(\.due.microsecondsSinceEpoch)),
                        .bytesArray(standing.map(\.explanation)),
                    ])
            }
        }
    }

    private func checkSchema() async throws {
        let schema = Migrator.schema(of: settings.service)
        let problem = try await persistently("schema-check", isStarting: true) {
            try await pool.withConnection { connection in
                do {
                    let row = try await connection.run(SQL.findSchema, [.text(schema)]).onlyRow()
                    return SchemaVersion.problem(
                        service: settings.service, engine: Int(try row.int8(0)), own: Int(try row.int8(1)))
                } catch let error as PostgresError where error.sqlState == "42P01" || error.sqlState == "3F000" {
                    // Not even the table that says which migrations there are.
                    return EngineError.notMigrated(schema: schema)
                }
            }
        }
        if let problem { throw problem }
    }
}
