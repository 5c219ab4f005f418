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

    let thread: PostgresThread
    /// How long the server may say nothing while it has something to answer.
    let answerLimit: Duration
    let exchanges: ExchangeWatch?
    private let noticeLog = NoticeLog()
    let counts = Mutex(ConnectionStatistics())
    var handle: ConnectionHandle?
    var isBroken = false
    var names = PreparedNames()
    var gate = FIFOGate()
    var isFlying = false
    var cancelWasRequested = false
    var cancelsUnderWay = 0
    var cancelsDone: CheckedContinuation<Void, Never>?

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
        let limit = try configuration.connectLimitMilliseconds()
        do throws(PostgresError) {
            try await connection.open(keywords, timeoutMilliseconds: limit)
        } catch {
            if error.code != .cancelled { configuration.exchanges?.refused(error) }
            throw error
        }
        configuration.exchanges?.connected()
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
