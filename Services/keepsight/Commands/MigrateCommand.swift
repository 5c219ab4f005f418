import CommandRuntime
import FoundationEssentials
import JSON
import Messaging
import PostgresClient
import ServiceRegistry
import ServiceRuntime

/// `keepsight migrate`: the tables, and the services' roles.
enum MigrateCommand {
    static let command = Command(
        "migrate",
        "Bring the database to the shape that the services need, with a role for each. Safe to repeat.",
        options: [
            Command.Option("dir", "DIR", "The migrations (default: KEEPSIGHT_MIGRATIONS_DIR or deploy/migrations)."),
            Command.Option(
                "passwords", "DIR",
                "The roles' passwords: a file for each service, named after it, and 'operator' for the command line's role "
                    + "(default: KEEPSIGHT_ROLE_PASSWORDS_DIR; without, passwords stay as they are)."),
            Command.Option(
                "role-prefix", "TEXT", "Stands before each role's name (default: KEEPSIGHT_ROLE_PREFIX or keepsight_)."),
            Command.Option("json", nil, "Print JSON: a line for each migration that was applied, then for each role."),
        ],
        values: ["dir": .files, "passwords": .files],
        examples: ["keepsight migrate", "keepsight migrate --passwords /run/secrets/keepsight"]
    ) { invocation in
        let directory =
            invocation.value("dir") ?? invocation.environment["KEEPSIGHT_MIGRATIONS_DIR"] ?? "deploy/migrations"
        let roles = try roles(invocation)
        let connection = try await PostgresConnection.connect(
            try Deployment(environment: invocation.environment).postgres(isLong: true))
        do {
            let migrator = Migrator(directory: directory, services: ServiceRegistry.names)
            let asJSON = invocation.has("json")
            let applied = try await migrator.run(on: connection, roles: roles) { step in
                if !asJSON { Output.note("applying \(step.name) to \(step.schema)") }
            }
            await connection.close()
            if NewDatabase.isNew(applied: applied.count, of: try migrator.steps().count),
                let warning = await NewDatabase.warning(Deployment(environment: invocation.environment))
            {
                Output.note("\(warning)")
            }
            if asJSON {
                for line in lines(applied, roles) { Output.json { line.write(to: &$0) } }
                return .ok
            }
            let names = ServiceRegistry.names.map(roles.name(of:)).joined(separator: ", ")
            Output.line(
                "\(applied.isEmpty ? "The database is up to date." : "Applied \(counted(applied.count, "migration")).")"
                    + " Each service has its role: \(names). The command line's is \(roles.operatorRole).")
            return .ok
        } catch let error as MigrationError {
            await connection.close()
            throw CommandFailure(.configuration, .lines(error.description))
        }
    }

    /// An object for each migration that was applied just now, in order, then for each role; the command line's is `operator`.
    static func lines(_ applied: [Migrator.Step], _ roles: ServiceRoles) -> [JSONTree] {
        let migrations: [JSONTree] = applied.map { ["migration": .string($0.name), "schema": .string($0.schema)] }
        let services: [JSONTree] = ServiceRegistry.names.map {
            ["role": .string(roles.name(of: $0)), "of": .string($0)]
        }
        return migrations + services
            + [["role": .string(roles.operatorRole), "of": .string(ServiceRoles.operatorName)]]
    }

    private static func roles(_ invocation: Invocation) throws -> ServiceRoles {
        func setting(_ option: String, _ variable: String) -> String? {
            invocation.value(option) ?? invocation.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        var passwords: [String: String] = [:]
        if let folder = setting("passwords", "KEEPSIGHT_ROLE_PASSWORDS_DIR") {
            for service in ServiceRegistry.names { passwords[service] = try password(in: folder + "/" + service) }
            let own = folder + "/" + ServiceRoles.operatorName
            if FileManager.default.fileExists(atPath: own) {
                passwords[ServiceRoles.operatorName] = try password(in: own)
            }
        }
        let prefix = setting("role-prefix", "KEEPSIGHT_ROLE_PREFIX") ?? ServiceRoles.standardPrefix
        guard let roles = ServiceRoles(prefix: prefix, passwords: passwords) else {
            throw UsageError(
                "'\(prefix)' cannot stand before a role's name: use up to 40 lower-case letters, digits and underscores, "
                    + "beginning with a letter.")
        }
        return roles
    }

    private static func password(in path: String) throws -> String {
        guard let data = try? InputFile.read(path) else {
            throw CommandFailure(
                .configuration,
                "\(path) cannot be read. The folder of --passwords has a file for each service, named after it, whose first "
                    + "line is the password of the service's role.")
        }
        let line = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
        guard !line.isEmpty else {
            throw CommandFailure(.configuration, "The first line of \(path) is empty; it is the role's password.")
        }
        return String(line)
    }
}
