import Dispatch
import Glibc

/// Runs the long tasks of a process until a signal, or until one of them fails.
public enum Lifecycle {
    /// How long a graceful stop may take.
    public static let budgetSeconds = 25

    /// Starts the tasks. SIGTERM or SIGINT cancels `first`, and when that has ended the `rest`: reading stops before
    /// what it has brought about is carried on. A second signal, or the end of the budget, ends the process at once.
    public static func run(
        _ log: Log, first: @escaping @Sendable () async throws -> Void,
        rest: [@Sendable () async throws -> Void], drain: @escaping @Sendable () async -> Void = {}
    ) async throws {
        let signals = AsyncStream<Int32>.makeStream()
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { signals.continuation.yield(number) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        let reading = Task(operation: first)
        let others = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in rest { group.addTask(operation: task) }
                try await group.waitForAll()
            }
        }
        let stopper = Task {
            var count = 0
            for await number in signals.stream {
                count += 1
                if count > 1 { _exit(128 + number) }
                log.info("stopping", "Finishing what is under way; a second signal stops at once.")
                reading.cancel()
                DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(budgetSeconds)) { _exit(128 + number) }
            }
        }
        defer { stopper.cancel() }
        do {
            try await reading.value
        } catch {
            others.cancel()
            throw error
        }
        await drain()
        others.cancel()
        _ = try? await others.value
        log.info("stopped", "Stopped.")
    }
}
