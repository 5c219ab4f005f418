import CGlibc
import Glibc
import Synchronization

/// A thread of its own as an actor's executor: librdkafka's calls block, and the concurrent pool is only as wide as the
/// machine has cores. One thread owns one handle, which makes the handle free of data races.
final class DedicatedThread: SerialExecutor, TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let name: String
    private let state = Mutex(State())
    private let semaphore: SemaphoreBox

    /// A running thread, whose name `top -H` shows: 15 characters of it.
    init(name: String) {
        self.name = name
        semaphore = SemaphoreBox()
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<DedicatedThread>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context)
        pthread_detach(thread)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        semaphore.signal()
    }

    /// Lets the thread end when its jobs are done. Called from the owner's deinit, after which no job can come.
    func stop() {
        state.withLock { $0.isStopped = true }
        semaphore.signal()
    }

    private func run() {
        keepsight_name_thread(name)
        while true {
            semaphore.wait()
            let (jobs, isStopped) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopped)
            }
            for job in jobs {
                job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            if isStopped, state.withLock({ $0.jobs.isEmpty }) { return }
        }
    }
}

/// A POSIX semaphore on the heap. Unchecked: `sem_t` is made for threads to share, and the pointer never changes.
private final class SemaphoreBox: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0 {}
    }
}
