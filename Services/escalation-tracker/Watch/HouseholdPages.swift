import JSON
import Messaging
import PostgresClient

/// The documents of all households that a statement finds, page by page: what a watch looks at.
struct HouseholdPages: Sendable {
    /// Of the households after the one that it is given, `household` and `state`, in their order; none once there are no more.
    let statement: SQLStatement
    let postgres: PostgresConfiguration

    /// Hands each document over. One that cannot be read is left out: that is said where it stops something.
    func read(_ take: (JSONDocument) -> Void) async throws {
        try await PostgresConnection.withConnection(postgres) { connection in
            var last = PostgresUUID(high: 0, low: 0)
            while true {
                let rows = try await connection.run(statement, [.uuid(last)]).rows
                for row in rows {
                    last = try row.uuid("household")
                    if let document = try? JSONDocument(parsing: try row.bytes("state"), limits: .state) {
                        take(document)
                    }
                }
                guard !rows.isEmpty else { break }
            }
        }
    }
}
