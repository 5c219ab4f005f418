import Messaging
import PostgresClient

/// What the database that answers can do: answering alone helps no service.
struct DatabaseState: Sendable, Equatable {
    /// Whether it is a standby, which takes no writes.
    var isStandby = false
    /// Whether sessions begin as read-only.
    var isReadOnly = false
    /// Connections that are open, this one among them.
    var connections: Int64 = 0
    /// How many the server gives to others than superusers.
    var maximumConnections: Int64 = .max

    /// What keeps services from working, and what to do; `nil` if nothing does.
    var problem: String? {
        if isStandby {
            return "It is a standby and takes no writes: promote it, or let KEEPSIGHT_DATABASE_URL lead to the primary."
        }
        if isReadOnly {
            return "It is read-only: look at default_transaction_read_only, of the server, the database and the role."
        }
        guard connections >= maximumConnections else { return nil }
        return
            "All of its \(maximumConnections) connections are in use, so services that lose theirs get none: see who has them "
            + "in pg_stat_activity, and end those, or raise max_connections."
    }

    private static let readState = SQLStatement(name: "database_state", bytes: PackageResources.database_state_sql)

    /// Asks.
    static func read(_ postgres: PostgresConfiguration) async throws -> DatabaseState {
        let connection = try await PostgresConnection.connect(postgres)
        do {
            let row = try await connection.run(readState).onlyRow()
            let state = DatabaseState(
                isStandby: try row.bool("is_standby"), isReadOnly: try row.bool("is_read_only"),
                connections: try row.int8("connections"),
                maximumConnections: try row.int8("maximum_connections"))
            await connection.close()
            return state
        } catch {
            await connection.close()
            throw error
        }
    }
}

extension ServicesReport.Line {
    /// The database, asked by the command itself.
    init(database answer: Answer<DatabaseState>, seconds: Int) {
        self.init(asked: "database", answer, setting: "KEEPSIGHT_DATABASE_URL", seconds: seconds)
        if let problem = answer.value?.problem {
            self = ServicesReport.Line(name: "database", isReady: false, problem: problem)
        }
    }
}
