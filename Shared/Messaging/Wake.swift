import Synchronization

/// Wakes one waiting task, at once or as soon as it waits; several wakes before that are one.
///
/// The relay and the sweeper live in the process that writes their rows, so they are woken in memory after the commit;
/// their timeouts are only the safety net.
public final class Wake: Sendable {
    private struct State {
        var isPending = false
        var waiter: (ticket: UInt64, continuation: CheckedContinuation<Void, Never>)?
        var nextTicket: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Nobody waits, nothing is pending.
    public init() {}

    /// Wakes the waiting task, or the next one to wait.
    public func signal() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter else {
                state.isPending = true
                return nil
            }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }

    /// Returns when signalled, when the time is over, or when the task is cancelled.
    public func wait(timeoutMilliseconds: Int) async {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        var timer: Task<Void, Never>?
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state -> Bool in
                    if state.isPending || Task.isCancelled {
                        state.isPending = false
                        return true
                    }
                    state.waiter = (ticket, continuation)
                    return false
                }
                guard !isReady else { return continuation.resume() }
                // Only now: a timer that is over before anybody waits would wake nobody.
                timer = Task {
                    try? await Task.sleep(for: .milliseconds(timeoutMilliseconds))
                    release(ticket)
                }
            }
        } onCancel: {
            release(ticket)
        }
        timer?.cancel()
    }

    private func release(_ ticket: UInt64) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter, waiter.ticket == ticket else { return nil }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }
}
