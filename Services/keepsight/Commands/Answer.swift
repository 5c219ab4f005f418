/// What came of asking somebody who may never answer: waited for so long and no longer.
enum Answer<Value: Sendable>: Sendable {
    case given(Value)
    /// Why there is none: a sentence.
    case failed(String)
    /// It had not come when the time was over.
    case late

    /// Asks, and returns when there is an answer or the time is over. Whoever still waits for an answer then is left behind:
    /// calls into a client library cannot be called off, and the process ends soon.
    static func within(_ limit: Duration, _ ask: @escaping @Sendable () async throws -> Value) async -> Answer {
        let (answers, continuation) = AsyncStream<Answer>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let asking = Task {
            do {
                continuation.yield(.given(try await ask()))
            } catch {
                continuation.yield(.failed("\(error)"))
            }
        }
        let waiting = Task {
            try await Task.sleep(for: limit)
            continuation.yield(.late)
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        for await answer in answers { return answer }
        return .late
    }

    /// The answer, if there is one.
    var value: Value? {
        if case .given(let value) = self { value } else { nil }
    }
}
