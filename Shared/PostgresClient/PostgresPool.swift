import Synchronization

/// A few connections, opened when first needed and lent out one lease at a time.
///
/// A connection that broke, that cannot be brought out of an open transaction, or whose session may not write, is dropped;
/// the next lease opens another, trying again with growing pauses for as long as the pool may.
public actor PostgresPool {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<PostgresError?, Never>
    }

    private let configuration: PostgresConfiguration
    private let maximumConnections: Int
    private let leaseTimeoutMilliseconds: Int
    private let openTimeoutMilliseconds: Int
    private let backoff: ReconnectionBackoff
    private var idle: [PostgresConnection] = []
    private var live: [PostgresConnection] = []
    private var retired = ConnectionStatistics()
    private var leases = 0
    private var waiters: [Waiter] = []
    private var lastNumber = 0
    private var failures = 0
    private var isClosed = false
    private var closers: [CheckedContinuation<Void, Never>] = []

    /// A pool; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - configuration: where and how to connect.
    ///   - maximumConnections: how many connections there may be; 1 at least.
    ///   - leaseTimeoutMilliseconds: how long a lease waits for a connection to become free.
    ///   - openTimeoutMilliseconds: how long a lease tries again to open a connection after transient failures.
    ///   - backoff: the pauses between those attempts.
    public init(
        _ configuration: PostgresConfiguration, maximumConnections: Int, leaseTimeoutMilliseconds: Int = 30_000,
        openTimeoutMilliseconds: Int = 10_000, backoff: ReconnectionBackoff = ReconnectionBackoff()
    ) {
        self.configuration = configuration
        self.maximumConnections = max(1, maximumConnections)
        self.leaseTimeoutMilliseconds = leaseTimeoutMilliseconds
        self.openTimeoutMilliseconds = openTimeoutMilliseconds
        self.backoff = backoff
    }

    /// The sum over all connections ever opened.
    public var statistics: ConnectionStatistics { live.reduce(retired) { $0 + $1.statistics } }

    /// How many connections are open now.
    public var connectionCount: Int { live.count }

    /// Lends a connection to the body and takes it back afterwards.
    ///
    /// A transaction that the body leaves open is rolled back. Throws what the body throws, and before it
    /// `poolExhausted`, `closed`, `cancelled` or the reason why no connection came about.
    nonisolated(nonsending) public func withConnection<Value: Sendable>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await lease()
        do {
            let value = try await body(connection)
            await giveBack(connection)
            return value
        } catch {
            await giveBack(connection, after: error)
            throw error
        }
    }

    /// Runs the body between BEGIN and COMMIT; rolls back on any error. Trying again is the caller's business.
    nonisolated(nonsending) public func withTransaction<Value: Sendable>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await withConnection { connection in
            _ = try await connection.run(PostgresPool.command("BEGIN"))
            // An error leaves the transaction open, and giving the connection back rolls it back.
            let value = try await body(connection)
            _ = try await connection.run(PostgresPool.command("COMMIT"))
            return value
        }
    }

    /// Closes all connections, those on lease when they come back, and returns when that is done.
    public func close() async {
        isClosed = true
        for waiter in waiters { waiter.continuation.resume(returning: PostgresPool.closedError) }
        waiters = []
        for connection in idle { await retire(connection) }
        idle = []
        if leases > 0 { await withCheckedContinuation { closers.append($0) } }
    }

    private static let closedError = PostgresError(.closed, "the pool was closed")

    private static func command(_ text: String) -> Pipeline {
        var pipeline = Pipeline()
        pipeline.simple(text)
        return pipeline
    }
}

/// Leases.
extension PostgresPool {
    private func lease() async throws(PostgresError) -> PostgresConnection {
        try await takePermit()
        while let connection = idle.popLast() {
            if await connection.checkWhileIdle() { return connection }
            await retire(connection)
        }
        do throws(PostgresError) {
            return try await open()
        } catch {
            releasePermit()
            throw error
        }
    }

    private func giveBack(_ connection: PostgresConnection, after error: (any Error)? = nil) async {
        let isSound = await bringToRest(connection)
        let mayHelp = (error as? PostgresError)?.staysWithSession != true
        if isSound && mayHelp && !isClosed { idle.append(connection) } else { await retire(connection) }
        releasePermit()
    }

    /// Rolls back what was left open. False if the connection is of no more use.
    private func bringToRest(_ connection: PostgresConnection) async -> Bool {
        switch await connection.transactionState {
        case .idle: return true
        case .unknown: return false
        case .open, .aborted:
            // The task of the lease may be cancelled, and the rollback must run all the same.
            await Task.detached { _ = try? await connection.run(PostgresPool.command("ROLLBACK")) }.value
            return await connection.transactionState == .idle
        }
    }

    private func retire(_ connection: PostgresConnection) async {
        if let index = live.firstIndex(where: { $0 === connection }) {
            live.remove(at: index)
            retired = retired + connection.statistics
        }
        await connection.close()
    }

    private func takePermit() async throws(PostgresError) {
        if isClosed { throw PostgresPool.closedError }
        if leases < maximumConnections {
            leases += 1
            return
        }
        lastNumber += 1
        let number = lastNumber
        let timer = Task { [leaseTimeoutMilliseconds] in
            guard (try? await Task.sleep(for: .milliseconds(leaseTimeoutMilliseconds))) != nil else { return }
            self.turnAway(number, self.exhausted)
        }
        defer { timer.cancel() }
        let refusal = await withTaskCancellationHandler {
            await withCheckedContinuation { waiters.append(Waiter(number: number, continuation: $0)) }
        } onCancel: {
            Task { await self.turnAway(number, PostgresError(.cancelled, "the task was cancelled while waiting")) }
        }
        if let refusal { throw refusal }
    }

    private var exhausted: PostgresError {
        PostgresError(
            .poolExhausted,
            "no connection was free within \(leaseTimeoutMilliseconds) ms; shorten leases or allow more than "
                + "\(maximumConnections)")
    }

    private func turnAway(_ number: Int, _ error: PostgresError) {
        guard let index = waiters.firstIndex(where: { $0.number == number }) else { return }
        waiters.remove(at: index).continuation.resume(returning: error)
    }

    private func releasePermit() {
        if !waiters.isEmpty {
            waiters.removeFirst().continuation.resume(returning: nil)
            return
        }
        leases -= 1
        guard isClosed, leases == 0 else { return }
        for closer in closers { closer.resume() }
        closers = []
    }

    /// Connects, trying again after transient failures until the time for it is over.
    private func open() async throws(PostgresError) -> PostgresConnection {
        let deadline = ContinuousClock.now + .milliseconds(openTimeoutMilliseconds)
        while true {
            do throws(PostgresError) {
                let connection = try await PostgresConnection.connect(configuration)
                failures = 0
                live.append(connection)
                return connection
            } catch {
                failures += 1
                let delay = backoff.delayMilliseconds(failures: failures, random: .random(in: 0...1))
                let pause = Duration.milliseconds(delay)
                guard error.isTransient, !isClosed, ContinuousClock.now + pause < deadline else { throw error }
                guard (try? await Task.sleep(for: pause)) != nil else {
                    throw PostgresError(.cancelled, "the task was cancelled while connecting")
                }
            }
        }
    }
}
