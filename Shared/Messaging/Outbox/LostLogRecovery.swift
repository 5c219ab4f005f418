import PostgresClient
import ServiceRuntime

/// A loop of a service's own that sees to topics which were made anew, on a connection of its own. One process of the service does
/// it at a time (`Lease`).
public struct LostLogRecovery: Sendable {
    /// What to do about one that is open, under the lease.
    public typealias Recover = @Sendable (LostLog, Lease, PostgresConnection) async throws -> Void

    /// Between two looks.
    public static let pause = Duration.seconds(2)

    let postgres: PostgresConfiguration
    let log: Log
    /// What the log says once while it cannot be done: its event, and a sentence.
    let waiting: (event: StaticString, sentence: String)
    let recover: Recover

    /// Sees to those that are open, again and again.
    public init(
        _ postgres: PostgresConfiguration, _ log: Log, waiting: (event: StaticString, sentence: String),
        _ recover: @escaping Recover
    ) {
        self.postgres = postgres
        self.log = log
        self.waiting = waiting
        self.recover = recover
    }

    /// Runs until the task is cancelled. Outages are said by others; this begins again.
    public func run() async {
        var isWaiting = false
        while !Task.isCancelled {
            do {
                let connection = try await PostgresConnection.connect(postgres)
                do {
                    try await lead(on: connection) { isWaiting = false }
                } catch {
                    await connection.close()
                    throw error
                }
                await connection.close()
            } catch {
                if !Task.isCancelled, !isWaiting { log.warning(waiting.event, waiting.sentence, .error(error)) }
                isWaiting = true
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func lead(on connection: PostgresConnection, onLook: () -> Void) async throws {
        var taken: Lease?
        while !Task.isCancelled {
            if let lease = taken {
                try await lease.renewIfDue(on: connection)
            } else {
                taken = try await Lease.take("redelivery", on: connection)
            }
            if let lease = taken {
                for lost in try await LostLog.open(on: connection) { try await recover(lost, lease, connection) }
                onLook()
            }
            try await Task.sleep(for: Self.pause)
        }
    }
}
