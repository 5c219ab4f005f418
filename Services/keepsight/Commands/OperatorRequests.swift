import CommandRuntime
import Contracts
import JSON
import Messaging
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime

/// Hands an operator's request to a service and waits for what comes of it.
enum OperatorRequests {
    /// What came of it. It says after two seconds what it waits for, and throws when the service has not settled it within that
    /// time: the request stays, and can be looked at or taken back.
    static func carryOut(
        _ request: OperatorRequest, by service: String, _ deployment: Deployment, seconds: Double = 30
    ) async throws -> OperatorRequest.Settlement {
        try await withConnection(to: service, deployment) { connection in
            let number = try await request.submit(on: connection)
            return try await wait(for: number, of: service, seconds: seconds, on: connection)
        }
    }

    private static func wait(
        for number: Int64, of service: String, seconds: Double, on connection: PostgresConnection
    ) async throws -> OperatorRequest.Settlement {
        let start = ContinuousClock.now
        var said = ""
        while start.duration(to: .now) < .seconds(seconds) {
            let (settlement, trouble) = try await OperatorRequest.state(of: number, on: connection)
            if let settlement { return settlement }
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

    /// Takes a request back, `service/number`. One that was settled before is not withdrawn by that, and this says what came
    /// of it; asked for twice, it is withdrawn.
    static func withdraw(_ name: String, by operatorName: String, reason: String, _ deployment: Deployment) async throws
        -> ExitStatus
    {
        let parts = name.split(separator: "/")
        guard parts.count == 2, ServiceRegistry.names.contains(String(parts[0])), let number = Int64(parts[1]) else {
            throw UsageError("Say which request, as 'keepsight dead-letters requests' names it: notifier/12.")
        }
        let withdrawal = try await withConnection(to: String(parts[0]), deployment) {
            try await OperatorRequest.withdraw(number, by: operatorName, reason: reason, on: $0)
        }
        switch withdrawal {
        case nil: throw CommandFailure(.failed, "There is no request \(name). See 'keepsight dead-letters requests'.")
        case .withdrawn(let sentence):
            Output.line("\(name): \(sentence)")
            return .ok
        case .settledBefore(let settlement, let time):
            let at = ShortTime.withYear(Instant(microsecondsSinceEpoch: time))
            guard settlement.kind != .withdrawn else {
                Output.line("\(name): \(settlement.text), \(at) already; nothing has changed.")
                return .ok
            }
            Output.line(
                "\(name) was settled at \(at) and cannot be withdrawn: \(settlement.text). That stands; to change it, ask "
                    + "for what undoes it.")
            return .failed
        }
    }

    /// Prints what is open at these services, and what came of the last ones.
    static func list(_ services: [String], _ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        var table = Table(["request", "asked at", "action", "about", "by", "settled at", "what came of it"])
        for service in services {
            let rows = try await withConnection(to: service, deployment) {
                try await $0.run(SQLStatement(name: "operator_requests", bytes: PackageResources.operator_requests_sql))
                    .rows.map { try RequestLine($0, service: service) }
            }
            for line in rows {
                if asJSON { Output.json(line.write) } else { table.add(line.cells) }
            }
        }
        if !asJSON { Output.line(table.isEmpty ? "No operator has asked for anything." : table.text) }
        return .ok
    }

    static func withConnection<Value: Sendable>(
        to service: String, _ deployment: Deployment, _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        var configuration = try deployment.postgres(schema: Migrator.schema(of: service))
        // Whatever stands in the way in the database, nobody waits for it at a terminal.
        configuration.statementTimeoutMilliseconds = 15_000
        let connection = try await PostgresConnection.connect(configuration)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}

/// A request as the list shows it.
private struct RequestLine: Sendable {
    let name: String
    let action: String
    let household: String?
    let by: String
    let askedAt: Instant
    let outcome: String?
    let trouble: String?
    let kind: String?
    let letter: String?
    let settledAt: Instant?

    init(_ row: Row, service: String) throws {
        name = "\(service)/\(try row.int8(0))"
        action = try row.text(1)
        household = try row.optionalUUID(2).map { HouseholdID($0).text }
        by = try row.text(3)
        askedAt = Instant(microsecondsSinceEpoch: try row.timestamp(4))
        (outcome, trouble) = (try row.optionalText(5), try row.optionalText(6))
        kind = try row.optionalText(7)
        letter = try row.optionalText(8).map { "\(service)/\($0)" }
        settledAt = try row.optionalTimestamp(9).map(Instant.init(microsecondsSinceEpoch:))
    }

    var cells: [String] {
        [
            name, ShortTime.withYear(askedAt), action, letter ?? household ?? "", by,
            settledAt.map { ShortTime.withYear($0) } ?? "open",
            outcome ?? trouble.map { "tried, and it waits: \($0)" } ?? "",
        ]
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("request", name)
        writer.field("action", action)
        writer.field("household", household)
        writer.field("letter", letter)
        writer.field("requestedBy", by)
        writer.field("requestedAt", askedAt.rfc3339)
        writer.field("settledAt", settledAt?.rfc3339)
        writer.field("outcomeKind", kind)
        writer.field("outcome", outcome)
        writer.field("waitsFor", trouble)
        writer.endObject()
    }
}
