import Contracts
import JSON
import Safeguarding

/// What a message by a channel may know of a notice, and no more (row A8, domain.md section 10): no child, no level, no
/// reason, nothing that anybody wrote.
struct MessageFacts: Sendable, Equatable {
    /// Under which the agency finds the notice among its own.
    let reference: NoticeReference
    /// The agency's code.
    let agency: AgencyCode
    /// Until when an answer is expected.
    let due: Instant?
}

/// The text of an e-mail and the class of a webhook, by what kind of thing the notice is.
public struct MessageTemplate: Sendable {
    /// By which the table names it.
    let name: String
    /// The same for every e-mail of the template.
    let subject: String
    /// What there is to say, before how to look it up.
    let opening: @Sendable (MessageFacts) -> [String]

    /// A decision has changed, or something about one is asked of the agency.
    static let decision = MessageTemplate(
        name: "decision", subject: "Keepsight: a decision has changed",
        opening: { _ in ["A decision that your agency took part in has changed, or asks something of your agency."] })

    /// There is an answer to what the agency sent.
    static let answer = MessageTemplate(
        name: "answer", subject: "Keepsight: an answer for your agency",
        opening: { _ in ["There is an answer to something that your agency sent."] })

    /// Something is to be done, or to be known.
    static let notice = MessageTemplate(
        name: "notice", subject: "Keepsight: a notice for your agency",
        opening: { _ in ["There is a notice for your agency."] })

    /// Nobody has acknowledged a notice: to those whose it is.
    static let reminder = MessageTemplate(
        name: "reminder", subject: "Keepsight: a notice waits for your agency",
        opening: { _ in ["Nobody at your agency has acknowledged a notice yet. Please do."] })

    /// Nobody has acknowledged a notice: to a manager, or the safeguarding lead.
    static let silence = MessageTemplate(
        name: "silence", subject: "Keepsight: your agency has not acknowledged a notice",
        opening: { _ in
            [
                "Nobody at your agency has acknowledged a notice in the time agreed.",
                "You hear of it because of your part in your agency. Please see to it that somebody does.",
            ]
        })

    /// Another agency has not acknowledged a notice: to the business unit.
    static let silenceElsewhere = MessageTemplate(
        name: "silence-elsewhere", subject: "Keepsight: an agency has not acknowledged a notice",
        opening: { _ in ["An agency of the partnership has not acknowledged a notice in the time agreed."] })

    /// Every template.
    static let all = [decision, answer, notice, reminder, silence, silenceElsewhere]

    /// The template of a name; one that an earlier version of the service wrote may be there no more.
    static func named(_ name: String) -> MessageTemplate { all.first { $0.name == name } ?? notice }

    /// The template for a notice.
    static func of(_ notice: NoticeIssued) -> MessageTemplate {
        switch notice.kind {
        case .thresholdChanged, .consultationRequested, .challengeRaised, .escalationAdvanced, .escalationClosed,
            .discussionRequired, .discussionRecorded, .consultationRecorded, .thresholdRaised, .changeConfirmed,
            .changeWithdrawn, .currentStatus:
            decision
        case .outcomeOfReferral, .informationProvided: answer
        case .acknowledgementOverdue:
            if notice.body.unacknowledgedBy != nil {
                silenceElsewhere
            } else {
                notice.addressedTo.contains { $0.stage > 1 } ? silence : reminder
            }
        case .informationRequested, .patternDetected, .taskDue, .domesticAbuseSchool: self.notice
        }
    }

    /// The lines of an e-mail.
    func lines(_ facts: MessageFacts) -> [String] {
        var lines = opening(facts)
        lines += ["", "Reference:  \(facts.reference)"]
        if let due = facts.due { lines.append("Answer by:  \(MessageTemplate.inLondon(due))") }
        lines += [
            "", "To see it, sign in to the system that your agency reads its notices with, and look for the reference.",
            "With Keepsight's own command line: keepsight listen \(facts.agency) --from-beginning", "",
            "This message says no more on purpose. Nobody reads answers to it.",
        ]
        return lines
    }

    /// The body of a webhook: an object with `type`, `timestamp` and `data`, as Standard Webhooks proposes.
    func body(_ facts: MessageFacts, at now: Instant) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.field("type", "keepsight.notice.waiting.v1")
        writer.field("timestamp", now.rfc3339)
        writer.object("data") { data in
            data.field("reference", facts.reference.text)
            data.field("agency", facts.agency.text)
            data.field("class", name)
            data.field("respondBy", facts.due?.rfc3339)
        }
        writer.endObject()
        return writer.bytes
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

extension MessageTemplate: Equatable {
    /// By name: a template is what its name says.
    public static func == (left: MessageTemplate, right: MessageTemplate) -> Bool { left.name == right.name }
}
