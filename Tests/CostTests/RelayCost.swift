import KafkaClient
import PostgresClient
import ServiceRuntime
import Synchronization
import TestSupport

@testable import Messaging

/// What a service's relay asks of its database: the real one, which carries what stands in the outbox to real topics.
struct RelayCost {
    /// Of reading rows once and of deleting them once. Whoever carries each batch by itself pays it for each.
    let statements: Int
    let roundTrips: Int
    /// Of everything that it carried.
    let log: WriteAheadLog

    /// Carries what stands in the outbox, and counts from one deletion to the next: looks at an empty outbox, of which there
    /// are more the longer the machine takes, are not among them.
    static func carrying(
        _ service: String, _ database: TestDatabase, _ kafka: KafkaConfiguration,
        onDelivery: @escaping Relay.DeliveryRecord = { _ in [] }
    ) async throws -> RelayCost {
        let schema = Migrator.schema(of: service)
        let waiting = try await database.count("SELECT count(*) FROM \(schema).outbox_record")
        let metrics = EngineMetrics(Metrics())
        let marks = Mutex<[(statements: Int, roundTrips: Int)]>([])
        let producer = KafkaProducer(
            kafka, messageTimeoutMilliseconds: KafkaProducer.noTimeout, topicTimeoutMilliseconds: 5000, isGapless: true)
        let relay = Relay(
            service: service, postgres: .service(service, url: database.url), producer: producer,
            recovery: OutboxRecovery(kafka: kafka, admin: try KafkaAdmin(kafka)), guards: .all,
            wake: AsyncSignal(),
            onDelivery: { delivery in
                marks.withLock { $0.append((metrics.statements.total, metrics.roundTrips.total)) }
                return onDelivery(delivery)
            }, log: Log(service: "test", format: .json, level: .error), health: HealthState(), failpoints: .none,
            metrics: metrics)
        try await database.resetWriteAheadLog()
        let task = Task { await relay.run() }
        let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        // The relay's own count, since a look at the outbox would clear up after the relay and be logged beside it.
        while metrics.relayed.total < waiting, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(10))
        }
        task.cancel()
        await task.value
        await producer.close()
        let known = marks.withLock(\.self)
        // The least of them: while the broker owes an answer, the relay asks once a second whether it leads.
        let each = zip(known, known.dropFirst())
        guard metrics.relayed.total == waiting,
            let statements = each.map({ $1.statements - $0.statements }).min(),
            let roundTrips = each.map({ $1.roundTrips - $0.roundTrips }).min()
        else {
            throw Missing("The relay of \(service) carried \(metrics.relayed.total) of \(waiting) in \(known.count).")
        }
        return RelayCost(statements: statements, roundTrips: roundTrips, log: try await database.writeAheadLog())
    }
}
