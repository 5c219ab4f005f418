import CommandRuntime
import Contracts
import JSON
import Messaging
import NotifierSpec
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight do-not-notify`: takes a recipient off the list, by a manager, for a reason, on record (domain.md section 10).
enum DoNotNotifyCommand {
    static let command = StandingMeasure(
        name: "do-not-notify",
        summary: "Send nobody at an address e-mails or webhooks any more; list who is sent none.",
        arguments: [
            ("AGENCY", "The agency's code."),
            ("ADDRESS", "The e-mail address or URL, as agencies.yaml has it."),
        ],
        options: [],
        examples: [
            "keepsight do-not-notify set police duty@police.example.org --by 'Kim Example, hub manager' --reason 'linked'",
            "keepsight do-not-notify lift police duty@police.example.org --by 'Kim Example, hub manager' --reason 'over'",
            "keepsight do-not-notify list",
        ],
        services: [NotifierSpec.service.name],
        inForce: SQLStatement(name: "not_notified", bytes: PackageResources.not_notified_sql),
        columns: ["agency", "address"], none: "Everybody is notified."
    ) { act, words, invocation, deployment in
        guard words.count == 2, !words[1].isEmpty else {
            throw UsageError("Give the agency and the address, as agencies.yaml has them.")
        }
        let agency = try deployment.agency(words[0])
        let (by, reason) = (try invocation.person(), try invocation.reason())
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("do", act == .set ? "do-not-notify" : "notify-again")
        writer.field("agency", agency.text)
        writer.field("address", words[1])
        writer.endObject()
        return StandingMeasure.Asked(
            subject: "\(agency) \(words[1])",
            request: OperatorRequest(
                .service, household: nil, requestedBy: by, reason: reason, content: writer.bytes))
    }.command
}
