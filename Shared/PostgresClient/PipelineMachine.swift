/// The pipeline protocol of libpq as a pure state machine: events in, actions out, no input or output.
///
/// The order is that of libpq's manual, chapter 34.5: queue everything, flush, and while the flush is not done read
/// as well, since a server that cannot send its results stops reading. Each command is answered by results and an
/// end mark; a synchronisation is answered by one result without an end mark.
struct PipelineMachine {
    /// What is sent, in order, and what is then answered in the same order.
    enum Step: Equatable {
        /// Parse; answered without rows.
        case prepare(Int)
        /// Bind, describe and execute.
        case execute(Int)
        /// The end of the pipeline.
        case sync
        /// A text of several statements in the simple protocol, outside pipeline mode.
        case script
    }

    enum Action: Equatable {
        case send(Step)
        case flush
        case wait(Interest)
        case consume
        case receive
        case finish(Outcome)
    }

    struct Interest: Equatable {
        let writable: Bool
        static let read = Interest(writable: false)
        static let readAndWrite = Interest(writable: true)
    }

    enum Event: Equatable {
        case start
        case sent
        case flushed(pending: Bool)
        case ready(readable: Bool, writable: Bool)
        case consumed
        /// Nothing whole has arrived yet.
        case busy
        case received(Reply)
        case lost
        /// The server has said nothing for as long as it may.
        case expired
    }

    enum Reply: Equatable {
        case success
        case failure
        /// Not executed because an earlier command of the pipeline failed.
        case aborted
        case sync
        /// The end mark of a command's results.
        case end
        /// COPY or anything else that cannot be answered.
        case unexpected
    }

    enum Outcome: Equatable {
        case completed
        case failed
        case lost
        /// The server has stopped answering; what it will still do is unknown.
        case silent
        /// Client and server no longer agree on where they are; the connection must be dropped.
        case violated
    }

    private let steps: [Step]
    private var sent = 0
    private var answered = 0
    private var currentHasReply = false
    private var hasFailed = false
    private var isUnflushed = true
    /// The statements whose Parse the server has confirmed. Preparations outlive a rollback, so these stand even
    /// when the pipeline fails later.
    private(set) var prepared: [Int] = []

    init(steps: [Step]) { self.steps = steps }

    /// The step whose answer is due; `nil` once all are answered.
    var awaited: Step? { answered < steps.count ? steps[answered] : nil }

    mutating func advance(_ event: Event) -> Action {
        switch event {
        case .start, .sent: return nextToSend()
        case .flushed(let pending):
            isUnflushed = pending
            return .wait(pending ? .readAndWrite : .read)
        case .ready(let readable, let writable):
            if readable { return .consume }
            return writable && isUnflushed ? .flush : .wait(isUnflushed ? .readAndWrite : .read)
        case .consumed: return .receive
        case .busy: return isUnflushed ? .flush : .wait(.read)
        case .received(let reply): return handle(reply)
        case .lost: return .finish(.lost)
        case .expired: return .finish(.silent)
        }
    }

    private mutating func nextToSend() -> Action {
        guard sent < steps.count else { return .flush }
        defer { sent += 1 }
        return .send(steps[sent])
    }

    private mutating func handle(_ reply: Reply) -> Action {
        guard let step = awaited else { return .finish(.violated) }
        switch (step, reply) {
        case (.sync, .sync): return .finish(hasFailed ? .failed : .completed)
        // The implicit transaction is committed at the synchronisation, and may be refused there.
        case (.sync, .failure): hasFailed = true
        case (.sync, .end): break
        case (.prepare(let statement), .success):
            prepared.append(statement)
            currentHasReply = true
        case (.execute, .success), (.script, .success): currentHasReply = true
        case (.prepare, .failure), (.execute, .failure), (.script, .failure):
            hasFailed = true
            currentHasReply = true
        case (.prepare, .aborted) where hasFailed, (.execute, .aborted) where hasFailed: currentHasReply = true
        case (_, .end) where currentHasReply: return endStep(step)
        default: return .finish(.violated)
        }
        return .receive
    }

    private mutating func endStep(_ step: Step) -> Action {
        precondition(answered < steps.count, "more was answered than was sent")
        answered += 1
        currentHasReply = false
        return step == .script ? .finish(hasFailed ? .failed : .completed) : .receive
    }
}
