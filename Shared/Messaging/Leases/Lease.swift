import PostgresClient
import Synchronization

/// The right to do what one process at a time may do, such as carrying an outbox: a row of the service's own table `lease`,
/// which its holder renews.
///
/// It is given back by closing the connection on which it was taken: whoever waits for it has it as soon as that is gone, be
/// its process stopped or killed. When the holder hangs, the next one has it after the expiry; then the hung holder's connection
/// is ended, and with it whatever it has locked. A holder that was
/// paused notices before it acts: it asks `renewIfDue` first. No other service can take it, since no other may write the table.
public final class Lease: Sendable {
    /// How often a lease is renewed, and after which time without that another may take it.
    public struct Timing: Sendable {
        /// Between two renewals.
        public var renewal: Duration
        /// From the last renewal on.
        public var expiry: Duration

        /// Some time. The expiry should be several renewals long.
        public init(renewal: Duration, expiry: Duration) {
            self.renewal = renewal
            self.expiry = expiry
        }

        /// Renewed every two seconds, free after ten.
        public static let standard = Timing(renewal: .seconds(2), expiry: .seconds(10))

        /// Never free as long as the holder's connection is there: for a guard-off test.
        static let forConnection = Timing(renewal: .seconds(2), expiry: .seconds(1_000_000_000))
    }

    let name: String
    let holder: PostgresUUID
    private let timing: Timing
    /// Before the last renewal was asked for, so that we do not take it for later than the database does.
    private let renewedAt: Mutex<ContinuousClock.Instant>

    private init(_ name: String, holder: PostgresUUID, _ timing: Timing, at instant: ContinuousClock.Instant) {
        self.name = name
        self.holder = holder
        self.timing = timing
        renewedAt = Mutex(instant)
    }

    /// Takes the lease if it is free, ending a hung holder's connection; `nil` while another has it. It is bound to this
    /// connection: when that ends, the lease is free.
    public static func take(_ name: String, on connection: PostgresConnection, _ timing: Timing = .standard)
        async throws(PostgresError) -> Lease?
    {
        let holder = PostgresUUID.random()
        let seconds = timing.expiry / .seconds(1)
        let start = ContinuousClock.now
        var pipeline = Pipeline()
        pipeline.add(SQL.endHungHolder, [.text(name), .double(seconds)])
        pipeline.add(SQL.takeLease, [.text(name), .uuid(holder), .double(seconds)])
        let results = try await connection.run(pipeline)
        return results[1].rowCount == 1 ? Lease(name, holder: holder, timing, at: start) : nil
    }

    /// Renews it if it is time to. To be called before anything that only the holder may do: a process that was paused finds
    /// its lease old, and asks.
    ///
    /// Throws `EngineError.leaseLost` when another has it.
    public func renewIfDue(on connection: PostgresConnection) async throws {
        let last = renewedAt.withLock { $0 }
        guard last.duration(to: .now) >= timing.renewal else { return }
        try await renew(on: connection)
    }

    /// Renews it. Throws `EngineError.leaseLost` when another has it.
    public func renew(on connection: PostgresConnection) async throws {
        let start = ContinuousClock.now
        let result = try await connection.run(SQL.renewLease, [.text(name), .uuid(holder)])
        guard result.rowCount == 1 else { throw EngineError.leaseLost(name: name) }
        renewedAt.withLock { $0 = start }
    }

    /// Renews it again and again on this connection while a body runs that takes its time and does not use the connection.
    ///
    /// Throws `EngineError.leaseLost` as soon as another has it; the body is cancelled then and waited for.
    public func renewing<Value: Sendable>(
        on connection: PostgresConnection, during body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await renewIfDue(on: connection)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask { [timing] in
                while !Task.isCancelled {
                    do { try await Task.sleep(for: timing.renewal) } catch { return nil }
                    try await self.renew(on: connection)
                }
                return nil
            }
            defer { group.cancelAll() }
            // The renewal ends before the body only by its failure, or because we are cancelled.
            while let value = try await group.next() { if let value { return value } }
            throw CancellationError()
        }
    }
}
