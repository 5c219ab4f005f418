import Foundation
import Synchronization
import Testing

/// Where tests do what holds a thread: calls that wait for somebody else, and work that takes seconds of a processor.
///
/// All tests of a process share as many threads as the machine has processors. On two of them, two tests that wait for an answer
/// of a service that hangs keep every other test from its own answers, until those are later than any patience.
public enum OwnThread {
    /// Runs that on a thread that ends with it.
    public static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            start { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Runs that on a thread that ends with it, and waits for nothing.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        // As much as the first thread of a process has.
        thread.stackSize = 8 << 20
        thread.start()
    }
}

/// A thread that runs one task, where that is not an actor's.
private final class OwnThreadExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let condition = DispatchSemaphore(value: 0)

    init() { OwnThread.start { [self] in work() } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        condition.signal()
    }

    /// What is there is still done.
    func stop() {
        state.withLock { $0.isStopped = true }
        condition.signal()
    }

    private func work() {
        while true {
            condition.wait()
            let (jobs, isStopped) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopped)
            }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
            if isStopped, state.withLock({ $0.jobs.isEmpty }) { return }
        }
    }
}

/// A test, or each of a suite's, has a thread of its own.
public struct OwnThreadTrait: TestTrait, SuiteTrait, TestScoping {
    /// Of a suite, each test's.
    public var isRecursive: Bool { true }

    /// Runs the test there.
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        let executor = OwnThreadExecutor()
        defer { executor.stop() }
        try await withTaskExecutorPreference(executor) { try await function() }
    }
}

extension Trait where Self == OwnThreadTrait {
    /// For tests that compute for seconds, so that others get on beside them (`OwnThread`).
    public static var ownThread: Self { OwnThreadTrait() }
}
