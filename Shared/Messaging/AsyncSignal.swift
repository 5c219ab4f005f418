import Synchronization

/// Wakes one waiting task, at once or as soon as it waits; several wakes before that are one.
///
/// The relay and the sweeper live in the process that writes their rows, so they are woken in memory after the commit;
/// their timeouts are only the safety net.
public final class AsyncSignal: Sendable {
    private struct Waiter {
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct Timer {
        let deadline: ContinuousClock.Instant
        let task: Task<Void, Never>
    }

    private struct State {
        var isPending = false
        var waiter: Waiter?
        /// Kept from wait to wait: whoever is woken two hundred times a second would set, and cancel, as many.
        var timer: Timer?

        mutating func takeWaiter() -> Waiter? {
            defer { waiter = nil }
            return waiter
        }
    }

    private let state = Mutex(State())

    /// Nobody waits, nothing is pending.
    public init() {}

    deinit { state.withLock { $0.timer?.task.cancel() } }

    /// Wakes the waiting task, or the next one to wait.
    public func signal() {
        let waiter = state.withLock { state in
            if state.waiter == nil { state.isPending = true }
            return state.takeWaiter()
        }
        waiter?.continuation.resume()
    }

    /// Returns when signalled, when the time is over, or when the task is cancelled.
    public func wait(timeoutMilliseconds: Int) async {
        let deadline = ContinuousClock.now + .milliseconds(timeoutMilliseconds)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state -> Bool in
                    if state.isPending || Task.isCancelled {
                        state.isPending = false
                        return true
                    }
                    state.waiter = Waiter(deadline: deadline, continuation: continuation)
                    setTimer(in: &state)
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeWaiter() }?.continuation.resume()
        }
    }

    /// Sees to it that a timer ends no later than the wait does.
    private func setTimer(in state: inout State) {
        guard let deadline = state.waiter?.deadline, state.timer.map({ $0.deadline > deadline }) ?? true else { return }
        state.timer?.task.cancel()
        let task = Task { [weak self] in
            do { try await Task.sleep(until: deadline, clock: .continuous) } catch { return }
            self?.timerEnded(deadline)
        }
        state.timer = Timer(deadline: deadline, task: task)
    }

    private func timerEnded(_ deadline: ContinuousClock.Instant) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.timer?.deadline == deadline else { return nil }
            state.timer = nil
            if let waiter = state.waiter, waiter.deadline <= .now { return state.takeWaiter() }
            setTimer(in: &state)
            return nil
        }
        waiter?.continuation.resume()
    }
}
