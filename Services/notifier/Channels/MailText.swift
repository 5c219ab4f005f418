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
        lines = (isUrgent ? ["Urgent: please look at this now.", ""] : []) + text + MailText.ending(facts)
    }

    private static func subject(of facts: [MessageFacts], _ pace: DeliveryPace) -> String {
        if pace == .digest { return "the day's notices for the business unit" }
        if facts.contains(where: { [.view, .viewAgain].contains($0.template) }) {
            return "a decision waits for your agency's view, and more"
        }
        return facts.contains { $0.template.asks }
            ? "notices that ask something of your agency" : "for information, notices"
    }

    private static func single(_ facts: MessageFacts) -> [String] {
        facts.template.opening.map(wrapped).joined(separator: [""]) + ["", "Reference:  \(facts.reference)"]
            + (facts.moment.map { ["\($0.word.prefix(1).uppercased())\($0.word.dropFirst()):  \($0.time)"] } ?? [])
    }

    private static func several(_ facts: [MessageFacts], _ pace: DeliveryPace) -> [String] {
        let asking = facts.count { $0.template.asks }
        let others = facts.count - asking
        var lines = ["There are \(facts.count) notices for your agency."]
        if asking > 0, others > 0 {
            let ask = asking == 1 ? "asks" : "ask"
            let are = others == 1 ? "is" : "are"
            lines.append("\(asking) of them \(ask) something of it; \(others) \(are) for information.")
        } else {
            lines.append(
                asking > 0
                    ? "All of them ask something of it." : "All of them are for information: it need not answer.")
        }
        if pace == .digest {
            lines += wrapped("You get this once each working day. Urgent notices are sent at once, by themselves.")
        }
        for some in groups(facts) {
            let template = some[0].template
            lines += [""] + wrapped(template.heading + (some.count > 1 ? " (\(some.count)):" : ":"))
            lines += some.map { "  \($0.reference)" + ($0.moment.map { "  \($0.word) \($0.time)" } ?? "") }
        }
        return lines
    }

    /// What stands under one heading: what asks something before what is for information, and of each what is due first before
    /// what is due later or never.
    private static func groups(_ facts: [MessageFacts]) -> [[MessageFacts]] {
        func due(_ facts: MessageFacts) -> Int64 {
            facts.moment == nil ? .max : facts.due?.microsecondsSinceEpoch ?? .max
        }
        let groups = MessageTemplate.all.enumerated().compactMap { place, template in
            let some = facts.filter { $0.template == template }.sorted { due($0) < due($1) }
            return some.first.map { (isLater: template.asks ? 0 : 1, due: due($0), place: place, facts: some) }
        }
        return groups.sorted { ($0.isLater, $0.due, $0.place) < ($1.isLater, $1.due, $1.place) }.map(\.facts)
    }

    private static func ending(_ facts: [MessageFacts]) -> [String] {
        let isOne = facts.count == 1
        let reference = isOne ? facts[0].reference.text : "REFERENCE"
        let paragraphs = [
            "To see \(isOne ? "it" : "one of them"), sign in to the system that your agency reads its notices with, and look for "
                + "the reference. With Keepsight's own command line:",
            "Please acknowledge \(isOne ? "it" : "each of them") there, so that it is on record that somebody has seen it. "
                + "That is no answer. As long as nobody does, your agency is reminded.",
            "To keep what the notice says confidential, this message says no more. Please do not reply to it: nobody reads "
                + "replies.",
        ].map(wrapped)
        return [""] + paragraphs[0] + ["  keepsight notice \(reference) --agency \(facts[0].agency)", ""]
            + paragraphs[1]
            + [""] + paragraphs[2]
    }

    /// Lines as an e-mail has them, broken at blanks.
    private static func wrapped(_ text: String) -> [String] {
        text.split(separator: " ").reduce(into: []) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= 76 {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
    }
}

extension MessageFacts {
    /// `answer by` and `Fri 27 November 2026, 17:00 UK time`; nothing where the moment is not the agency's.
    fileprivate var moment: (word: String, time: String)? {
        guard let due, let word = template.due else { return nil }
        return (word, LondonTime.text(due))
    }
}
