import CGlibc
import CLibPQ
import Glibc
import Synchronization

/// A thread that owns one connection: the executor of its actor, and the one place that waits for its socket.
///
/// Between jobs it sleeps in poll(2) on the socket and on a wake descriptor, so nothing ever blocks a thread of the
/// cooperative pool. As a task executor it also runs the code between two pipelines, so that this code starts where the
/// answer came in; handing it to another thread and back costs more than most pipelines.
final class PostgresThread: SerialExecutor, TaskExecutor {
    /// What the socket is ready for. A wait that reached its deadline is ready for nothing.
    struct Readiness: Sendable {
        var readable = false
        var writable = false
    }

    /// A wait for the socket. One at a time: a connection has one pipeline under way.
    struct Watch: Sendable {
        let descriptor: Int32
        let readable: Bool
        let writable: Bool
        let deadline: ContinuousClock.Instant?
        let continuation: CheckedContinuation<Readiness, Never>
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var watch: Watch?
        var isParked = false
        var isStopping = false
    }

    private enum Turn {
        case run([UnownedJob])
        case park(Watch?)
        case stop
    }

    private let state = Mutex(State())
    private let wakeDescriptor: Int32

    private init(wakeDescriptor: Int32) { self.wakeDescriptor = wakeDescriptor }

    deinit { Glibc.close(wakeDescriptor) }

    /// A running thread. Fails if the process is out of threads or descriptors.
    static func start() throws(PostgresError) -> PostgresThread {
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw exhausted("file descriptors") }
        let thread = PostgresThread(wakeDescriptor: descriptor)
        guard spawnThread({ thread.loop() }) else { throw exhausted("threads") }
        return thread
    }

    private static func exhausted(_ resource: String) -> PostgresError {
        PostgresError(.connectionFailed, "the process has no more \(resource); raise its limits")
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        wake { $0.jobs.append(job) }
    }

    /// Ends the thread once its jobs are done. No job may come after.
    func stop() { wake { $0.isStopping = true } }

    /// Resumes the continuation once the socket is ready or the deadline has passed.
    func watch(_ watch: Watch) { wake { $0.watch = watch } }

    private func wake(_ change: (inout sending State) -> Void) {
        let wasParked = state.withLock { state in
            change(&state)
            defer { state.isParked = false }
            return state.isParked
        }
        guard wasParked else { return }
        var one: UInt64 = 1
        _ = Glibc.write(wakeDescriptor, &one, 8)
    }

    private func loop() {
        // What `top -H` shows.
        keepsight_name_thread("postgres")
        while true {
            switch nextTurn() {
            case .run(let jobs):
                for job in jobs {
                    job.runSynchronously(
                        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
                }
            case .park(let watch): park(watch)
            case .stop: return
            }
        }
    }

    private func nextTurn() -> Turn {
        state.withLock { state in
            if !state.jobs.isEmpty {
                defer { state.jobs = [] }
                return .run(state.jobs)
            }
            if state.isStopping { return .stop }
            state.isParked = true
            return .park(state.watch)
        }
    }

    private func park(_ watch: Watch?) {
        var descriptors = [pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0)]
        if let watch { descriptors.append(pollfd(fd: watch.descriptor, events: watch.events, revents: 0)) }
        _ = poll(&descriptors, nfds_t(descriptors.count), watch?.timeoutMilliseconds ?? -1)
        state.withLock { $0.isParked = false }
        if descriptors[0].revents != 0 {
            var count: UInt64 = 0
            _ = Glibc.read(wakeDescriptor, &count, 8)
        }
        guard let watch else { return }
        let readiness = Readiness(descriptors[1].revents)
        guard readiness.readable || readiness.writable || watch.hasExpired else { return }
        state.withLock { $0.watch = nil }
        watch.continuation.resume(returning: readiness)
    }
}

extension PostgresThread.Watch {
    fileprivate var events: Int16 { Int16(readable ? POLLIN : 0) | Int16(writable ? POLLOUT : 0) }

    fileprivate var hasExpired: Bool { deadline.map { $0 <= .now } ?? false }

    /// Rounded up, so that the deadline has passed when poll gives up.
    fileprivate var timeoutMilliseconds: Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline).components
        let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: max(0, milliseconds))
    }
}

extension PostgresThread.Readiness {
    /// An error or a hang-up counts as readable: reading is how libpq learns of it.
    fileprivate init(_ events: Int16) {
        readable = events & Int16(POLLIN | POLLERR | POLLHUP | POLLNVAL) != 0
        writable = events & Int16(POLLOUT) != 0
    }
}

/// Runs the body on a new detached thread with all signals blocked, so that they reach the service's own threads.
func spawnThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var everySignal = sigset_t()
    var previous = sigset_t()
    sigfillset(&everySignal)
    pthread_sigmask(SIG_SETMASK, &everySignal, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, work.toOpaque())
    guard status == 0 else {
        work.release()
        return false
    }
    pthread_detach(thread)
    return true
}
