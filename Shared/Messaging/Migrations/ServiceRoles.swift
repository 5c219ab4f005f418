import PostgresClient

/// The login roles of the services, one each, which can read and write their own schema and nobody else's; and the operator's,
/// which can look at what services show in views, and make requests of them.
public struct ServiceRoles: Sendable {
    /// What stands before every role's name unless something else is asked for.
    public static let standardPrefix = "keepsight_"

    /// What stands before every role's name. Roles belong to a whole server, so two partnerships on one server have two.
    public let prefix: String
    /// What stands for a service's name where the operator's role is meant.
    public static let operatorName = "operator"

    /// Passwords by service, and by `operatorName`. One that is left out keeps the password that it has; a new role then has
    /// none, and logs in by whatever else the server's pg_hba.conf allows.
    private let passwords: [String: String]

    /// `nil` if the prefix is not of lower-case letters, digits and underscores, beginning with a letter, 40 at the most.
    public init?(prefix: String = ServiceRoles.standardPrefix, passwords: [String: String] = [:]) {
        guard let first = prefix.utf8.first, prefix.utf8.count <= 40, (0x61...0x7A).contains(first),
            prefix.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F })
        else { return nil }
        self.init(checkedPrefix: prefix, passwords: passwords)
    }

    /// The roles with their standard names, and no passwords set.
    public static let standard = ServiceRoles(checkedPrefix: standardPrefix, passwords: [:])

    private init(checkedPrefix: String, passwords: [String: String]) {
        prefix = checkedPrefix
        self.passwords = passwords
    }

    /// The role of a service: `keepsight_referral_intake`.
    public func name(of service: String) -> String { prefix + Migrator.schema(of: service) }

    /// The role of the command line: `keepsight_operator`.
    public var operatorRole: String { prefix + ServiceRoles.operatorName }

    /// The SQL of `deploy/migrations/roles`.
    struct Scripts: Sendable {
        /// Makes a login role.
        let login: String
        /// What a service's may do.
        let service: String
        /// What the operator's may look at.
        let `operator`: String
    }

    /// Makes the roles and sets what they may do. Safe to repeat.
    func apply(_ scripts: Scripts, for services: [String], on connection: PostgresConnection) async throws {
        let schemas = ["app"] + services.map(Migrator.schema(of:))
        for service in services {
            try await make(
                name(of: service), password: passwords[service], seeing: schemas,
                "SET LOCAL keepsight.service_schema = '\(Migrator.schema(of: service))';", scripts.login,
                scripts.service,
                on: connection)
        }
        try await make(
            operatorRole, password: passwords[ServiceRoles.operatorName], seeing: schemas, scripts.login,
            scripts.operator, on: connection)
    }

    /// Runs the scripts for one role, in one transaction, with the form of its password that the server keeps; empty where it
    /// has none.
    private func make(
        _ role: String, password: String?, seeing schemas: [String], _ scripts: String...,
        on connection: PostgresConnection
    ) async throws {
        var verifier = ""
        if let password { verifier = try await connection.passwordVerifier(for: role, password: password) }
        do {
            try await connection.runScript(
                """
                BEGIN;
                SET LOCAL client_min_messages = warning;
                SET LOCAL keepsight.login_role = '\(role)';
                SET LOCAL keepsight.schemas = '\(schemas.joined(separator: ","))';
                SET LOCAL keepsight.password_verifier = '\(verifier)';
                \(scripts.joined(separator: "\n"))
                COMMIT;
                """)
        } catch {
            try? await connection.runScript("ROLLBACK")
            guard error.sqlState == "42501" else { throw error }
            throw MigrationError.mayNotMakeRoles(role: role)
        }
    }
}
