import CLibPQ

/// A request that the server stop what a connection is doing. libpq 15 sends it over a connection of its own and
/// blocks meanwhile, so it gets a thread of its own.
///
/// `@unchecked Sendable`: libpq made a `PGcancel` for use from other threads, and only one uses this.
final class CancelRequest: @unchecked Sendable {
    private let pointer: OpaquePointer

    init?(_ handle: ConnectionHandle) {
        guard let pointer = PQgetCancel(handle.pointer) else { return nil }
        self.pointer = pointer
    }

    deinit { PQfreeCancel(pointer) }

    /// Returns when the server has taken the request, or cannot be reached.
    func send() async {
        await withCheckedContinuation { continuation in
            let started = spawnThread {
                var message = [CChar](repeating: 0, count: 256)
                _ = PQcancel(self.pointer, &message, Int32(message.count))
                continuation.resume()
            }
            if !started { continuation.resume() }
        }
    }
}
