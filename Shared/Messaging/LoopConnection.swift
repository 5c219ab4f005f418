import PostgresClient
import ServiceRuntime
import Synchronization

/// The connection of one of the engine's loops: opened when it is first needed, kept from batch to batch, and made anew
/// after an error, or when another loop had to make its own anew (`DatabaseEpochs`).
///
/// The loop's code runs on the connection's own thread meanwhile, so that a batch is not handed from thread to thread.
final class LoopConnection: Sendable {
    private struct Kept {
        let connection: PostgresConnection
        let epoch: Int
    }

    private struct State {
        /// Not here while it is in use, so that a second user gets one of its own.
        var kept: Kept?
        /// Whether one was given up since the last was made.
        var wasLost = false

        mutating func take() -> Kept? {
            defer { kept = nil }
            return kept
        }
    }

    private let configuration: PostgresConfiguration
    private let failpoints: Failpoints
    private let epochs: DatabaseEpochs
    private let state = Mutex(State())

    init(
        _ configuration: PostgresConfiguration, failpoints: Failpoints = .none,
        epochs: DatabaseEpochs = DatabaseEpochs()
    ) {
        self.configuration = configuration
        self.failpoints = failpoints
        self.epochs = epochs
    }

    /// Runs the body on the connection. If it throws, the connection is closed, which also ends its transaction.
    func withConnection<Value: Sendable>(_ body: (PostgresConnection) async throws -> Value) async throws -> Value {
        let taken = try await take()
        let connection = taken.connection
        do {
            let value = try await DatabaseEpochs.$ofConnection.withValue(taken.epoch) {
                try await withTaskExecutorPreference(connection.taskExecutor) { try await body(connection) }
            }
            let surplus = state.withLock { state in
                defer { state.kept = state.kept ?? taken }
                return state.kept == nil ? nil : connection
            }
            await surplus?.close()
            return value
        } catch {
            state.withLock { $0.wasLost = true }
            await connection.close()
            throw error
        }
    }

    /// Gives the connection back.
    func close() async { await state.withLock { $0.take() }?.connection.close() }

    private func take() async throws -> Kept {
        let kept = state.withLock { $0.take() }
        if let kept {
            if kept.epoch == epochs.latest { return kept }
            await kept.connection.close()
        }
        try await failpoints.reach(.databaseConnect)
        let connection = try await PostgresConnection.connect(configuration)
        do {
            let server = try await connection.serverStart()
            let wasLost = state.withLock { state in
                defer { state.wasLost = false }
                return state.wasLost
            }
            return Kept(connection: connection, epoch: epochs.join(server: server, afterLoss: wasLost))
        } catch {
            await connection.close()
            throw error
        }
    }
}
