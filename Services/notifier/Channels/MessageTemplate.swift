import Contracts
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
    /// What kind of thing it is.
    let template: MessageTemplate
}

/// What an e-mail says of a notice, and the class of a webhook, by what kind of thing the notice is: what has happened, what is asked
/// of the agency, and what happens otherwise. Whether something waits for the agency or not is in each of them.
public struct MessageTemplate: Sendable {
    /// By which the table names it.
    let name: String
    /// The webhook's class; its name, if it has none. Several templates read differently and are one class to a program.
    var webhookClass: String?
    /// What the e-mail is about, behind the program's name: the same for every one of the template.
    let subject: String
    /// Above the references of all such notices, in an e-mail that names several.
    let heading: String
    /// In an e-mail about one, by paragraphs.
    let opening: [String]
    /// Whether it asks something of the agency beside an acknowledgement.
    let asks: Bool
    /// What the moment is that the notice names; nothing, where it is another agency's.
    var due: String? = "answer by"
}

extension MessageTemplate: Equatable {
    /// By name: a template is what its name says.
    public static func == (left: MessageTemplate, right: MessageTemplate) -> Bool { left.name == right.name }
}

extension MessageTemplate {
    /// A decision does not take effect before the agency has had its say.
    static let view = MessageTemplate(
        name: "view", subject: "a decision waits for your agency's view",
        heading: "A decision waits for your agency's view",
        opening: [
            "A decision on which your agency must have its say waits for its view. It does not take effect "
                + "before your agency has given it, or a meeting of the agencies has settled it.",
            "If your agency says nothing, that is not taken for agreement: the decision goes on waiting, and "
                + "your agency is asked again each working day, one level of management higher.",
        ], asks: true)

    /// It was asked before and has said nothing.
    static let viewAgain = MessageTemplate(
        name: "view-again", webhookClass: "view", subject: "asked again: a decision waits for your agency's view",
        heading: "Asked again, since nothing has come: a decision waits for your agency's view",
        opening: [
            "Your agency was asked for its view on a decision and has not given it. You hear of it because of your part in "
                + "your agency. The decision goes on waiting.",
            "If your agency says nothing again, it is asked on the next working day, one level of management higher. A "
                + "meeting of the agencies is called for, which may settle it.",
        ], asks: true)

    /// A decision that could not wait has taken effect, and the agency is to have its say all the same.
    static let viewAfterwards = MessageTemplate(
        name: "view-afterwards", subject: "your agency's view is needed on a decision in effect",
        heading: "A decision could not wait and is in effect; your agency's view is needed all the same",
        opening: [
            "A decision took effect before your agency had its say, since whoever decided found that it "
                + "could not wait. Your agency's view is needed all the same.",
            "If your agency says nothing, it is asked again each working day, one level of management "
                + "higher, until the agencies have met about it.",
        ], asks: true)

    /// Another agency has recorded the agency's view.
    static let viewRecorded = MessageTemplate(
        name: "view-recorded", subject: "another agency has recorded a view for yours",
        heading: "Another agency has recorded a view for yours: please say whether it is right",
        opening: [
            "Another agency has put a view on record as your agency's. Please say whether it is right.",
            "It does not count before your agency has confirmed it. There is no deadline, but a decision may wait for that.",
        ], asks: true)

    /// Somebody asks the agency something.
    static let question = MessageTemplate(
        name: "question", subject: "another agency asks yours a question",
        heading: "Another agency asks yours a question",
        opening: [
            "Another agency needs to know something before it can say what it thinks, and asks yours.",
            "If nobody answers in time, the question goes to the next level of management.",
        ], asks: true)

    /// A disagreement between agencies in which the agency has to act.
    static let turn = MessageTemplate(
        name: "turn", subject: "your agency's answer is needed in a disagreement",
        heading: "It is your agency's turn in a disagreement between agencies",
        opening: [
            "Agencies disagree, and it is your agency's turn to act. The notice says what it can do.",
            "If nothing comes from it in time, the matter goes to the next level of management.",
        ], asks: true)

    /// Agencies have to meet.
    static let meeting = MessageTemplate(
        name: "meeting", subject: "agencies have to meet about a decision",
        heading: "Agencies have to meet about a decision",
        opening: [
            "A decision is not settled, and the agencies have to meet about it. The notice says which agency has to call the "
                + "meeting.",
            "It is asked for again each working day, one level of management higher, until they have met.",
        ], asks: true, due: "meet by")

    /// The agency is on record as present.
    static let presence = MessageTemplate(
        name: "presence", subject: "your agency is on record as present at a meeting",
        heading: "Your agency is on record as present at a meeting: please say if that is wrong",
        opening: [
            "Your agency is on record as present at a meeting of agencies. If that is right, nothing is to "
                + "be done. If it is wrong, or it said something else there, please say so.",
            "If your agency says nothing, the record stands.",
        ], asks: true, due: "reply by")

    /// Something is to be done.
    static let task = MessageTemplate(
        name: "task", subject: "something is to be done by your agency",
        heading: "Something is to be done by your agency",
        opening: [
            "Something is to be done by your agency; the notice says what, and by when if it has a deadline."
        ], asks: true)

    /// There is an answer to what the agency sent.
    static let answer = MessageTemplate(
        name: "answer", subject: "an answer to what your agency sent",
        heading: "There is an answer to what your agency sent: please say what it thinks of it",
        opening: [
            "There is an answer to something that your agency sent. Please say what your agency thinks of "
                + "it.",
            "If your agency says nothing, that is recorded as no response, never as agreement.",
        ], asks: true)

    /// The agency has said nothing to what it was told, and its time has passed.
    static let answerOverdue = MessageTemplate(
        name: "answer-overdue", webhookClass: "answer", subject: "overdue: your agency's word on an answer that it got",
        heading: "Overdue: your agency has not said what it thinks of an answer that it got",
        opening: [
            "There was an answer to something that your agency sent, and your agency has not said what it thinks of it. "
                + "Please say so now: a late reply counts, and is marked as late.",
            "As long as it says nothing, it is on record as not having responded, never as agreeing.",
        ], asks: true, due: "was due")

    /// The agency's question is answered.
    static let answered = MessageTemplate(
        name: "answered", subject: "your agency's question is answered",
        heading: "Your agency's question is answered",
        opening: [
            "The question that your agency asked is answered. The time that it has to say what it thinks, "
                + "which stood still meanwhile, runs again. Please say now what it thinks."
        ], asks: true)

    private static let information = "This is for information: your agency need not answer."
    private static let disagreeing =
        "If your agency disagrees, please say so by the time below. Later is accepted too, and marked as late."

    /// A decision of which the agency is told, and which is in effect.
    static let decision = MessageTemplate(
        name: "decision", subject: "for information, a decision",
        heading: "For information, a decision in effect; your agency can say if it disagrees",
        opening: ["A decision of which your agency is told was made and is in effect. " + information, disagreeing],
        asks: false, due: "reply by")

    /// One that waits for others.
    static let decisionWaiting = MessageTemplate(
        name: "decision-waiting", webhookClass: "decision", subject: "for information, a decision not yet in effect",
        heading: "For information, a decision not yet in effect; your agency can say if it disagrees",
        opening: [
            "A decision of which your agency is told was proposed. It is not in effect: it waits for the views of the agencies "
                + "that must be asked. " + information, disagreeing,
        ], asks: false, due: "reply by")

    /// One that could not wait.
    static let decisionAtOnce = MessageTemplate(
        name: "decision-at-once", webhookClass: "decision", subject: "for information, a decision that could not wait",
        heading: "For information, a decision that could not wait; your agency can say if it disagrees",
        opening: [
            "A decision of which your agency is told took effect at once, before everybody was asked. " + information,
            disagreeing,
        ], asks: false, due: "reply by")

    /// One that had to wait, or to be settled.
    static let decisionSettled = MessageTemplate(
        name: "decision-settled", webhookClass: "decision", subject: "for information, a decision now settled",
        heading: "For information, a decision now settled and in effect; your agency can say if it disagrees",
        opening: [
            "A decision of which your agency was told before is settled, and is in effect now. " + information,
            disagreeing,
        ], asks: false, due: "reply by")

    /// Agencies have met, and nothing changes by it.
    static let nothingChanged = MessageTemplate(
        name: "nothing-changed", webhookClass: "decision", subject: "for information, a meeting of agencies",
        heading: "For information, a meeting that changed nothing; your agency can say if it disagrees",
        opening: [
            "Agencies have met, and have decided on nothing that changes anything. " + information, disagreeing,
        ], asks: false, due: "reply by")

    /// What was sent in is looked at later than before.
    static let lookedAtLater = MessageTemplate(
        name: "looked-at-later", webhookClass: "decision", subject: "for information, something is looked at later",
        heading: "For information, something is looked at later than before; your agency can say if it disagrees",
        opening: [
            "Something that an agency has sent in is found less pressing than before, and is looked at later. "
                + information, disagreeing,
        ], asks: false, due: "reply by")

    /// A decision that is over.
    static let ended = MessageTemplate(
        name: "ended", subject: "for information, a decision that does not apply",
        heading: "For information, a decision that does not apply",
        opening: [
            "A decision of which your agency was told did not go ahead, or no longer applies. " + information
        ], asks: false, due: nil)

    /// A disagreement in which others have to act, or that is over.
    static let disagreement = MessageTemplate(
        name: "disagreement", subject: "for information, a disagreement between agencies",
        heading: "For information, a disagreement between agencies",
        opening: [
            "There is something new in a disagreement between agencies of which yours is told. " + information
        ], asks: false, due: nil)

    /// Something to be known.
    static let notice = MessageTemplate(
        name: "notice", subject: "for information, a notice",
        heading: "For information",
        opening: ["There is something that your agency should know. " + information], asks: false, due: nil)

    /// Nobody has acknowledged a notice: to those whose it is.
    static let reminder = MessageTemplate(
        name: "reminder", subject: "a notice that nobody has acknowledged",
        heading: "Reminder: nobody at your agency has acknowledged this yet",
        opening: [
            "Nobody at your agency has acknowledged an earlier notice yet. Please do; the notice below says which it is. The time below is that notice's own.",
            "If nobody does, more senior people at your agency are told, and in the end the partnership's "
                + "business unit.",
        ], asks: true, due: "its own deadline")

    /// Nobody has acknowledged a notice: to a manager, or the safeguarding lead.
    static let silence = MessageTemplate(
        name: "silence", subject: "your agency has not acknowledged a notice",
        heading: "Your agency has not acknowledged this in the time agreed: please see to it",
        opening: [
            "Nobody at your agency has acknowledged an earlier notice in the time agreed. You hear of it because of "
                + "your part in your agency. Please see to it that somebody does; the notice below says which it is.",
            "If nobody does, more senior people at your agency are told, and in the end the partnership's "
                + "business unit.",
        ], asks: true, due: "its own deadline")

    /// Another agency has not acknowledged a notice: to the business unit.
    static let silenceElsewhere = MessageTemplate(
        name: "silence-elsewhere", subject: "an agency has not acknowledged a notice",
        heading: "An agency of the partnership has not acknowledged this in the time agreed",
        opening: [
            "An agency of the partnership has not acknowledged a notice in the time agreed. Its own people "
                + "were reminded before. Please ask the agency; the notice below says which agency it is, and by which "
                + "reference that agency finds its notice."
        ], asks: true, due: "its own deadline")

    /// Every template, in the order in which an e-mail names them.
    static let all = [
        viewAgain, view, viewAfterwards, viewRecorded, question, turn, meeting, presence, task, answerOverdue, answer,
        answered, silenceElsewhere, silence, reminder, decisionAtOnce, decisionWaiting, decision, decisionSettled,
        nothingChanged, lookedAtLater, ended, disagreement, notice,
    ]

    /// The template of a name; one that an earlier version of the service wrote may be there no more.
    static func named(_ name: String) -> MessageTemplate { all.first { $0.name == name } ?? notice }

    /// The template for a notice.
    static func of(_ notice: NoticeIssued) -> MessageTemplate {
        switch notice.kind {
        case .consultationRequested:
            if notice.body.state == .changed {
                viewAfterwards
            } else {
                (notice.body.stage ?? 1) > 1 ? viewAgain : view
            }
        case .consultationRecorded: viewRecorded
        case .informationRequested: question
        case .informationProvided: answered
        case .discussionRequired: meeting
        case .discussionRecorded: presence
        case .outcomeOfReferral: answer
        case .thresholdRaised: decision
        case .thresholdChanged: of(changed: notice.body)
        case .changeConfirmed: decisionSettled
        case .challengeRaised, .escalationAdvanced, .escalationClosed: notice.task == nil ? disagreement : turn
        case .taskDue: of(notice.task)
        case .acknowledgementOverdue:
            if notice.body.unacknowledgedBy != nil {
                silenceElsewhere
            } else {
                notice.addressedTo.contains { $0.stage > 1 } ? silence : reminder
            }
        case .changeWithdrawn: ended
        case .currentStatus, .patternDetected, .domesticAbuseSchool: self.notice
        }
    }

    private static func of(changed body: NoticeBody) -> MessageTemplate {
        guard body.rating == nil else { return lookedAtLater }
        return switch body.state {
        case .held: decisionWaiting
        case .unchanged: nothingChanged
        case .changed, nil: body.isUrgent == true ? decisionAtOnce : decision
        }
    }

    private static func of(_ task: NoticeTask?) -> MessageTemplate {
        switch task {
        case .respondToEscalation, .settleEscalation, .followThrough, .arbitrate: turn
        case .noteConferenceDecision: notice
        case .answerOutcome: answerOverdue
        default: self.task
        }
    }
}
