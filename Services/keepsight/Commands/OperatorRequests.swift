import Messaging
import PostgresClient
import ServiceRuntime

/// Hands an operator's request to a service and waits for what comes of it.
enum OperatorRequests {
    /// What came of it, as the service says. Throws when the service has not answered within that time: the request
    /// stays, and is carried out when the service is there.
    static func carryOut(
        _ request: OperatorRequest, by service: String, _ deployment: Deployment, seconds: Double = 30
    ) async throws -> String {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: Migrator.schema(of: service)))
        do {
            let number = try await request.submit(on: connection)
            let end = ContinuousClock.now.advanced(by: .seconds(seconds))
            while ContinuousClock.now < end {
                if let outcome = try await OperatorRequest.outcome(of: number, on: connection) {
                    await connection.close()
                    return outcome
                }
                try await Task.sleep(for: .milliseconds(100))
            }
            throw CommandFailure(
                .unavailable,
                "\(service) has not answered within \(Int(seconds)) s. Request \(number) stays and is carried out when "
                    + "the service runs; see 'keepsight services'.")
        } catch {
            await connection.close()
            throw error
        }
    }
}
