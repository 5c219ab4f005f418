import Contracts
import FoundationEssentials
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime

extension Engine {
    /// One turn. When it finds that the database has forgotten something, or that Kafka did not do what it was asked, the next
    /// one begins with the partitions' positions, as if they had just been given out; and so until that has succeeded.
    func read(_ consumer: KafkaConsumer, _ progress: inout ReadingProgress) async throws {
        reading.turn(at: progress.next)
        do {
            if progress.mustBeginAnew {
                try await begin(progress.assigned, on: consumer, &progress)
            }
            try await turn(of: consumer, &progress)
        } catch EngineError.positionsWentBack(let lost) {
            try await note(lost)
            progress.wentBack(lost)
        } catch EngineError.refusedWithoutOthers(let finding) {
            guard !stop.isSet else { return }
            database.report(.degraded("Work is waiting: \(finding)"))
            log.note(EngineError.refusedWithoutOthers(finding), in: &progress.alone, of: "batch")
            // Whoever has published meanwhile stands beside it when it is read again.
            progress.interrupted()
            try await Task.sleep(for: Self.pauseBeforeOthers)
        } catch let error where isRefusalOfKafka(error) {
            guard !stop.isSet else { return }
            progress.health.failed("Kafka did not do what it was asked: \(error)")
            log.warning(
                "reading-interrupted", "Kafka did not do what it was asked; beginning again from the positions.",
                .error(error))
            progress.interrupted()
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private static var pauseBeforeOthers: Duration { .seconds(10) }

    /// Whether Kafka did not do what it was asked, and may when it is asked again.
    private func isRefusalOfKafka(_ error: any Error) -> Bool {
        switch error {
        case let error as KafkaError: !error.isFatal
        // Stands for it.
        case FailpointError.reached: true
        default: false
        }
    }

    func turn(of consumer: KafkaConsumer, _ progress: inout ReadingProgress) async throws {
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
        case .assigned(let partitions):
            try await begin(partitions, on: consumer, &progress)
            if settings.guards.positionWentBack, settings.guards.offsetAfterCommit {
                // No more than what is told of it hangs on this, so it is not asked twice.
                if let committed = try? await consumer.committed(Array(progress.next.keys)) {
                    progress.begin(toldBefore: committed, generation: await consumer.generation)
                }
            }
        case .displaced(let partitions):
            // What somebody has published can lead there too, so all others go on while it is looked at.
            for partition in partitions {
                guard let offset = await consumer.start(of: partition) else { continue }
                unreadable.look(
                    at: UnreadablePlace(
                        partition: partition, offset: offset, error: "_AUTO_OFFSET_RESET", kind: .astray))
            }
        case .revoked(let partitions, let isLost):
            log.info(
                "partitions-revoked",
                isLost
                    ? "Partitions are lost: the group could not be reached in time, or went on without this replica."
                    : "Partitions go to another replica.", .count("partitions", partitions.count),
                .code("lost", isLost ? "yes" : "no"))
            try await giveUp(consumer, &progress)
        case .unreadable(let place): unreadable.look(at: place)
        case .batch(let batch):
            let jumped = progress.arrive(batch.reached)
            guard jumped.isEmpty else {
                log.error(
                    "reading-jumped", "Messages were read and did not arrive; reading again from the positions.",
                    .count("partitions", jumped.count))
                return try await begin(progress.assigned, on: consumer, &progress)
            }
            try await noteReadAgain(progress.takeReadAgain(batch.reached))
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
            let held = await consumer.heldBack()
            unreadable.tidy()
            // While nobody answers, nothing can come.
            if state.silentSince == nil { unreadable.look(at: progress.standing.look(held)) }
            note(unreadable.transactions(among: held), &progress)
            let waits = unreadable.waitingPartitions
            if !waits.isEmpty { unreadable.read(upTo: await consumer.lastRead(of: waits)) }
            let waiting = unreadable.sentences + progress.transactions.sentences
            if let news = progress.health.news(state, waiting: waiting) { health.report(.kafka, news) }
        }
        if progress.shouldRetryStopped { try await retryStopped(consumer, &progress) }
        if settings.guards.positionWentBack, progress.shouldCompare { try await compare(&progress, consumer) }
    }

    func begin(
        _ partitions: [TopicPartition], on consumer: KafkaConsumer, _ progress: inout ReadingProgress
    ) async throws {
        let (offsets, rows) = try await startingOffsets(of: partitions)
        log.info("partitions-assigned", "Reading begins.", .count("partitions", offsets.count))
        unreadable.forget(
            except: Set(partitions.filter { rows?[$0] != nil && rows?[$0] == progress.inEffect[$0] }))
        progress.begin(partitions, at: offsets, rows: rows)
        try await failpoints.reach(.consumerBeforeStart)
        try await consumer.start(offsets)
        let lost = progress.hasBegun()
        // What is stopped has been said instead.
        guard !lost.isEmpty, progress.stopped.isEmpty else { return }
        health.report(.positions, .attention(lost.map(\.description).joined(separator: " ")))
    }

    /// Gives the partitions up that the group takes away.
    private func giveUp(_ consumer: KafkaConsumer, _ progress: inout ReadingProgress) async throws {
        do {
            try await failpoints.reach(.rebalanceBeforeUnassign)
            try await tell(consumer, &progress, force: true)
        } catch let error where isRefusalOfKafka(error) {
            // A hint; and the group waits for our answer.
            log.warning("hint-refused", "Kafka did not take how far the reading has come.", .error(error))
        }
        unreadable.forget()
        progress.end()
        await consumer.released()
    }

    /// Answers, and passes, what cannot be read and whose end has been found.
    func skipUnreadable(_ consumer: KafkaConsumer, _ progress: inout ReadingProgress) async throws {
        for found in unreadable.takeFound() {
            let (partition, next) = (found.place.partition, found.lost.upperBound)
            // It came after all while somebody looked.
            if found.place.kind == .stands, await consumer.heldBack()[partition]?.from != found.place.offset {
                continue
            }
            guard !found.isGone else {
                log.warning(
                    "log-displaced", "A log does not hold what is to be read next; looking at it again.",
                    .id("topic", partition.topic), .count("partition", Int(partition.partition)))
                return try await begin(progress.assigned, on: consumer, &progress)
            }
            if let readable = found.readable {
                try await readInTurn(readable, of: partition, consumer, &progress)
                continue
            }
            guard !found.lost.isEmpty else {
                if found.comes {
                    await readAgain(found.place, consumer)
                    continue
                }
                try await goOn(from: found, consumer, &progress)
                continue
            }
            let records = UnreadableBatchOfRecords(found).records
            try await settle(records.map { InboundMessage($0) }, &progress, generation: progress.hint.generation)
            progress.skip(partition, to: next)
            try await consumer.skip(partition, to: next)
        }
    }

    /// A record was numbered behind those that stand behind it, and came before them: they are read, and it is not.
    private func readInTurn(
        _ offset: Int64, of partition: TopicPartition, _ consumer: KafkaConsumer, _ progress: inout ReadingProgress
    ) async throws {
        log.warning(
            "records-out-of-turn", "A record says that it stands behind others, and came before them; they are read.",
            .id("topic", partition.topic), .count("partition", Int(partition.partition)),
            .count("offset", Int(offset)))
        progress.skip(partition, to: offset)
        try await consumer.skip(partition, to: offset)
    }

    /// Others get what stands there and we do not: what the client was told last has been lost between us and it, or it was led
    /// astray. Only that partition is read again.
    private func readAgain(_ place: UnreadablePlace, _ consumer: KafkaConsumer) async {
        log.warning(
            "reading-stuck",
            "Nothing came of a log that goes on and can be read; reading it again from where it stands.",
            .id("topic", place.partition.topic), .count("partition", Int(place.partition.partition)),
            .count("offset", Int(place.offset)))
        metrics.stuck.increment()
        await consumer.restart(place.partition)
    }

    /// Nothing is lost there.
    private func goOn(
        from found: UnreadableRecords.Found, _ consumer: KafkaConsumer, _ progress: inout ReadingProgress
    ) async throws {
        let place = found.place
        switch place.kind {
        // It can be read now.
        case .failed:
            progress.skip(place.partition, to: place.offset)
            try await consumer.skip(place.partition, to: place.offset)
        case .passed(let end): try await consumer.goOn(place.partition, at: end, explained: found.explained)
        // Whatever comes of it comes by itself.
        case .stands, .astray: break
        }
    }

    /// Says which topics stand behind an open transaction.
    private func note(_ held: [TopicPartition: KafkaConsumer.HeldBack], _ progress: inout ReadingProgress) {
        let before = progress.transactions.held.keys
        for news in progress.transactions.look(held) {
            switch news {
            case .stands(let partition, let offset):
                log.warning(
                    "transaction-open", "A topic stands behind a transaction that its producer has not ended.",
                    .id("topic", partition.topic), .count("partition", Int(partition.partition)),
                    .count("offset", Int(offset)))
            case .goesOn(let partition, let seconds):
                log.info(
                    "transaction-ended", "A topic goes on behind a transaction.", .id("topic", partition.topic),
                    .count("partition", Int(partition.partition)), .count("seconds", seconds))
            }
        }
        for topic in Set(before).union(progress.transactions.held.keys) {
            metrics.heldBack(topic).set(Double(progress.transactions.held[topic] ?? 0))
        }
    }

    /// Tells Kafka how far we are.
    func tell(_ consumer: KafkaConsumer, _ progress: inout ReadingProgress, force: Bool = false) async throws {
        guard force || progress.hint.isDue else { return }
        progress.reach(ends: await consumer.ends())
        try await progress.hint.give(to: consumer, force: force)
    }

    /// Those that the service has a use for.
    func concerned(_ batch: KafkaBatch) -> [InboundMessage] {
        InboundMessage.reading(batch.messages, ignoring: ignoredTypes)
    }

    /// Brings messages into effect, and notes how far the reading has come past those that were of no use.
    func settle(_ messages: [InboundMessage], _ progress: inout ReadingProgress, generation: Int) async throws {
        guard !messages.isEmpty || progress.passed.isDue else { return }
        let offsets = progress.passed.take()
        let inEffect = progress.inEffect
        let start = ContinuousClock.now
        let (report, took) = try await persistently("batch") {
            let start = ContinuousClock.now
            let report = try await transaction.run(messages, passed: offsets, inEffect: inEffect)
            return (report, start.duration(to: .now))
        }
        log.noteEnd(of: &progress.alone, of: "batch")
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
        DocumentFinding.report(report.findings, log, health, metrics)
        if report.published + report.deadLetters > 0 { relayWake.signal() }
        // The sweeper looks every second anyway.
        if let wait = report.microsecondsToFirstClock, wait < 1_000_000 { sweeperWake.signal() }
        try await failpoints.reach(.consumerBeforeOffsetCommit)
        progress.reach(report.nextOffsets, seen: report.seen, generation: generation)
    }

    func count(_ report: BatchTransaction<Procedure>.Report) {
        metrics.batches.increment()
        metrics.handled.increment(by: report.handled)
        metrics.alreadyInEffect.increment(by: report.alreadyInEffect)
        metrics.waiting.increment(by: report.waiting)
        for (code, count) in report.failures { metrics.deadLetters(code).increment(by: count) }
        metrics.count(report.publishedByKind, report.measurements)
        metrics.statements.increment(by: report.cost.statements)
        metrics.roundTrips.increment(by: report.cost.roundTrips)
    }
}
