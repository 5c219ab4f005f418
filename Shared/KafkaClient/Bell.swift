import CGlibc
import CRdKafka
import Glibc

/// Rung by librdkafka when an empty queue gets its first event; one thread waits for it, whatever the number of queues.
///
/// Lives as long as its client: librdkafka's threads ring until the client is destroyed (`ClientHandle`).
final class Bell: Sendable {
    private let descriptor: Int32

    init() { descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)) }

    deinit { close(descriptor) }

    /// Lets the queue ring from now on.
    func attach(to queue: OpaquePointer) {
        rd_kafka_queue_cb_event_enable(
            queue,
            { _, bell in
                // Under the queue's lock, so nothing here may wait.
                if let bell { Unmanaged<Bell>.fromOpaque(bell).takeUnretainedValue().ring() }
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// The queue rings no more; returns when none of its rings is under way.
    static func detach(from queue: OpaquePointer) { rd_kafka_queue_cb_event_enable(queue, nil, nil) }

    func ring() { eventfd_write(descriptor, 1) }

    /// Forgets the rings so far. Whoever looks at the queues after this misses nothing.
    func clear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }

    /// Waits for a ring since the last `clear`, so long at the most.
    func wait(milliseconds: Int32) {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&waiting, 1, milliseconds)
    }
}
