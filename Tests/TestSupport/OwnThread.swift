import Foundation

/// Where tests make calls that hold a thread while they wait for somebody else.
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
