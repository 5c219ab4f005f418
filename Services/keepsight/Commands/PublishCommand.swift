import CommandRuntime
import Contracts
import JSON
import KafkaClient
import Safeguarding
import ServiceRuntime

/// `keepsight publish`: say something as an agency.
enum PublishCommand {
    static let command = Command(
        "publish", "Publish an event as an agency; checks it first.",
        arguments: [("FILE", "A JSON file with the event, or - for standard input.", true)],
        options: [
            Command.Option("as", "AGENCY", "The agency's code (required)."),
            Command.Option(
                "wait", nil, "Wait for the receipt proper; exit status 1 if it is a refusal, or has not come in time."),
            Command.Option("timeout", "SECONDS", "How long to wait for the receipt (default: 30)."),
            Command.Option("no-check", nil, "Send it as it is, even if it looks wrong."),
            Command.Option("json", nil, "Print JSON."),
        ],
        values: ["FILE": .files, "as": .listed("agencies")],
        examples: [
            "keepsight publish referral.json --as health-visiting --wait",
            "keepsight publish - --as csc < decision.json",
        ]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        guard let name = invocation.value("as") else { throw UsageError("Say which agency publishes: --as AGENCY.") }
        let agency = try deployment.agency(name)
        let timeout = try invocation.number("timeout", default: 30, in: 1...3600)
        guard invocation.value("timeout") == nil || invocation.has("wait") else {
            throw UsageError("--timeout says how long --wait waits: give --wait as well.")
        }
        let input = try read(invocation.positional[0])
        // What is sent as it is may have an id all the same, by which its receipt is known.
        var id = Publisher.identifier(in: input)
        var event = input
        if !invocation.has("no-check") {
            let completed = try Publisher.complete(input, as: agency, now: .now)
            (id, event) = (completed.id, completed.event)
            let problems = Publisher.problems(of: event, now: .now)
            guard problems.isEmpty else {
                show(problems.all, json: invocation.has("json"), name: completed.id)
                return .data
            }
        }
        guard invocation.has("wait") else {
            let offset = try await Publisher(deployment, as: agency).send(event)
            published(Sent(id: id, agency: agency, offset: offset), json: invocation.has("json"))
            return .ok
        }
        return try await send(
            event, id: id, as: agency, deployment, timeoutSeconds: timeout, json: invocation.has("json"))
    }

    /// An event that the broker has, and by which its receipt is known: its id, or where it has none its place.
    struct Sent: Sendable {
        let id: String?
        let agency: AgencyCode
        let offset: Int64

        /// What people call it.
        var name: String { id ?? "the record at offset \(offset) of \(agency)'s events" }

        /// Whether what stands on the notices topic is a receipt for it. A refusal may not know the id of an event that
        /// has one. An agency's events are one partition, so an offset is a place.
        func isAnswered(by notice: AgencyNotice) -> Bool {
            if let id, notice.answeredEvent == id { return true }
            return notice.answeredRecord?.offset == offset
        }
    }

    /// Sends an event and waits for its receipt.
    static func send(
        _ event: [UInt8], id: String?, as agency: AgencyCode, _ deployment: Deployment, timeoutSeconds: Int = 30,
        json: Bool = false
    ) async throws -> ExitStatus {
        let reader = try await KafkaReader(
            try deployment.kafka(), topics: [deployment.topics.notices(of: agency).name], from: .end)
        let offset = try await Publisher(deployment, as: agency).send(event)
        return try await wait(
            for: Sent(id: id, agency: agency, offset: offset), on: reader, seconds: timeoutSeconds, json: json)
    }

    private static func published(_ sent: Sent, json: Bool) {
        guard json else { return Output.line("Published \(sent.name) as \(sent.agency).") }
        Output.json { writer in
            writer.beginObject()
            writer.field("id", sent.id)
            writer.field("offset", Int(sent.offset))
            writer.field("published", true)
            writer.endObject()
        }
    }

    static func read(_ path: String) throws(CommandFailure) -> [UInt8] { try InputFile.read(path, isInput: true) }

    private static func wait(for sent: Sent, on reader: KafkaReader, seconds: Int, json: Bool) async throws
        -> ExitStatus
    {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        var interim: (message: KafkaMessage, receipt: ReceiptAccepted)?
        while ContinuousClock.now < end {
            let messages = try await reader.next(maximumMessages: 100, timeoutMilliseconds: 500)
            for message in messages {
                guard let notice = AgencyNotice(message), case .accepted(let receipt) = notice, receipt.isInterim,
                    sent.isAnswered(by: notice)
                else { continue }
                interim = (message, receipt)
            }
            if let status = showReceipt(of: sent, in: messages, json: json) { return status }
        }
        if json, let interim { Output.document(interim.message.value ?? []) }
        throw CommandFailure(.failed, notAnswered(sent.name, waitingFor: interim?.receipt.waitingFor, seconds))
    }

    /// What is said of an event whose receipt proper has not come in time. It is on record at the most: nothing that waits is
    /// in effect, and a refusal may still come.
    static func notAnswered(_ name: String, waitingFor: ReceiptAccepted.WaitingFor?, _ seconds: Int) -> TerminalText {
        switch waitingFor?.kind {
        case nil:
            return "No receipt for \(name) after \(seconds) s. The event is published; see 'keepsight services'."
        case ReceiptAccepted.WaitingFor.operatorKind:
            return
                "\(name) is on record and waits for an operator; its receipt comes once they have seen to it. Do not send it "
                + "again; ask them with its id."
        case ReceiptAccepted.WaitingFor.decisionKind:
            let until: TerminalText = waitingFor?.until.map { ", until \($0) at the most" } ?? ""
            return
                "\(name) is on record and waits for decision \(waitingFor?.id ?? "")\(until); it has no effect yet. Its "
                + "receipt comes once the view counts; if it is refused by then, check the decision's identifier."
        default:
            return
                "\(name) is on record and is still being judged; it has no effect yet, and may be refused. Its receipt comes "
                + "after this; 'keepsight listen AGENCY' shows it."
        }
    }

    /// Shows the receipt of an event, if it is among these messages.
    private static func showReceipt(of sent: Sent, in messages: [KafkaMessage], json: Bool) -> ExitStatus? {
        let found = messages.first { message in
            AgencyNotice(message).map { !$0.isInterim && sent.isAnswered(by: $0) } ?? false
        }
        guard let found, let notice = AgencyNotice(found) else { return nil }
        if json { Output.document(found.value ?? []) }
        switch notice {
        case .accepted(let receipt):
            if !json { Output.line(describe(receipt, of: sent)) }
            return .ok
        case .refused(let receipt):
            if !json { show(receipt.reasons, json: false, name: sent.name) }
            return .failed
        case .issued: return nil
        }
    }

    static func describe(_ receipt: ReceiptAccepted, of sent: Sent) -> TerminalText {
        receipt.ignored.reduce("Accepted: \(sent.name) is in effect since \(BritishTime.long(receipt.recordedAt)).") {
            $0 + "\n  \($1)  is not known and was ignored"
        }
    }

    private static func show(_ reasons: [RefusalReason], json: Bool, name: String) {
        guard !json else {
            return Output.json { writer in
                writer.beginObject()
                writer.field("id", name)
                writer.field("published", false)
                writer.array("reasons", reasons) { writer, reason in
                    writer.beginObject()
                    writer.field("path", reason.path)
                    writer.field("code", reason.code.rawValue)
                    writer.field("message", reason.message)
                    writer.endObject()
                }
                writer.endObject()
            }
        }
        Output.note("Refused: \(name) has no effect.")
        for reason in reasons {
            Output.note(
                "  \(reason.path.isEmpty ? "(event)" : reason.path): \(reason.message) [\(reason.code.rawValue)]")
        }
    }
}
