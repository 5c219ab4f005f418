import CommandRuntime
import Contracts
import Dispatch
import Glibc
import Messaging
import PostgresClient
import ServiceRegistry
import ServiceRuntime

// How each fault is made. All of them leave things as they should be: what happens then is the services' matter.
extension ChaosRun {
    /// Longer than a group waits for a member that says nothing.
    private static let freezeSeconds = 13
    /// Longer than a relay's lead lasts without a sign of life.
    private static let hangSeconds = 22
    /// How long a service may not write, or a disk is full.
    private static let outageSeconds = 4
    /// How far the standby lags that takes over.
    private static let lagSeconds = 5
    /// Tables without which a service cannot go on, by service.
    private static let neededTables = [
        ("referral-intake", "journal", "INSERT"), ("referral-intake", "person_key", "SELECT"),
        ("escalation-tracker", "household_state", "UPDATE"), ("escalation-tracker", "deadline", "INSERT"),
        ("mash-screener", "position", "UPDATE"), ("notifier", "notice", "INSERT"), ("notifier", "outbox", "INSERT"),
        ("notifier", "inbox", "SELECT"),
    ]

    func make(_ fault: Fault) async throws {
        let member = ServiceFleet.members.randomElement(using: &random) ?? ServiceFleet.members[0]
        switch fault {
        case .kill: await fleet.killed(member)
        case .freeze: try await stop(member, seconds: ChaosRun.freezeSeconds)
        case .leave:
            await fleet.signal(SIGTERM, member)
            _ = await fleet.ended(member, withinSeconds: 27)
        case .cutConnections: try await query("chaos-cut", PackageResources.chaos_cut_connections_sql, services: true)
        case .cutRelay: try await query("chaos-relays", PackageResources.chaos_cut_relays_sql, services: false)
        case .refuseCommit:
            await fleet.killed(member)
            try await fleet.start(
                member, failpoints: "batch.beforeCommit=error@3,relay.beforeDelete=error@2,sweeper.beforeCommit=error")
        case .refuseConnections:
            await fleet.killed(member)
            try await fleet.start(member, failpoints: "database.connect=error@1-6")
        case .restartDatabase: try await script("postgres-restart")
        case .restartBroker:
            let broker = Int.random(in: 1...plan.brokers, using: &random)
            let awayMilliseconds = Int.random(in: 500...5000, using: &random)
            try await script("broker-kill \(broker)")
            try await Task.sleep(for: .milliseconds(awayMilliseconds))
            try await script("broker-start \(broker)")
        case .withdrawPrivileges: try await withdrawPrivileges()
        case .hostileRecords: try await load.publishHostile()
        case .controlCharacters: try await load.publishControlCharacters()
        case .hangLeader: try await stop(leader() ?? member, seconds: ChaosRun.hangSeconds)
        case .startTwin: try await fleet.runTwin(of: member, seconds: 8)
        case .forgetCommits:
            try await script("postgres-forget \(ChaosRun.lagSeconds)")
            hasForgotten = true
        case .fillDisk:
            let filling = "disk-fill notifier.notice \(ChaosRun.outageSeconds)"
            let isPossible = try await script(filling, mayBeImpossible: true)
            if !isPossible { counts[fault] = nil }
        }
    }

    private func stop(_ member: ServiceFleet.Member, seconds: Int) async throws {
        await fleet.signal(SIGSTOP, member)
        try? await Task.sleep(for: .seconds(seconds))
        await fleet.signal(SIGCONT, member)
        try Task.checkCancellation()
    }

    /// A replica that leads its service's relay now, of any service; `nil` where nobody can be found to.
    private func leader() async -> ServiceFleet.Member? {
        let ports = try? await deployment.withDatabase { connection in
            let leaders = SQLStatement(name: "leaders", bytes: PackageResources.chaos_find_leaders_sql)
            return try await connection.run(leaders).rows.map { try $0.int4("client_port") }
        }
        for port in (ports ?? []).shuffled(using: &random) {
            if let member = await fleet.member(withLocalPort: Int(port)) { return member }
        }
        return nil
    }

    /// A service's role may not use a table that it needs. The owner gives it back, whatever happens.
    private func withdrawPrivileges() async throws {
        let any = ChaosRun.neededTables.randomElement(using: &random)
        let (service, table, privilege) = any ?? ChaosRun.neededTables[0]
        let (schema, role) = (Migrator.schema(of: service), ServiceFleet.role(of: service, deployment.environment))
        try await administer("REVOKE \(privilege) ON \(schema).\(table) FROM \(role)")
        try? await Task.sleep(for: .seconds(ChaosRun.outageSeconds))
        try await administer("GRANT \(privilege) ON \(schema).\(table) TO \(role)")
    }

    private func administer(_ statement: String) async throws {
        _ = try await persistently { connection in
            try await connection.run(SQLStatement(name: "chaos-privileges", statement)).rowCount
        }
    }

    /// Does not hold the load up meanwhile. Whether it was made: some cannot be everywhere.
    @discardableResult
    private func script(_ fault: String, mayBeImpossible: Bool = false) async throws -> Bool {
        let command = "KEEPSIGHT_RUN_DIR='\(runFolder)' deploy/fault \(fault) >&2"
        let status = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: system(command)) }
        }
        if mayBeImpossible, status >> 8 == EX_TEMPFAIL { return false }
        guard status == 0 else {
            throw CommandFailure(.failed, "deploy/fault \(fault) failed; see above.")
        }
        return true
    }

    private func query(_ name: String, _ text: [UInt8], services: Bool) async throws {
        try? await deployment.withDatabase { connection in
            _ = try await connection.run(
                SQLStatement(name: name, bytes: text), services ? [.textArray(ServiceRegistry.names)] : [])
        }
    }
}
