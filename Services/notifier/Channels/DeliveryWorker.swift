import Channels
import Contracts
import Messaging
import NotifierSpec
import Policy
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Carries what waits for one channel: puts e-mails together, takes what is due, sends it, records what came of it. A loop of the
/// notifier's process beside the relay, on a connection of its own, so that no slow receiver holds up a notice on Kafka.
///
/// One process carries a channel at a time; the lead is a lease that is bound to the connection that records. What an e-mail is
/// about is written down before it is sent: a process killed between sending and recording sends the same again, under the same
/// Message-ID or webhook-id.
struct DeliveryWorker: Sendable {
    /// Messages sent beside each other, at the most.
    static let batch: Int64 = 8
    /// Of one address.
    static let batchForAddress: Int64 = 2
    /// Between two looks when nothing is due.
    static let pause = Duration.milliseconds(500)
    /// Between two looks at how many wait and have failed.
    static let gaugeInterval = Duration.seconds(5)

    let channel: Channel
    let policy: Policy
    let sender: any DeliverySender
    let context: ServiceProcess<Notifier>.Context

    private var component: HealthState.Component { .delivering(by: channel) }

    /// Runs until the task is cancelled, through outages of the database and of every receiver.
    func run() async {
        let metrics = DeliveryMetrics(context.metrics, channel)
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                let connection = try await PostgresConnection.connect(context.postgres)
                do {
                    try await lead(on: connection, metrics) { backoff.reset() }
                } catch {
                    await connection.close()
                    throw error
                }
                await connection.close()
            } catch {
                guard !Task.isCancelled else { return }
                context.health.report(component, .degraded("Deliveries wait for the database: \(error)"))
                context.log.warning(
                    "deliveries-interrupted", "Deliveries wait for the database; trying again.",
                    .code("channel", channel.rawValue), .error(error))
                try? await Task.sleep(for: .milliseconds(backoff.nextDelayMilliseconds()))
            }
        }
    }

    private func lead(on connection: PostgresConnection, _ metrics: DeliveryMetrics, onLead: () -> Void) async throws {
        context.health.report(component, .ok)
        let name = "deliveries/" + channel.rawValue
        var taken = try await Lease.take(name, on: connection)
        while taken == nil {
            try await Task.sleep(for: Self.pause)
            taken = try await Lease.take(name, on: connection)
        }
        guard let lease = taken else { return }
        onLead()
        var resting = RestingAddresses()
        var pause = Backoff()
        var lastGauges: ContinuousClock.Instant?
        var trouble: DeliveryOutcome.Reason?
        while !Task.isCancelled {
            try await lease.renewIfDue(on: connection)
            let (carried, paused) = try await carry(
                &resting, isHeldUp: trouble != nil, under: lease, on: connection, metrics)
            let hasChanged = paused != trouble
            trouble = paused
            if hasChanged || lastGauges.map({ $0.duration(to: .now) >= Self.gaugeInterval }) ?? true {
                let backlog = try await DeliveryBacklog.read(channel, on: connection)
                metrics.note(backlog)
                context.health.report(component, backlog.status(trouble: trouble))
                if hasChanged { report(backlog, trouble) }
                lastGauges = .now
            }
            if trouble != nil {
                try await Task.sleep(for: .milliseconds(max(500, pause.nextDelayMilliseconds())))
            } else {
                pause.reset()
                if carried == 0 { try await Task.sleep(for: Self.pause) }
            }
        }
    }

    /// Sends what is due. How many that were, and why everything must wait, if it must.
    ///
    /// - Parameter isHeldUp: whether everything waits, as for a mail server that is not there: then no more e-mails are put
    ///   together, so that one about everything goes when it is back.
    private func carry(
        _ resting: inout RestingAddresses, isHeldUp: Bool, under lease: Lease, on connection: PostgresConnection,
        _ metrics: DeliveryMetrics
    ) async throws -> (count: Int, paused: DeliveryOutcome.Reason?) {
        let now = try await now(on: connection)
        let addresses = PostgresValue.textArray(resting.resting(at: now))
        var pipeline = Pipeline()
        pipeline.add(NotifierSQL.suppressDeliveries, [.text(channel.rawValue)])
        let isGathered = channel == .email
        if isGathered, !isHeldUp {
            pipeline.add(
                NotifierSQL.findGatheredDeliveries, [.text(channel.rawValue), .int8(Self.batch), addresses])
        }
        let found = try await connection.run(pipeline)
        if found.count > 1 {
            let messages = MessagePlan.messages(of: try found[1].rows.compactMap(GatheredDelivery.init), now: now)
            if !messages.isEmpty {
                let compose = MessagePlan.compose(messages)
                _ = try await connection.run(compose.statement, compose.parameters)
            }
        }
        let rows = try await connection.run(
            NotifierSQL.findDueDeliveries,
            [
                .text(channel.rawValue), .int8(Self.batch), .int8(Self.batchForAddress), addresses,
                .bool(!isGathered),
            ]
        ).rows
        return try await send(try DueMessage.all(of: rows), &resting, under: lease, on: connection, metrics, now: now)
    }

    private func send(
        _ due: [DueMessage], _ resting: inout RestingAddresses, under lease: Lease, on connection: PostgresConnection,
        _ metrics: DeliveryMetrics, now: Instant
    ) async throws -> (count: Int, paused: DeliveryOutcome.Reason?) {
        guard !due.isEmpty else { return (0, nil) }
        // Receivers may be slow.
        let results = try await lease.renewing(on: connection) { [sender] in await sender.send(due, now: now) }
        try await context.failpoints.reach(.deliveryAfterSend)
        var attempts: [DeliveryAttempt] = []
        var waiting: [Int64] = []
        var paused: DeliveryOutcome.Reason?
        for (message, (outcome, status)) in zip(due, results) {
            resting.note(message.address, outcome, now: now)
            if case .paused(let reason) = outcome {
                paused = reason
                waiting += message.items.map(\.id)
            }
            metrics.count(outcome)
            guard let attempt = DeliveryAttempt.settling(message, outcome, status: status, policy, now: now) else {
                continue
            }
            attempts.append(attempt)
            guard attempt.state == .failed else { continue }
            context.log.error(
                "delivery-failed", "A delivery has failed for good; see 'keepsight deliveries'.",
                .count("delivery", Int(attempt.id)), .code("channel", channel.rawValue),
                .code("reason", attempt.reason?.rawValue ?? ""))
        }
        if !attempts.isEmpty {
            let record = DeliveryAttempt.record(attempts)
            _ = try await connection.run(record.statement, record.parameters)
        }
        if let paused {
            _ = try await connection.run(
                NotifierSQL.noteWaitingReason, [.int8Array(waiting), .text(paused.rawValue)])
        }
        return (attempts.count, paused)
    }

    private func now(on connection: PostgresConnection) async throws -> Instant {
        Instant(microsecondsSinceEpoch: try await connection.run(NotifierSQL.readNow).onlyRow().timestamp("now"))
    }

    /// Once when everything has to wait, and once when it goes on.
    private func report(_ backlog: DeliveryBacklog, _ trouble: DeliveryOutcome.Reason?) {
        let channel = LogField.code("channel", channel.rawValue)
        if let trouble {
            context.log.warning(
                "deliveries-wait", backlog.status(trouble: trouble).reason, channel, .code("reason", trouble.rawValue),
                .count("waiting", Int(backlog.waiting)))
        } else {
            context.log.info(
                "deliveries-go-on", "What had to wait is sent again.", channel, .count("waiting", Int(backlog.waiting)))
        }
    }
}

extension HealthState.Component {
    /// What goes by a channel.
    static func delivering(by channel: Channel) -> HealthState.Component { channel == .email ? .email : .webhooks }
}

/// Sends deliveries of one channel, and says what became of each, in their order.
protocol DeliverySender: Sendable {
    /// The outcome on each, and the other side's status.
    func send(_ due: [DueMessage], now: Instant) async -> [(outcome: DeliveryOutcome, status: Int)]
}

/// What a channel counts.
struct DeliveryMetrics: Sendable {
    let waiting: Gauge
    let failed: Gauge
    let oldest: Gauge
    private let metrics: Metrics
    private let channel: Channel

    init(_ metrics: Metrics, _ channel: Channel) {
        self.metrics = metrics
        self.channel = channel
        let labels = [(name: "channel", value: channel.rawValue)]
        waiting = metrics.gauge("deliveries_waiting", labels: labels, help: "Deliveries that wait for an attempt.")
        failed = metrics.gauge("deliveries_failed", labels: labels, help: "Deliveries that somebody must see to.")
        oldest = metrics.gauge(
            "deliveries_oldest_waiting_seconds", labels: labels,
            help: "How long the oldest delivery that waits has waited.")
    }

    /// What has not gone.
    func note(_ backlog: DeliveryBacklog) {
        waiting.set(Double(backlog.waiting))
        failed.set(Double(backlog.failed))
        oldest.set(Double(backlog.secondsWaited))
    }

    func count(_ outcome: DeliveryOutcome) {
        let word =
            switch outcome {
            case .delivered: "delivered"
            case .later(let reason), .paused(let reason): "later-" + reason.rawValue
            case .never(let reason): "never-" + reason.rawValue
            case .untried: "untried"
            }
        metrics.counter(
            "delivery_attempts", labels: [("channel", channel.rawValue), ("result", word)],
            help: "Attempts to deliver by a channel, by how they ended."
        ).increment()
    }
}
