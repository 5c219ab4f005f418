import FoundationEssentials
import PostgresClient

/// Brings a database to the shape that the services need: numbered SQL files, each applied once, under a lock.
///
/// `app/` makes the schema that all share (the clock), `engine/` is applied to every service's schema, and
/// `<service>/` to that service's own. A file that was applied and has changed since is refused, never applied again.
/// `roles/` is no step: it is run every time, and makes for each service a role that is confined to its schema, and one for the
/// command line.
public struct Migrator: Sendable {
    /// One file of SQL for one schema.
    public struct Step: Sendable, Equatable {
        /// The schema it is applied to.
        public let schema: String
        /// `engine/0001-positions`.
        public let name: String
        /// The SQL.
        public let text: String
    }

    private let directory: String
    /// The services' names, in the order in which their schemas are made.
    public let services: [String]
    /// How often a step is tried while others hold what it needs.
    private let lockAttempts: Int

    /// Reads its files below `directory` (`deploy/migrations`).
    ///
    /// - Parameters:
    ///   - services: the services' names, in the order in which their schemas are made.
    ///   - lockAttempts: how often a step is tried while other transactions hold what it needs, 2.5 s each.
    public init(directory: String, services: [String], lockAttempts: Int = 24) {
        self.directory = directory
        self.services = services
        self.lockAttempts = lockAttempts
    }

    /// The schema of a service: its name with underscores.
    public static func schema(of service: String) -> String { service.replacing("-", with: "_") }

    /// Every step in order. Throws `MigrationError.unreadable` when a folder is missing or empty.
    public func steps() throws(MigrationError) -> [Step] {
        var steps = try steps(in: "app", for: "app")
        for service in services {
            let schema = Migrator.schema(of: service)
            steps += try self.steps(in: "engine", for: schema)
            steps += try self.steps(in: service, for: schema, mayBeEmpty: true)
        }
        return steps
    }

    /// Applies what is missing; returns the steps applied. Safe to run twice, and by two at the same time.
    @discardableResult
    public func run(
        on connection: PostgresConnection, roles: ServiceRoles = .standard, onStep: (Step) -> Void = { _ in }
    ) async throws -> [Step] {
        let steps = try steps()
        func role(_ name: String) throws(MigrationError) -> String {
            try text(of: directory + "/roles/\(name)-role.sql")
        }
        let scripts = ServiceRoles.Scripts(
            login: try role("login"), service: try role("service"), operator: try role("operator"))
        try await lock(connection)
        do {
            try await connection.runScript(MigrationSQL.prepare)
            let applied = try await apply(steps, on: connection, onStep: onStep)
            try await roles.apply(scripts, for: services, on: connection)
            try await connection.runScript(MigrationSQL.unlock)
            return applied
        } catch {
            try? await connection.runScript(MigrationSQL.unlock)
            throw error
        }
    }

    private func lock(_ connection: PostgresConnection) async throws {
        do { try await connection.runScript(MigrationSQL.lock) } catch {
            guard error.isLockTimeout else { throw error }
            throw MigrationError.busy
        }
    }

    private func apply(_ steps: [Step], on connection: PostgresConnection, onStep: (Step) -> Void) async throws
        -> [Step]
    {
        var known: [String: String] = [:]
        for row in try await connection.run(MigrationSQL.readApplied, []).rows {
            known[try row.text("schema_name") + "/" + (try row.text("step"))] = try row.text("checksum")
        }
        var applied: [Step] = []
        for step in steps {
            let checksum = step.checksum
            if let before = known[step.schema + "/" + step.name] {
                guard before == checksum else { throw MigrationError.changed(step: step.name, schema: step.schema) }
                continue
            }
            onStep(step)
            try await apply(step, checksum: checksum, on: connection)
            applied.append(step)
        }
        return applied
    }

    /// One step, in a transaction of its own. It waits for other transactions' locks for two seconds at a time, since whoever
    /// comes after it waits behind it, and lets the services go on in between.
    private func apply(_ step: Step, checksum: String, on connection: PostgresConnection) async throws {
        var attempts = 0
        while true {
            do {
                return try await connection.runScript(
                    """
                    BEGIN;
                    SET LOCAL lock_timeout = '2s';
                    CREATE SCHEMA IF NOT EXISTS \(step.schema);
                    SET LOCAL search_path = \(step.schema), app;
                    \(step.text)
                    INSERT INTO app.keepsight_migration (schema_name, step, checksum)
                    VALUES ('\(step.schema)', '\(step.name)', '\(checksum)');
                    COMMIT;
                    """)
            } catch {
                try? await connection.runScript("ROLLBACK")
                guard error.isLockTimeout else { throw error }
                attempts += 1
                guard attempts < lockAttempts else { throw MigrationError.locked(step: step.name, schema: step.schema) }
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private func steps(in folder: String, for schema: String, mayBeEmpty: Bool = false) throws(MigrationError) -> [Step]
    {
        let path = directory + "/" + folder
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".sql") }.sorted()
        } catch {
            guard mayBeEmpty else { throw .unreadable(path: path) }
            return []
        }
        guard mayBeEmpty || !names.isEmpty else { throw .unreadable(path: path) }
        var steps: [Step] = []
        for (place, name) in names.enumerated() {
            let number = String(repeating: "0", count: max(0, 4 - String(place + 1).count)) + String(place + 1)
            guard name.hasPrefix(number + "-") else { throw .misnumbered(path: path + "/" + name, expected: number) }
            let stem = folder + "/" + name.dropLast(4)
            steps.append(Step(schema: schema, name: stem, text: try text(of: path + "/" + name)))
        }
        return steps
    }

    private func text(of path: String) throws(MigrationError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Why the migrations were not applied.
public enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A folder or file is missing.
    case unreadable(path: String)
    /// The files of a folder are not numbered 0001, 0002, … without a gap.
    case misnumbered(path: String, expected: String)
    /// A step that was applied has another text now.
    case changed(step: String, schema: String)
    /// Another transaction holds a table that the step has to change, and has not let go of it for a minute.
    case locked(step: String, schema: String)
    /// Another migration has not ended for a minute.
    case busy
    /// The user who migrates may not make the services' roles.
    case mayNotMakeRoles(role: String)

    /// A sentence that says what to do.
    public var description: String {
        switch self {
        case .unreadable(let path):
            "No migrations at \(path). Set KEEPSIGHT_MIGRATIONS_DIR to the project's deploy/migrations."
        case .misnumbered(let path, let expected):
            "\(path) should be number \(expected): migrations are numbered without gaps, so that none is forgotten."
        case .changed(let step, let schema):
            "\(step) was applied to \(schema) with another text. Restore the file, and put the change into a new one."
        case .locked(let step, let schema):
            "\(step) was not applied to \(schema): another transaction holds a table that it has to change. Look for it in "
                + "pg_stat_activity (state 'idle in transaction', or a long query), end it, and migrate again. What was "
                + "applied before stays applied."
        case .busy:
            "Another migration of this database has not ended for a minute. Wait for it, or look for it in pg_locks "
                + "(locktype 'advisory') and end it; then migrate again."
        case .mayNotMakeRoles(let role):
            "The database's user may not make or change the role \(role). Give it CREATEROLE, or let an administrator make "
                + "the role of each service (CREATE ROLE … LOGIN), with its password, and migrate again without passwords."
        }
    }
}
