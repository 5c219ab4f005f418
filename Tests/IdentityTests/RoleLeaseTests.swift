import Messaging
import PostgresClient
import TestSupport
import Testing

/// Leases under the roles that services really log in with, who see of other sessions only their own.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct RoleLeaseTests {
    private static let patient = Lease.Timing(renewal: .milliseconds(1), expiry: .seconds(3600))
    private static let hasty = Lease.Timing(renewal: .milliseconds(1), expiry: .milliseconds(200))

    @Test(
        "trial A14: a service's role takes a lease from a connection of its own that hangs, which is ended, or that is gone"
    )
    func taken() async throws {
        try await RoleDatabase.with { made in
            let hung = try await made.connect("notifier")
            let second = try await made.connect("notifier")
            try await take(hung, Self.patient)
            #expect(try await Lease.take("relay", on: second, Self.patient) == nil, "it is there")
            try await take(second, Self.hasty)
            await #expect(throws: PostgresError.self) {
                _ = try await hung.run(SQLStatement(name: "one", "SELECT 1"))
            }
            await second.close()
            let third = try await made.connect("notifier")
            try await take(third, Self.patient)
            await third.close()
            await hung.close()
        }
    }

    @Test("trial A11: no role can touch another service's leases")
    func others() async throws {
        try await RoleDatabase.with { made in
            let other = try await made.connect("notifier")
            let statement = SQLStatement(name: "touch", "UPDATE referral_intake.lease SET renewed_at = now()")
            let error = await #expect(throws: PostgresError.self) { _ = try await other.run(statement) }
            #expect(error?.sqlState == "42501")
            await other.close()
        }
    }

    /// The server takes a moment to see a connection gone.
    private func take(_ connection: PostgresConnection, _ timing: Lease.Timing) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
        while try await Lease.take("relay", on: connection, timing) == nil {
            guard ContinuousClock.now < end else { throw Missing("the lease is not free") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
