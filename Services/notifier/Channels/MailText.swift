import Contracts
import Safeguarding

/// What an e-mail says: of one notice what is asked, until when and what happens otherwise; of several how many there are and of
/// which kind, each by its reference (contract N2). Nothing about anybody (row A8).
struct MailText: Sendable, Equatable {
    let subject: String
    let lines: [String]

    init(_ message: DueMessage) {
        let facts = message.facts
        let isUrgent = message.pace == .atOnce
        let about = facts.count == 1 ? facts[0].template.subject : MailText.subject(of: facts, message.pace)
        subject = (isUrgent ? "Keepsight, urgent: " : "Keepsight: ") + about
        let text = facts.count == 1 ? MailText.single(facts[0]) : MailText.several(facts, message.pace)
        lines = (isUrgent ? ["This cannot wait.", ""] : []) + text + MailText.ending(facts)
    }

    private static func subject(of facts: [MessageFacts], _ pace: DeliveryPace) -> String {
        if pace == .digest { return "the day's notices for the business unit" }
        if facts.contains(where: { $0.template == .view }) {
            return "a decision waits for your agency's view, and more"
        }
        return facts.contains { $0.template.asks }
            ? "notices that ask something of your agency" : "for information, notices"
    }

    private static func single(_ facts: MessageFacts) -> [String] {
        facts.template.opening + ["", "Reference:  \(facts.reference)"]
            + (facts.due.map { ["Answer by:  \(inLondon($0))"] } ?? [])
    }

    private static func several(_ facts: [MessageFacts], _ pace: DeliveryPace) -> [String] {
        let asking = facts.count { $0.template.asks }
        let others = facts.count - asking
        var lines = ["\(facts.count) notices wait for your agency."]
        if asking > 0, others > 0 {
            lines.append(
                "\(asking) of them \(asking == 1 ? "asks" : "ask") something of it, \(others) \(others == 1 ? "is" : "are") for information."
            )
        } else {
            lines.append(
                asking > 0
                    ? "All of them ask something of it." : "All of them are for information: nothing waits for it.")
        }
        if pace == .digest {
            lines.append("You get this once a working day. What is urgent goes by itself and at once.")
        }
        for template in MessageTemplate.all {
            let some = facts.filter { $0.template == template }
            guard !some.isEmpty else { continue }
            lines += ["", template.heading + (some.count > 1 ? " (\(some.count)):" : ":")]
            lines += some.map { "  \($0.reference)" + ($0.due.map { "  answer by \(inLondon($0))" } ?? "") }
        }
        return lines
    }

    private static func ending(_ facts: [MessageFacts]) -> [String] {
        let isOne = facts.count == 1
        let reference = isOne ? facts[0].reference.text : "REFERENCE"
        return [
            "",
            "To see \(isOne ? "it" : "one of them"), sign in to the system that your agency reads its notices with, and",
            "look for the reference. With Keepsight's own command line:",
            "  keepsight notice \(reference) --agency \(facts[0].agency)",
            "",
            "Whoever has seen \(isOne ? "it" : "a notice") acknowledges it there. As long as nobody has, your agency is reminded.",
            "",
            "This message says no more on purpose. Nobody reads answers to it.",
        ]
    }

    /// `27 November 2026, 17:00`, as people at the agencies read it.
    private static func inLondon(_ instant: Instant) -> String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        let date = LondonTime.date(at: instant)
        let seconds = instant.microsecondsSinceEpoch / 1_000_000 + Int64(LondonTime.offsetSeconds(at: instant))
        let minutes = (seconds % 86_400) / 60
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + "\(number)" }
        let (year, month, day) = date.parts
        return "\(day) \(months[month - 1]) \(year), \(two(minutes / 60)):\(two(minutes % 60))"
    }
}
