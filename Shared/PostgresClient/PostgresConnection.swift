import CLibPQ
import Glibc
import Synchronization

/// One connection to PostgreSQL. Pipelines run one after the other, each in one round trip.
///
/// The actor runs on a thread of its own, which is also the one that waits for the socket; no call blocks a thread of
/// the cooperative pool. A connection that broke stays broken: drop it and take another from the pool.
///
/// Cancelling a task: a pipeline that has not been sent fails with `cancelled`. One that has been sent is finished and
/// its true outcome returned, since a COMMIT that took place must not be reported as cancelled.
public actor PostgresConnection {
    /// What the session's transaction is doing.
    public enum TransactionState: Sendable {
        /// No transaction is open.
        case idle
        /// A transaction is open and sound.
        case open
        /// A transaction is open and aborted; only a rollback helps.
        case aborted
        /// The connection is broken or a pipeline is under way.
        case unknown
    }

    private let thread: PostgresThread
    /// How long the server may say nothing while it has something to answer.
    private let answerLimit: Duration
    private let exchanges: ExchangeWatch?
    private let noticeLog = NoticeLog()
    private let counts = Mutex(ConnectionStatistics())
    private var handle: ConnectionHandle?
    private var isBroken = false
    private var names = PreparedNames()
    private var gate = FIFOGate()
    private var isFlying = false
    private var cancelWasRequested = false
    private var cancelsUnderWay = 0
    private var cancelsDone: CheckedContinuation<Void, Never>?

    /// The connection's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The same thread, for a task that does little else than talk to this connection. The connection must outlive the
    /// task's preference for it.
    public nonisolated var taskExecutor: any TaskExecutor { thread }

    private init(thread: PostgresThread, _ configuration: PostgresConfiguration) {
        self.thread = thread
        answerLimit = .milliseconds(configuration.answerLimitMilliseconds)
        exchanges = configuration.exchanges
    }

    deinit { thread.stop() }

    /// Connects and enters pipeline mode.
    ///
    /// Throws `invalidConfiguration`, `connectionFailed` with the reason and what to do, or `cancelled`.
    public static func connect(_ configuration: PostgresConfiguration) async throws(PostgresError)
        -> PostgresConnection
    {
        let keywords = try configuration.keywords()
        let connection = PostgresConnection(thread: try PostgresThread.start(), configuration)
        try await connection.open(keywords, timeoutMilliseconds: try configuration.connectLimitMilliseconds())
        return connection
    }

    /// Exact counts since the connection was opened.
    public nonisolated var statistics: ConnectionStatistics { counts.withLock { $0 } }

    /// The last notices and warnings, oldest first, 32 at most.
    public nonisolated var notices: [PostgresNotice] { noticeLog.notices }

    /// Whether the connection can still be used, as far as is known without asking the server.
    public var isUsable: Bool { handle?.isSound == true && !isBroken }

    /// The state of the session's transaction after the last pipeline.
    public var transactionState: TransactionState {
        guard isUsable, !isFlying, let handle else { return .unknown }
        switch PQtransactionStatus(handle.pointer) {
        case PQTRANS_IDLE: return .idle
        case PQTRANS_INTRANS: return .open
        case PQTRANS_INERROR: return .aborted
        default: return .unknown
        }
    }

    /// Sends all statements with one synchronisation and returns their results in order.
    ///
    /// The first error fails the whole pipeline; the statements after it are not executed. If a transaction is open, it
    /// is aborted then and the caller rolls back.
    public func run(_ pipeline: Pipeline) async throws(PostgresError) -> [QueryResult] {
        try await takeTurn()
        defer { gate.pass() }
        if pipeline.count == 0 { return [] }
        let handle = try soundHandle()
        let plan = try PipelinePlan(pipeline, names: &names)
        count(plan)
        let answers = await fly(handle, plan.steps, plan: plan, script: "")
        remember(plan, answers)
        if let error = answers.error { throw failed(error) }
        let rows = answers.results.reduce(0) { $0 + $1.rowCount }
        counts.withLock { $0.rows += rows }
        return answers.results
    }

    /// Runs one statement in a pipeline of its own.
    public func run(_ statement: SQLStatement, _ parameters: [PostgresValue] = []) async throws(PostgresError)
        -> QueryResult
    {
        var pipeline = Pipeline()
        pipeline.add(statement, parameters)
        guard let result = try await run(pipeline).first else {
            throw PostgresError(.protocolViolation, "a statement had no result", statementName: statement.name)
        }
        return result
    }

    /// Runs a text of several statements, for migrations: outside pipeline mode, without parameters or results.
    ///
    /// Unless the text says otherwise, all of it is one transaction.
    public func runScript(_ sql: String) async throws(PostgresError) {
        try await takeTurn()
        defer { gate.pass() }
        let handle = try soundHandle()
        guard !sql.utf8.contains(0) else { throw PostgresError(.encoding, "the script holds a zero byte") }
        guard PQexitPipelineMode(handle.pointer) == 1 else { throw failed(violation(handle)) }
        counts.withLock {
            $0.statements += 1
            $0.roundTrips += 1
        }
        let answers = await fly(handle, [.script], plan: nil, script: sql)
        if isUsable, PQenterPipelineMode(handle.pointer) != 1 { isBroken = true }
        if let error = answers.error { throw failed(error) }
    }

    /// What the server keeps in the place of a role's password (SCRAM-SHA-256), for `ALTER ROLE … PASSWORD`: so the password
    /// itself is neither sent nor logged. Asks the server nothing.
    public func passwordVerifier(for role: String, password: String) throws(PostgresError) -> String {
        let handle = try soundHandle()
        guard !password.utf8.contains(0),
            let text = PQencryptPasswordConn(handle.pointer, password, role, "scram-sha-256")
        else { throw PostgresError(.encoding, "the password of \(role) cannot be used") }
        defer { PQfreemem(text) }
        return String(cString: text)
    }

    /// Asks the server to stop the pipeline under way, which then fails with `cancelled` unless it ends first.
    /// Returns when the server has taken the request. Does nothing if no pipeline is under way.
    public func cancel() async {
        guard isFlying, let handle, let request = CancelRequest(handle) else { return }
        cancelWasRequested = true
        cancelsUnderWay += 1
        await request.send()
        cancelsUnderWay -= 1
        guard cancelsUnderWay == 0 else { return }
        cancelsDone?.resume()
        cancelsDone = nil
    }

    /// Looks, without asking the server, whether it has closed the connection meanwhile.
    public func checkWhileIdle() -> Bool {
        guard isUsable, !isFlying, let handle else { return isUsable }
        var descriptor = pollfd(fd: handle.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 0) > 0 else { return true }
        // Asking whether libpq is busy makes it read the messages, and so tell the notice log.
        if !handle.consume() || handle.isBusy || noticeLog.sawFatal { isBroken = true }
        return isUsable
    }

    /// Closes the connection after the pipelines that wait for it. Later calls throw `closed`.
    public func close() async {
        if !gate.take() { await withCheckedContinuation { gate.queue($0) } }
        handle = nil
        gate.pass()
    }
}

/// Connecting.
extension PostgresConnection {
    private func open(_ keywords: [(String, String)], timeoutMilliseconds: Int) async throws(PostgresError) {
        let deadline = ContinuousClock.now + .milliseconds(timeoutMilliseconds)
        guard let handle = ConnectionHandle(starting: keywords, notices: noticeLog) else {
            throw PostgresError(.connectionFailed, "libpq is out of memory")
        }
        // As if the last poll had asked to write: so libpq's manual has it.
        var state = PQstatus(handle.pointer) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING {
            let wantsToWrite = state == PGRES_POLLING_WRITING
            _ = await ready(handle, readable: !wantsToWrite, writable: wantsToWrite, deadline: deadline)
            if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled while connecting") }
            guard ContinuousClock.now < deadline else {
                throw PostgresError(
                    .connectionFailed,
                    "no connection within \(timeoutMilliseconds) ms; check host and port, or raise the timeout")
            }
            state = PQconnectPoll(handle.pointer)
        }
        guard state == PGRES_POLLING_OK, handle.settle() else { throw ConnectFailure(handle.message).error }
        self.handle = handle
    }
}

/// Flying.
extension PostgresConnection {
    private struct Answers {
        var results: [QueryResult] = []
        var error: PostgresError?
        var prepared: [Int] = []
    }

    private func takeTurn() async throws(PostgresError) {
        if !gate.take() {
            guard !gate.isFull else {
                throw PostgresError(
                    .tooManyQueued, "\(FIFOGate.limit) pipelines wait for this connection; use more connections")
            }
            await withCheckedContinuation { gate.queue($0) }
        }
        guard Task.isCancelled else { return }
        gate.pass()
        throw PostgresError(.cancelled, "the task was cancelled before anything was sent")
    }

    private func soundHandle() throws(PostgresError) -> ConnectionHandle {
        guard let handle else { throw PostgresError(.closed, "the connection was closed") }
        guard isUsable else { throw PostgresError(.connectionLost, "the connection broke before; take another") }
        return handle
    }

    /// Does what the machine says until it says that the pipeline is over.
    private func fly(
        _ handle: ConnectionHandle, _ steps: [PipelineMachine.Step], plan: PipelinePlan?, script: String
    ) async -> Answers {
        isFlying = true
        cancelWasRequested = false
        let exchange = exchanges?.begin()
        defer { if let exchange { exchanges?.end(exchange) } }
        var lastSign = ContinuousClock.now
        var machine = PipelineMachine(steps: steps)
        var answers = Answers()
        var event = PipelineMachine.Event.start
        var outcome: PipelineMachine.Outcome?
        while outcome == nil {
            switch machine.advance(event) {
            case .send(let step): event = send(handle, step, plan, script) ? .sent : .lost
            case .flush:
                let left = PQflush(handle.pointer)
                event = left < 0 ? .lost : .flushed(pending: left > 0)
            case .wait(let interest): event = await wait(handle, interest, since: &lastSign)
            case .consume: event = handle.consume() ? .consumed : .lost
            case .receive: event = receive(handle, machine.awaited, plan, &answers)
            case .finish(let end): outcome = end
            }
        }
        answers.prepared = machine.prepared
        if outcome == .silent { answers.error = silence(plan?.statement(of: machine.awaited)) }
        settle(handle, outcome ?? .violated, &answers, plan)
        // On a connection that is given up there is no next pipeline that a late request could stop.
        if !isBroken { await waitForCancels() }
        isFlying = false
        return answers
    }

    private func send(_ handle: ConnectionHandle, _ step: PipelineMachine.Step, _ plan: PipelinePlan?, _ script: String)
        -> Bool
    {
        switch step {
        case .prepare(let index): plan.map { handle.sendPrepare($0.items[index]) } ?? false
        case .execute(let index): plan.map { handle.sendExecute($0.items[index]) } ?? false
        case .sync: handle.sendSync()
        case .script: handle.sendScript(script)
        }
    }

    /// Waits for the socket, for as long as the server may say nothing since its last sign of life.
    private func wait(
        _ handle: ConnectionHandle, _ interest: PipelineMachine.Interest, since lastSign: inout ContinuousClock.Instant
    ) async -> PipelineMachine.Event {
        let limit = lastSign + answerLimit
        // TLS may hold whole records back that poll cannot see, and libpq 15 does not always ask for them.
        let deadline = handle.usesTLS ? min(limit, ContinuousClock.now + .milliseconds(50)) : limit
        let readiness = await ready(handle, readable: true, writable: interest.writable, deadline: deadline)
        let isOver = !readiness.readable && !readiness.writable
        let now = ContinuousClock.now
        if !isOver { lastSign = now } else if now >= limit { return .expired }
        return .ready(readable: readiness.readable || isOver, writable: readiness.writable)
    }

    private func ready(
        _ handle: ConnectionHandle, readable: Bool, writable: Bool, deadline: ContinuousClock.Instant?
    ) async -> PostgresThread.Readiness {
        let descriptor = handle.descriptor
        return await withCheckedContinuation { continuation in
            thread.watch(
                PostgresThread.Watch(
                    descriptor: descriptor, readable: readable, writable: writable, deadline: deadline,
                    continuation: continuation))
        }
    }

    private func receive(
        _ handle: ConnectionHandle, _ step: PipelineMachine.Step?, _ plan: PipelinePlan?, _ answers: inout Answers
    ) -> PipelineMachine.Event {
        if handle.isBusy { return .busy }
        guard let result = handle.nextResult() else { return .received(.end) }
        let reply = result.reply
        let statement = plan?.statement(of: step)
        if reply == .failure, answers.error == nil { answers.error = result.error(statement: statement) }
        if reply == .success, case .execute = step, let statement {
            answers.results.append(QueryResult(result, statementName: statement.name))
        }
        return .received(reply)
    }

    /// Turns the end of a pipeline into the error to report and the state of the connection.
    private func settle(
        _ handle: ConnectionHandle, _ outcome: PipelineMachine.Outcome, _ answers: inout Answers, _ plan: PipelinePlan?
    ) {
        switch outcome {
        case .completed:
            let isUndone = zip(plan?.items ?? [], answers.results).contains { $0.statement.isCommit && $1.isRollback }
            guard isUndone else { break }
            answers.error = PostgresError(
                .server, "the transaction had been aborted, so COMMIT rolled it back",
                sqlState: SQLState("25P02"), statementName: "COMMIT")
        case .failed:
            if cancelWasRequested, let error = answers.error, error.sqlState == SQLState.queryCancelled.text {
                answers.error = PostgresError(
                    .cancelled, "the statement was stopped by cancel()", sqlState: .queryCancelled,
                    statementName: error.statementName)
            }
        case .lost:
            isBroken = true
            answers.error = lost(handle, answers.error)
        case .silent: isBroken = true
        case .violated:
            isBroken = true
            answers.error = answers.error ?? violation(handle)
        }
    }

    /// The server's last words may still lie in libpq's buffer, behind the results before them.
    private func lost(_ handle: ConnectionHandle, _ known: PostgresError?) -> PostgresError {
        var error = known
        // On a connection that libpq still holds to be sound, asking for a result could block.
        for _ in 0..<(4 * Pipeline.maximumStatements) where error?.sqlState == nil && !handle.isSound {
            guard let result = handle.nextResult() else { continue }
            guard result.reply == .failure else { continue }
            let found = result.error(statement: nil)
            guard found.sqlState != nil || error == nil else { break }
            error = found
        }
        let state = error?.sqlState.flatMap(SQLState.init)
        let reason = state?.sentence ?? "the connection broke"
        return PostgresError(
            .connectionLost, reason + "; whether a COMMIT in this pipeline took place is unknown", sqlState: state,
            statementName: error?.statementName, serverText: handle.message)
    }

    private func silence(_ statement: SQLStatement?) -> PostgresError {
        PostgresError(
            .connectionLost,
            "the server has said nothing for \(Int((answerLimit / .seconds(1)).rounded(.up))) s and the connection was given up; whether a COMMIT "
                + "in this pipeline took place is unknown; look whether PostgreSQL is frozen (a stopped process, a paused "
                + "machine, a disk that hangs) or the network swallows what is sent", statementName: statement?.name)
    }

    private func violation(_ handle: ConnectionHandle) -> PostgresError {
        PostgresError(
            .protocolViolation, "the server and this client lost step; COPY and blocking commands are not allowed",
            serverText: handle.message)
    }

    /// A cancel request that arrives late would stop the next pipeline instead, so that one waits for it.
    private func waitForCancels() async {
        guard cancelsUnderWay > 0 else { return }
        await withCheckedContinuation { cancelsDone = $0 }
    }

    private func remember(_ plan: PipelinePlan, _ answers: Answers) {
        for index in answers.prepared where plan.items[index].isKept {
            names.confirm(plan.items[index].statement, plan.items[index].entry)
        }
        guard let error = answers.error, error.isStalePreparation else { return }
        for item in plan.items where item.statement.name == error.statementName { names.forget(item.statement) }
    }

    private func count(_ plan: PipelinePlan) {
        let bytes = plan.items.reduce(0) { $0 + $1.parameters.bytes.count }
        counts.withLock {
            $0.statements += plan.items.count
            $0.prepares += plan.prepareCount
            $0.roundTrips += 1
            $0.parameterBytes += bytes
        }
    }

    private func failed(_ error: PostgresError) -> PostgresError {
        counts.withLock { $0.failures += 1 }
        return error
    }
}

extension PipelinePlan {
    /// The statement that a step belongs to.
    fileprivate func statement(of step: PipelineMachine.Step?) -> SQLStatement? {
        switch step {
        case .prepare(let index), .execute(let index): items[index].statement
        case .sync, .script, nil: nil
        }
    }
}
