import PostgresClient
import ServiceRuntime
import Synchronization

/// The connection of one of the engine's loops: opened when it is first needed, kept from batch to batch, and made anew
/// after an error.
///
/// The loop's code runs on the connection's own thread meanwhile, so that a batch is not handed from thread to thread.
final class LoopConnection: Sendable {
    private let configuration: PostgresConfiguration
    private let failpoints: Failpoints
    /// Not here while it is in use, so that a second user gets one of its own.
    private let kept = Mutex<PostgresConnection?>(nil)

    init(_ configuration: PostgresConfiguration, failpoints: Failpoints = .none) {
        self.configuration = configuration
        self.failpoints = failpoints
    }

    /// Runs the body on the connection. If it throws, the connection is closed, which also ends its transaction.
    func withConnection<Value: Sendable>(_ body: (PostgresConnection) async throws -> Value) async throws -> Value {
        let connection = try await take()
        do {
            let value = try await withTaskExecutorPreference(connection.taskExecutor) { try await body(connection) }
            let surplus = kept.withLock { kept in
                defer { kept = kept ?? connection }
                return kept == nil ? nil : connection
            }
            await surplus?.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Gives the connection back.
    func close() async {
        await kept.withLock { kept in
            defer { kept = nil }
            return kept
        }?.close()
    }

    private func take() async throws -> PostgresConnection {
        let connection = kept.withLock { kept in
            defer { kept = nil }
            return kept
        }
        if let connection { return connection }
        try await failpoints.reach(.databaseConnect)
        return try await PostgresConnection.connect(configuration)
    }
}
