import Foundation
import Messaging
import PostgresClient
import ServiceRegistry
import TestSupport
import Testing

/// A migrated database whose services' roles have names and passwords of their own, so that no other test has them too.
struct RoleDatabase {
    static let migrations = TestEnvironment.project + "/deploy/migrations"

    let database: TestDatabase
    let roles: ServiceRoles
    let password: String

    /// Makes one for the body, and removes it and its roles afterwards.
    static func with(_ body: (RoleDatabase) async throws -> Void) async throws {
        let database = try await TestDatabase.makeEmpty()
        let password = UUID().uuidString
        let holders = ServiceRegistry.names + [ServiceRoles.operatorName]
        let passwords = Dictionary(uniqueKeysWithValues: holders.map { ($0, password) })
        let prefix = "t" + UUID().uuidString.prefix(8).lowercased() + "_"
        let roles = try #require(ServiceRoles(prefix: prefix, passwords: passwords))
        let made = RoleDatabase(database: database, roles: roles, password: password)
        try await made.migrate()
        do {
            try await body(made)
        } catch {
            try? await made.drop()
            throw error
        }
        try await made.drop()
    }

    /// Migrates once more.
    func migrate() async throws {
        let owner = try await database.connect()
        try await Migrator(directory: RoleDatabase.migrations, services: ServiceRegistry.names).run(
            on: owner, roles: roles)
        await owner.close()
    }

    /// Where a service finds the database, with its own role.
    func url(of service: String) throws -> String { try url(of: roles.name(of: service), password: password) }

    /// Where a role finds the database.
    func url(of role: String, password: String) throws -> String {
        var parts = try #require(URLComponents(string: database.url))
        (parts.user, parts.password) = (role, password)
        return try #require(parts.string)
    }

    /// A service's connection.
    func connect(_ service: String) async throws -> PostgresConnection {
        try await PostgresConnection.connect(PostgresConfiguration.service(service, url: try url(of: service)))
    }

    private func drop() async throws {
        try await database.drop()
        let server = try await PostgresConnection.connect(
            PostgresConfiguration(url: try #require(TestEnvironment.databaseURL)))
        for role in ServiceRegistry.names.map(roles.name(of:)) + [roles.operatorRole] {
            try await server.runScript("DROP ROLE \(role)")
        }
        await server.close()
    }
}
