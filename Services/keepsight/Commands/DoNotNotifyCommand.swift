import CommandRuntime
import Contracts
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
        let asked: NotifierRequest =
            act == .set ? .doNotNotify(agency, address: words[1]) : .notifyAgain(agency, address: words[1])
        guard NotifierRequest(document: asked.document) == asked else {
            throw UsageError("'\(words[1])' is no address: give it as agencies.yaml has it.")
        }
        return StandingMeasure.Asked(
            subject: "\(agency) \(words[1])",
            request: OperatorRequest(
                .service, household: nil, requestedBy: by, reason: reason, content: asked.document))
    }.command
}
