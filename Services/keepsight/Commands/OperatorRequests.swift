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
    static func withdraw(
        _ name: String, by operatorName: String, reason: String, _ deployment: Deployment, asJSON: Bool
    ) async throws -> ExitStatus {
        let parts = name.split(separator: "/")
        guard parts.count == 2, ServiceRegistry.names.contains(String(parts[0])), let number = Int64(parts[1]) else {
            throw UsageError("Say which request, as 'keepsight dead-letters requests' names it: notifier/12.")
        }
        let service = String(parts[0])
        let withdrawal = try await withConnection(to: service, deployment) {
            try await OperatorRequest.withdraw(number, by: operatorName, reason: reason, on: $0)
        }
        switch withdrawal {
        case nil: throw CommandFailure(.failed, "There is no request \(name). See 'keepsight dead-letters requests'.")
        case .withdrawn(let sentence):
            SettledRequest.show(
                OperatorRequest.Settlement(kind: .withdrawn, text: sentence), about: name, of: service, asJSON: asJSON)
            return .ok
        case .settledBefore(let settlement, let time):
            let at = BritishTime.compact(Instant(microsecondsSinceEpoch: time))
            let isWithdrawn = settlement.kind == .withdrawn
            let sentence =
                isWithdrawn
                ? "\(name): \(settlement.text), \(at) already; nothing has changed."
                : "\(name) was settled at \(at) and cannot be withdrawn: \(settlement.text). That stands; to change it, ask "
                    + "for what undoes it."
            SettledRequest.show(settlement, about: name, of: service, sentence: sentence, asJSON: asJSON)
            return isWithdrawn ? .ok : .failed
        }
    }

    /// Prints what is open at these services, and what came of the last ones.
    static func list(_ services: [String], _ deployment: Deployment, asJSON: Bool) async throws -> ExitStatus {
        let lines = try await requests(of: services, deployment)
        guard !asJSON else {
            for line in lines { Output.json(line.write) }
            return .ok
        }
        let households = ShortReferences(lines.compactMap(\.household))
        var table = Table(["request", "asked at", "action", "about", "by", "settled at", "what came of it"])
        for line in lines { table.add(line.cells(households)) }
        Output.line(table.isEmpty ? "No operator has asked for anything." : table.text)
        return .ok
    }

    /// The names of those that are open, for completion.
    static func openNames(_ deployment: Deployment) async throws -> [String] {
        try await requests(of: ServiceRegistry.names, deployment).filter { $0.settledAt == nil }.map(\.name)
    }

    private static func requests(of services: [String], _ deployment: Deployment) async throws -> [RequestLine] {
        var lines: [RequestLine] = []
        for service in services {
            lines += try await withConnection(to: service, deployment) {
                try await $0.run(SQLStatement(name: "operator_requests", bytes: PackageResources.operator_requests_sql))
                    .rows.map { try RequestLine($0, service: service) }
            }
        }
        return lines
    }

    static func withConnection<Value: Sendable>(
        to service: String, _ deployment: Deployment, _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        var configuration = try deployment.postgres(schema: Migrator.schema(of: service))
        // Whatever stands in the way in the database, nobody waits for it at a terminal.
        configuration.statementTimeoutMilliseconds = 15_000
        return try await PostgresConnection.withConnection(configuration, body)
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
        name = "\(service)/\(try row.int8("id"))"
        action = try row.text("action")
        household = try row.optionalUUID("household").map { HouseholdID($0).text }
        by = try row.text("requested_by")
        askedAt = Instant(microsecondsSinceEpoch: try row.timestamp("requested_at"))
        (outcome, trouble) = (try row.optionalText("outcome"), try row.optionalText("trouble"))
        kind = try row.optionalText("outcome_kind")
        letter = try row.optionalText("letter").map { "\(service)/\($0)" }
        settledAt = try row.optionalTimestamp("done_at").map(Instant.init(microsecondsSinceEpoch:))
    }

    func cells(_ households: ShortReferences) -> [String] {
        [
            name, BritishTime.compact(askedAt), action, letter ?? household.map { households($0) } ?? "", by,
            settledAt.map { BritishTime.compact($0) } ?? "open",
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
