import PostgresClient
import Synchronization

/// Counts the stretches in which a process knows that it speaks with one and the same history of the database.
///
/// Whoever has lost a connection cannot know what the next one leads to: a server that was promoted while it lagged has
/// forgotten the last commits, and the same version of a household or the same outbox id means something else there. So
/// what is known in memory is known of an epoch, and a connection that takes the place of a lost one begins the next. So does
/// one that leads to another server than those before it, whoever has lost what: a loop that connects for the first time may
/// be the first to meet the successor.
final class DatabaseEpochs: Sendable {
    /// The epoch of the connection that the running task works on (`LoopConnection`).
    @TaskLocal static var ofConnection = 0

    private struct State {
        var number = 0
        /// When the server started to which the epoch's connections lead, in microseconds of Unix time; by that one is told
        /// from another. `nil` before there was any.
        var server: Int64?
    }

    private let state = Mutex(State())

    /// The epoch that began last.
    var latest: Int { state.withLock(\.number) }

    /// A connection is there, which leads to the server that started then, in microseconds of Unix time. Returns the epoch
    /// that it works in: the latest, or the next if it takes the place of a lost one or leads elsewhere.
    func join(server: Int64, afterLoss: Bool) -> Int {
        state.withLock { state in
            if afterLoss || (state.server ?? server) != server { state.number += 1 }
            state.server = server
            return state.number
        }
    }
}

extension PostgresConnection {
    /// When the server started to which this leads, in microseconds of Unix time. One that takes its place, be it a standby, a
    /// restored copy or itself after a crash, has another.
    func serverStart() async throws -> Int64 {
        try await run(SQL.readServerStart, []).onlyRow().timestamp("started_at")
    }
}

/// What is known in memory of one epoch of the database: pure.
struct EpochMemory<Content> {
    private(set) var epoch = 0
    private let make: @Sendable () -> Content
    private var content: Content

    init(_ make: @escaping @Sendable () -> Content) {
        self.make = make
        content = make()
    }

    /// What is known, for whoever works in that epoch; nothing for somebody of an epoch that is over.
    mutating func use<Value>(in epoch: Int, _ body: (inout Content) -> Value) -> Value? {
        if epoch > self.epoch {
            self.epoch = epoch
            content = make()
        }
        guard epoch == self.epoch else { return nil }
        return body(&content)
    }
}
