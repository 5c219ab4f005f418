import Messaging
import Policy
import PostgresClient
import ServiceRuntime

/// Watches a channel that this process has no settings for: deliveries that an earlier one has left behind wait for nobody,
/// which somebody must be told.
struct UncarriedDeliveries: Sendable {
    /// Between two looks.
    static let pause = Duration.seconds(60)

    let channel: Channel
    let context: ServiceProcess<Notifier>.Context

    /// Runs until the task is cancelled. An outage of the database is said by others; this looks again later.
    func run() async {
        let metrics = DeliveryMetrics(context.metrics, channel)
        var last = HealthState.Status.ok
        while !Task.isCancelled {
            if let backlog = try? await look() {
                metrics.note(backlog)
                let status = backlog.status(trouble: nil, isCarried: false)
                // A channel that is not used is no part of the service as long as nothing waits for it.
                if status != .ok || last != .ok { context.health.report(.delivering(by: channel), status) }
                if status.word != last.word, status != .ok {
                    context.log.error(
                        "deliveries-uncarried", status.reason, .code("channel", channel.rawValue))
                }
                last = status
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func look() async throws -> DeliveryBacklog {
        let connection = try await PostgresConnection.connect(context.postgres)
        do {
            let backlog = try await DeliveryBacklog.read(channel, on: connection)
            await connection.close()
            return backlog
        } catch {
            await connection.close()
            throw error
        }
    }
}
