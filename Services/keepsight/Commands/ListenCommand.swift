import CommandRuntime
import Contracts
import KafkaClient
import Safeguarding
import ServiceRuntime

/// `keepsight listen`: an agency's receipts and notices, as they come.
enum ListenCommand {
    static let command = Command(
        "listen", "Show an agency's receipts and notices as they come.",
        arguments: [("AGENCY", "The agency's code.", true)],
        options: [
            Command.Option("from-beginning", nil, "Show what is on the topic already, too."),
            Command.Option("count", "N", "Stop after so many."),
            Command.Option("timeout", "SECONDS", "Stop when nothing has come for so long."),
            Command.Option("json", nil, "Print each event as a line of JSON."),
        ], values: ["AGENCY": .listed("agencies")],
        examples: ["keepsight listen police --from-beginning", "keepsight listen csc --json | jq .data.kind"]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        let agency = try deployment.agency(invocation.positional[0])
        let names = AgencyNames(of: deployment)
        let count = try invocation.number("count", default: Int.max, in: 1...Int.max)
        let seconds = try invocation.number("timeout", default: 0, in: 0...86_400)
        let reader = try await KafkaReader(
            try deployment.kafka(), topics: [deployment.topics.notices(of: agency).name],
            from: invocation.has("from-beginning") ? .earliest : .end)
        var shown = 0
        var last = ContinuousClock.now
        // The same event under two offsets is one.
        var seen: Set<String> = []
        while shown < count {
            for message in try await reader.next(maximumMessages: 100, timeoutMilliseconds: 500) where shown < count {
                guard let event = AgencyNotice.event(message), seen.insert(event.envelope.id).inserted else { continue }
                last = ContinuousClock.now
                shown += 1
                if invocation.has("json") {
                    Output.document(message.value ?? [])
                } else if let notice = AgencyNotice(message) {
                    Output.line(describe(notice, at: event.envelope.time, of: agency, names))
                }
            }
            if seconds > 0, ContinuousClock.now > last.advanced(by: .seconds(seconds)) { break }
        }
        return .ok
    }

    static func describe(
        _ notice: AgencyNotice, at time: Instant, of agency: AgencyCode? = nil, _ names: AgencyNames = .none
    ) -> TerminalText {
        let time = BritishTime.short(time)
        switch notice {
        case .accepted(let receipt):
            let head: TerminalText = receipt.isInterim ? "\(time)  waiting   " : "\(time)  accepted  "
            return receipt.ignored.reduce(head + "\(receipt.eventType)  \(receipt.eventID)" + waiting(receipt)) {
                $0 + "\n    ignored: \($1)"
            }
        case .refused(let receipt):
            let place = "record \(receipt.record.partition)/\(receipt.record.offset)"
            let head: TerminalText = "\(time)  refused   \(receipt.eventType ?? "?")  \(receipt.eventID ?? place)"
            return receipt.reasons.reduce(head) { text, reason in
                text + "\n    \(reason.path): \(reason.message) [\(reason.code.rawValue)]"
            }
        case .issued(let notice):
            let text = NoticeWords(notice: notice, agency: agency, names: names)
            let lines = text.headline.wrapped(to: 80 - 29).enumerated().map { place, line -> TerminalText in
                place == 0 ? "\(time.padded(to: 17))  notice    \(line)" : "\("".padded(to: 29))\(line)"
            }
            return .joined(lines, separator: "\n") + "\n"
                + TerminalText(lines: text.briefly.flatMap { $0.wrapped(to: 76) }.map { "    " + $0 })
        }
    }

    private static func waiting(_ receipt: ReceiptAccepted) -> TerminalText {
        guard let waitingFor = receipt.waitingFor else { return "" }
        guard !receipt.waitsForOperator else { return "  for an operator" }
        let until: TerminalText = waitingFor.until.map { " until \(BritishTime.short($0))" } ?? ""
        return "  waits for \(waitingFor.kind) \(waitingFor.id)" + until
    }
}
