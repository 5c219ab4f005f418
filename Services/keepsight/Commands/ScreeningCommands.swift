import CommandRuntime
import Contracts
import FoundationEssentials
import JSON
import Policy
import Safeguarding
import ServiceRuntime

/// `keepsight claim`, `release` and `decide`: a screener's work, as events of the hub like anybody else's.
enum ScreeningCommands {
    private static let item = (
        name: "ITEM", help: "The item, as the queue shows it, or its whole identifier.", isRequired: true
    )
    private static let who = [
        Command.Option("by", "NAME, ROLE", "Your name in full and your role (required)."),
        Command.Option("json", nil, "Print the receipt as a line of JSON."),
    ]
    private static let values: [String: CompletedValues] = ["ITEM": .listed("items")]

    static let claim = Command(
        "claim", "Take an item from the screening queue.", arguments: [item], options: who, values: values
    ) {
        try await publish(ScreeningClaimed.type, $0) { _ in }
    }

    static let release = Command(
        "release", "Give a claimed item back.", arguments: [item], options: who, values: values
    ) {
        try await publish(ScreeningReleased.type, $0) { _ in }
    }

    static let decide = Command(
        "decide", "Decide an item; its referrer is told the outcome.", arguments: [item],
        options: who + [
            Command.Option(
                "outcome", "WORD", "One of: " + ScreeningOutcome.allCases.map(\.rawValue).joined(separator: ", ") + "."),
            Command.Option("reason", "TEXT", "Why (required)."),
        ],
        values: values.merging(["outcome": .words(ScreeningOutcome.allCases.map(\.rawValue))]) { own, _ in own },
        examples: [
            "keepsight decide 0f3a9c21 --by 'Sam Example, screener' --outcome assessment --reason 'Needs are not clear.'"
        ]
    ) { invocation in
        guard let outcome = invocation.value("outcome"), ScreeningOutcome(rawValue: outcome) != nil else {
            throw UsageError(
                "Give --outcome with one of: \(ScreeningOutcome.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard let reason = invocation.value("reason") else { throw UsageError("Say why: --reason TEXT.") }
        return try await publish(ScreeningDecided.type, invocation) { writer in
            writer.field("outcome", outcome)
            writer.field("reason", reason)
        }
    }

    private static func publish(
        _ type: EventType, _ invocation: Invocation, _ write: (inout JSONWriter) -> Void
    ) async throws -> ExitStatus {
        let person = try invocation.namedPerson()
        let deployment = Deployment(environment: invocation.environment)
        let hub = try deployment.policy().agencies.hub
        let item = try await QueueCommand.item(invocation.positional[0], deployment)
        let id = UUID().uuidString.lowercased()
        let event = Publisher.event(type.text, id: id, as: hub) { writer in
            writer.field("itemId", item.text)
            writer.object("by") {
                $0.field("name", person.name)
                $0.field("role", person.role)
            }
            write(&writer)
        }
        return try await PublishCommand.send(
            event, id: id, as: hub, deployment, json: invocation.has("json"))
    }
}
