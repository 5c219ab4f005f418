import CommandRuntime
import Contracts
import Messaging
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Hands an operator's request to a service and waits for what comes of it.
enum OperatorRequests {
    /// What came of it, as the service says. It says after two seconds what it waits for, and throws when the service has not
    /// settled it within that time: the request stays, and can be looked at or taken back.
    static func carryOut(
        _ request: OperatorRequest, by service: String, _ deployment: Deployment, seconds: Double = 30
    ) async throws -> String {
        let connection = try await connect(to: service, deployment)
        do {
            let number = try await request.submit(on: connection)
            let outcome = try await wait(for: number, of: service, seconds: seconds, on: connection)
            await connection.close()
            return outcome
        } catch {
            await connection.close()
            throw error
        }
    }

    private static func wait(
        for number: Int64, of service: String, seconds: Double, on connection: PostgresConnection
    ) async throws -> String {
        let start = ContinuousClock.now
        var said = ""
        while start.duration(to: .now) < .seconds(seconds) {
            let (outcome, trouble) = try await OperatorRequest.state(of: number, on: connection)
            if let outcome { return outcome }
            if start.duration(to: .now) > .seconds(2) {
                let line =
                    trouble.map { "\(service) has tried, and tries again: \($0)" }
                    ?? "Request \(service)/\(number) is with \(service); waiting for what comes of it."
                if line != said { Output.note("\(line)") }
                said = line
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw CommandFailure(
            .unavailable,
            "\(service) has not settled request \(service)/\(number) within \(Int(seconds)) s. It stays, and is carried out when "
                + "it can be; 'keepsight services' says how the service is. Look later with 'keepsight dead-letters requests "
                + "\(service)', or take it back with 'keepsight dead-letters withdraw \(service)/\(number)'.")
    }

    /// Takes a request back, `service/number`; what came of it, if the service was first.
    static func withdraw(_ name: String, by operatorName: String, reason: String, _ deployment: Deployment)
        async throws -> String
    {
        let parts = name.split(separator: "/")
        guard parts.count == 2, Topics.services.contains(String(parts[0])), let number = Int64(parts[1]) else {
            throw UsageError("Say which request, as 'keepsight dead-letters requests' names it: notifier/12.")
        }
        let connection = try await connect(to: String(parts[0]), deployment)
        let outcome: String?
        do {
            outcome = try await OperatorRequest.withdraw(
                number, by: operatorName, reason: reason, on: connection)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        guard let outcome else {
            throw CommandFailure(.failed, "There is no request \(name). See 'keepsight dead-letters requests'.")
        }
        return outcome
    }

    /// Prints what is open at these services, and what came of the last ones.
    static func list(_ services: [String], _ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        var table = Table(["request", "asked at", "action", "household", "by", "what came of it"])
        for service in services {
            let connection = try await connect(to: service, deployment)
            let result = try await connection.run(
                SQLStatement(name: "operator_requests", bytes: PackageResources.operator_requests_sql))
            await connection.close()
            for row in result.rows {
                let name = "\(service)/\(try row.int8(0))"
                let household = try row.optionalUUID(2).map { HouseholdID($0).text }
                let at = Instant(microsecondsSinceEpoch: try row.timestamp(4)).rfc3339
                let (outcome, trouble) = (try row.optionalText(5), try row.optionalText(6))
                if asJSON {
                    let (action, by) = (try row.text(1), try row.text(3))
                    Output.json { writer in
                        writer.beginObject()
                        writer.field("request", name)
                        writer.field("action", action)
                        writer.field("household", household)
                        writer.field("requestedBy", by)
                        writer.field("requestedAt", at)
                        writer.field("outcome", outcome)
                        writer.field("waitsFor", trouble)
                        writer.endObject()
                    }
                } else {
                    let state = outcome ?? (trouble.map { "open; tried, and it waits: \($0)" } ?? "open")
                    table.add([name, at, try row.text(1), household ?? "", try row.text(3), state])
                }
            }
        }
        if !asJSON { Output.line(table.isEmpty ? "No operator has asked for anything." : table.text) }
        return .ok
    }

    private static func connect(to service: String, _ deployment: Deployment) async throws -> PostgresConnection {
        var configuration = try deployment.postgres(schema: Migrator.schema(of: service))
        // Whatever stands in the way in the database, nobody waits for it at a terminal.
        configuration.statementTimeoutMilliseconds = 15_000
        return try await PostgresConnection.connect(configuration)
    }
}
