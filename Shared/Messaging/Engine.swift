import Contracts
import KafkaClient
import PostgresClient
import ServiceRuntime

/// The one loop that every service runs on: take a batch, bring it into effect in one transaction, say what follows,
/// fire what falls due.
public struct Engine<Procedure: BatchProcedure>: Sendable {
    let settings: EngineSettings
    let log: Log
    let health: HealthState
    let failpoints: Failpoints
    let metrics: EngineMetrics
    let pool: PostgresPool
    let admin: KafkaAdmin
    let producer: KafkaProducer
    let transaction: BatchTransaction<Procedure>
    let ignoredTypes: Set<String>
    let sweeper: Sweeper<Procedure>
    let relay: Relay
    let maintenance: Maintenance<Procedure>
    let connections: [LoopConnection]
    let expired = ExpiredMessages()
    let unreadable: UnreadableRecords
    let database: DatabaseHealth
    let reading: ReadingWatch
    let written: WrittenLogWatch
    let stop = StopRequest()
    let relayWake = AsyncSignal()
    let sweeperWake = AsyncSignal()

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
        var postgres = settings.postgres
        let exchanges = postgres.exchanges ?? ExchangeWatch()
        postgres.exchanges = exchanges
        database = DatabaseHealth(health, log, exchanges, longestWait: settings.longestDatabaseWait)
        reading = ReadingWatch(health, log, metrics)
        pool = PostgresPool(postgres, maximumConnections: 1)
        written = WrittenLogWatch(
            topics: settings.writtenTopics, advice: settings.spec.watches.advice, store: WrittenLogStore(pool: pool),
            kafka: settings.kafka, log: log, health: health, metrics: metrics)
        let epochs = DatabaseEpochs()
        let batches = LoopConnection(postgres, failpoints: failpoints, epochs: epochs)
        let deadlines = LoopConnection(postgres, failpoints: failpoints, epochs: epochs)
        let chores = LoopConnection(postgres.forMaintenance, failpoints: failpoints, epochs: epochs)
        connections = [batches, deadlines, chores]
        admin = try KafkaAdmin(settings.kafka)
        producer = KafkaProducer(
            settings.kafka, messageTimeoutMilliseconds: KafkaProducer.noTimeout, topicTimeoutMilliseconds: 5000,
            isGapless: true, isPlain: Topics(prefix: settings.topicPrefix).isReadOutside)
        unreadable = UnreadableRecords(kafka: settings.kafka, log: log, failpoints: failpoints)
        ignoredTypes = procedure.ignoredTypes
        let copies = OutboxCache(forgets: settings.guards.memory)
        transaction = BatchTransaction(
            procedure: procedure, connection: batches, deadLetterTopic: settings.deadLetterTopic,
            guards: settings.guards, failpoints: failpoints, copies: copies)
        sweeper = Sweeper(
            procedure: procedure, guards: settings.guards, connection: deadlines, wake: sweeperWake,
            relayWake: relayWake, log: log,
            health: health,
            failpoints: failpoints, metrics: metrics, copies: copies)
        maintenance = Maintenance(
            handler: OperatorRequestHandler(
                procedure: procedure, connection: chores, deadLetterTopic: settings.deadLetterTopic,
                projection: projection, relayWake: relayWake, log: log, failpoints: failpoints),
            connection: chores, inboxDays: settings.inboxDays,
            pruner: RecordPruner(rules: settings.retention, connection: chores, metrics: metrics), log: log,
            health: health, metrics: metrics)
        let recovery = OutboxRecovery(kafka: settings.kafka, admin: admin)
        relay = Relay(
            service: settings.service, postgres: postgres, producer: producer,
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
                group: settings.group, topics: settings.topics,
                groupInstance: settings.groupInstance,
                leavingOut: { [ignoredTypes] in InboundMessage.isForOthers($0, ignoredTypes) }))
        do {
            var progress = ReadingProgress(mostMessages: settings.batchMessages)
            defer {
                unreadable.forget()
                unreadable.tell(nil)
                reading.reads(from: nil)
            }
            unreadable.tell(consumer)
            reading.reads(from: consumer)
            // On the consumer's own thread: what was read is handled where it was read.
            try await withTaskExecutorPreference(consumer.taskExecutor) {
                while !stop.isSet { try await read(consumer, &progress) }
                // A hint, for which no service ends otherwise than it should.
                do { try await progress.hint.give(to: consumer, force: true) } catch {
                    log.warning("hint-refused", "Kafka did not take how far the reading has come.", .error(error))
                }
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
    public func keepHouse() async { await maintenance.run() }

    /// Looks whether the database answers and the reading gets on, until the task is cancelled.
    public func watch() async {
        async let watched: Void = database.watch()
        await reading.run(isDatabaseWell: { [database] in database.isWell }) { [admin] partitions in
            (try? await admin.ends(of: partitions)) ?? [:]
        }
        await watched
    }

    /// Looks whether what it has written is still there, and whether anything stands where it does not read, until the task is
    /// cancelled.
    public func watchWritten() async {
        async let unread: Void = UnreadTopics(
            spec: settings.spec, names: Topics(prefix: settings.topicPrefix), inputs: settings.topics,
            store: PositionStore(pool: pool), kafka: settings.kafka, log: log, health: health, metrics: metrics
        ).run()
        await written.run()
        await unread
    }

    /// Waits until the broker has what the batches so far have said, for a few seconds at the most: nobody else may be there
    /// to say it. When the database is away it does not wait; then whoever comes next carries it.
    public func finishOutbox() async {
        // Its pool's connections are all being tried by others then, and waiting for one of those would use up the time to stop.
        guard database.isWell else { return }
        relayWake.signal()
        let end = ContinuousClock.now.advanced(by: .milliseconds(Engine.outboxGraceMilliseconds))
        try? await pool.withConnection { connection in
            let last = try await connection.run(SQL.readLastOutboxID, []).onlyRow().int8("last_value")
            while ContinuousClock.now < end,
                try await !connection.run(SQL.outboxIsCarried, [.int8(last)]).onlyRow().bool("is_carried")
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
}
