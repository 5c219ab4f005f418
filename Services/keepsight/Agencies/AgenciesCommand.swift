import CommandRuntime
import Contracts
import EscalationTrackerSpec
import JSON
import Messaging
import Policy
import PostgresClient
import ReferralIntakeSpec
import Safeguarding
import ServiceRuntime

/// `keepsight agencies`: who is responsible in each agency, when it has last said so, and who is overdue (row B3).
enum AgenciesCommand {
    static let command = Command(
        "agencies", "Show each agency, whom it names for escalations, and whether it has attested that this year.",
        options: [
            Command.Option("overdue", nil, "Only those that are overdue."),
            Command.Option("json", nil, "Print JSON, a line for each."),
        ],
        examples: ["keepsight agencies --overdue"]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        let policy = try deployment.policy()
        let known = try await attestations(deployment)
        let clocks = try await clocks(deployment)
        let standings = policy.agencies.codes.compactMap { code in
            policy.agencies[code].map {
                AgencyStanding($0, known.rows[code], nextReminder: clocks[code], policy, now: known.now)
            }
        }.filter { !invocation.has("overdue") || $0.isOverdue }
        if invocation.has("json") {
            for standing in standings { Output.json { standing.write(to: &$0) } }
            return .ok
        }
        guard !standings.isEmpty else {
            Output.line("No agency is overdue.")
            return .ok
        }
        var table = Table(["agency", "kind", "contacts", "attested", "by", "trained", "next due", "state"])
        for standing in standings { table.add(standing.cells) }
        Output.line(table.text)
        return .ok
    }

    private static let readAttestations = SQLStatement(name: "attestations", bytes: PackageResources.attestations_sql)
    private static let readClocks = SQLStatement(name: "armed_clocks", bytes: PackageResources.armed_clocks_sql)

    private static func attestations(_ deployment: Deployment) async throws
        -> (rows: [AgencyCode: AgencyStanding.Attested], now: Instant)
    {
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: ReferralIntakeSpec.service.schema))
        let now = try await connection.run(SQLStatement(name: "now", "SELECT app.now()")).onlyRow().timestamp("now")
        let result = try await connection.run(readAttestations)
        await connection.close()
        var rows: [AgencyCode: AgencyStanding.Attested] = [:]
        for row in result.rows {
            guard let agency = AgencyCode(try row.text("agency")) else { continue }
            rows[agency] = AgencyStanding.Attested(
                on: try row.optionalDate("attested_on").map(CalendarDate.init(daysSinceEpoch:))
                    ?? CalendarDate(daysSinceEpoch: 0),
                by: try row.text("attested_by"),
                trainingOn: try row.optionalDate("training_on").map(CalendarDate.init(daysSinceEpoch:)))
        }
        return (rows, Instant(microsecondsSinceEpoch: now))
    }

    /// When each agency is reminded next.
    private static func clocks(_ deployment: Deployment) async throws -> [AgencyCode: Instant] {
        let service = EscalationTrackerSpec.service.name
        let connection = try await PostgresConnection.connect(
            try deployment.postgres(schema: Migrator.schema(of: service)))
        let result = try await connection.run(
            readClocks, [.null, .null, .text(TrackerClock.attestation.rawValue), .null, .int8(10_000)])
        await connection.close()
        var clocks: [AgencyCode: Instant] = [:]
        for row in result.rows {
            guard let clock = try ClockLine(row, service: service), let agency = AgencyCode(clock.key.subject) else {
                continue
            }
            clocks[agency] = clock.due
        }
        return clocks
    }
}

/// How an agency stands with its responsibility: pure.
struct AgencyStanding: Sendable {
    /// What it said last.
    struct Attested: Sendable {
        let on: CalendarDate
        let by: String
        let trainingOn: CalendarDate?
    }

    let agency: Agency
    let attested: Attested?
    /// When it has to say so next; nothing is known of an agency that never has and has no clock.
    let nextDue: Instant?
    let nextReminder: Instant?
    let now: Instant

    init(_ agency: Agency, _ attested: Attested?, nextReminder: Instant?, _ policy: Policy, now: Instant) {
        self.agency = agency
        self.attested = attested
        self.nextReminder = nextReminder
        self.now = now
        let due = attested.map { policy.due(policy.attestation.every, from: LondonTime.instant($0.on, hour: 12)).due }
        nextDue = due ?? nextReminder
    }

    /// An agency that never attested is overdue from the start: nobody knows whether its contacts are right.
    var isOverdue: Bool { attested == nil || nextDue.map { $0 < now } ?? true }

    private var missingStages: [Int] {
        AgencyRegister.stages.filter { stage in !agency.contacts.contains { $0.stage == stage } }
    }

    private var state: String {
        guard attested != nil else { return "never attested" }
        guard isOverdue, let nextDue else { return "attested" }
        return "overdue, " + BritishTime.distance(from: now, to: nextDue)
    }

    var cells: [String] {
        [
            agency.code.text, agency.kind.rawValue,
            missingStages.isEmpty ? "complete" : "missing " + missingStages.map(String.init).joined(separator: ", "),
            attested.map { BritishTime.date($0.on) } ?? "never", attested?.by ?? "",
            attested?.trainingOn.map(BritishTime.date) ?? "",
            nextDue.map { BritishTime.date(LondonTime.date(at: $0)) } ?? "", state,
        ]
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("agency", agency.code.text)
        writer.field("kind", agency.kind.rawValue)
        writer.field("contactsComplete", missingStages.isEmpty)
        writer.field("attestedOn", attested?.on.description)
        writer.field("attestedBy", attested?.by)
        writer.field("trainingOn", attested?.trainingOn?.description)
        writer.field("nextDueAt", nextDue?.rfc3339)
        writer.field("nextReminderAt", nextReminder?.rfc3339)
        writer.field("overdue", isOverdue)
        writer.endObject()
    }
}
