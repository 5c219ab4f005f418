import Synchronization

/// Counts the stretches in which a process knows that it speaks with one and the same history of the database.
///
/// Whoever has lost a connection cannot know what the next one leads to: a server that was promoted while it lagged has
/// forgotten the last commits, and the same version of a household or the same outbox id means something else there. So
/// what is known in memory is known of an epoch, and a connection that takes the place of a lost one begins the next.
final class DatabaseEpochs: Sendable {
    /// The epoch of the connection that the running task works on (`LoopConnection`).
    @TaskLocal static var ofConnection = 0

    private let number = Atomic<Int>(0)

    /// The epoch that began last.
    var latest: Int { number.load(ordering: .acquiring) }

    /// A connection has taken the place of a lost one; the epoch that begins with it. To be called when it is there: what
    /// was made before may still lead to the old server.
    func begin() -> Int { number.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue }
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
