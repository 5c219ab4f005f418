/// So many at a time, the others in the order in which they came: four processes for each of thirty partnerships at once
/// would keep a small machine from everything else.
public actor ConcurrencyLimit {
    /// For partnerships: each is four processes.
    static let partnerships = ConcurrencyLimit(4)
    /// For tests with brokers of their own.
    public static let ownBrokers = ConcurrencyLimit(1)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    /// Runs a body when there is a place for it.
    public nonisolated func with<Value>(_ body: () async throws -> Value) async throws -> Value {
        await take()
        do {
            let value = try await body()
            await give()
            return value
        } catch {
            await give()
            throw error
        }
    }

    private func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func give() {
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        free += 1
    }
}
