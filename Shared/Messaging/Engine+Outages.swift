import KafkaClient
import PostgresClient
import ServiceRuntime

extension Engine {
    /// Tries until it succeeds or the task is cancelled: whatever it is that concerns everybody is waited out, in place and in
    /// order. It is said once, and readiness tells of it meanwhile.
    ///
    /// - Parameter isStarting: whoever starts a service hears at once what only somebody can mend.
    func persistently<T: Sendable>(
        _ what: String, isStarting: Bool = false, _ body: () async throws -> T
    ) async throws -> T {
        var backoff = Backoff()
        var outage = Outage()
        while true {
            do {
                let value = try await body()
                database.report(.ok)
                log.noteEnd(of: &outage, of: what)
                return value
            } catch let error where isStarting ? isTransient(error) : isWaitedOut(error) {
                guard !stop.isSet else { throw CancellationError() }
                database.report(.degraded("Work is waiting: \(error)"))
                log.note(error, in: &outage, of: what)
                try await Task.sleep(for: .milliseconds(backoff.nextDelayMilliseconds()))
            }
        }
    }

    /// Whether it passes by itself.
    func isTransient(_ error: any Error) -> Bool {
        (error as? PostgresError)?.isTransient ?? isWaitedOut(error)
    }

    /// Whether it is over when somebody has mended it, or by itself.
    func isWaitedOut(_ error: any Error) -> Bool {
        switch error {
        case let error as PostgresError:
            // Of a single message it would not have come as far as here.
            ![.invalidConfiguration, .closed, .cancelled].contains(error.code)
        case let error as KafkaError: !error.isFatal
        case EngineError.stateForgotten, EngineError.refusedAlike, EngineError.refusedAlone: true
        // Stands for a disk that is full for a while, or a connection refused.
        case FailpointError.reached: true
        default: false
        }
    }
}
