import Contracts
import Safeguarding

// What each kind of notice says has happened, what is asked by it, and what happens otherwise.
extension NoticeWords {
    /// What has happened, in one sentence.
    var headline: String {
        switch notice.kind {
        case .thresholdChanged: changed
        case .thresholdRaised: "The level of \(children) was raised."
        case .consultationRequested:
            notice.body.state == .changed
                ? "The level of \(children) was lowered at once; your agency's view on it is needed all the same."
                : "Your agency's view is needed before the level of \(children) is lowered."
        case .consultationRecorded: recorded
        case .changeConfirmed:
            notice.body.isUrgent == true
                ? "The level of \(children) that was lowered at once is settled: the agencies have met about it."
                : "The lowered level of \(children), which had to wait, is in effect now."
        case .changeWithdrawn: "The lowered level of \(children) has ended and does not apply: see the reason."
        case .outcomeOfReferral: "Your agency's referral has an outcome."
        case .acknowledgementOverdue:
            notice.body.unacknowledgedBy.map { "\(names[$0]) has not acknowledged a notice in the time agreed." }
                ?? "Nobody at your agency has acknowledged a notice yet."
        case .challengeRaised: "\(raiser) challenges \(matter)."
        case .escalationAdvanced:
            "The challenge of \(raiser) goes on\(notice.body.stage.map { ", at stage \($0)" } ?? "")."
        case .escalationClosed:
            "The challenge of \(raiser) has ended: \(notice.body.outcome.map { ChallengeEnding.inWords($0.rawValue) } ?? "see the reason")."
        case .discussionRequired: discussion
        case .discussionRecorded: "Your agency is on record as present at a strategy discussion about \(children)."
        case .informationRequested: "\(raiser) asks a question before it says what it thinks."
        case .informationProvided: "The question of your agency is answered."
        case .currentStatus:
            "This is where \(children) stand\(notice.children.count == 1 ? "s" : ""), as your agency begins to work with them."
        case .patternDetected: "Events about \(children) together make a pattern."
        case .taskDue: due
        case .domesticAbuseSchool:
            "Your school is told of an incident before \(children) come\(notice.children.count == 1 ? "s" : "") in."
        }
    }

    private var children: String {
        switch notice.children.count {
        case 0: "a family's children"
        case 1: "a child"
        case let count: "\(count) children of a family"
        }
    }

    private var raiser: String { notice.body.raisedBy.map { names[$0.agency] } ?? "An agency" }

    private var matter: String { notice.body.subject.inWords(names) ?? "what was decided" }

    private var changed: String {
        if notice.body.rating != nil {
            return "The rating of a referral was lowered: it is looked at later than before."
        }
        return switch notice.body.state {
        case .held:
            "The level of \(children) is to be lowered. It is not in effect: it waits until those who must be asked have spoken."
        case .unchanged: "A strategy discussion about \(children) decided on no Section 47 enquiry."
        case .changed where notice.body.isUrgent == true:
            "The level of \(children) was lowered at once, before everybody was asked."
        case .changed, nil: "The level of \(children) was lowered."
        }
    }

    private var recorded: String {
        let view = notice.body.views.first.map { " (\($0.view.rawValue))" } ?? ""
        return "\(raiser) has put a view\(view) on record as your agency's, on lowering the level of \(children)."
    }

    /// Why something is to be done.
    private var due: String {
        let speaker = notice.body.decidedBy.map { names[$0.agency] }
        return switch notice.task {
        case .decideReferral: "A referral has not been decided in time."
        case .chaseOutcome: "Your agency's referral has not been decided in time."
        case .answerOutcome: "Your agency has said nothing to the outcome of its referral."
        case .settleEscalation: "\(speaker ?? "The other agency") has answered your agency's challenge."
        case .arbitrate:
            "A challenge has come to the end of its ladder: whoever stands above both sides has to close it."
        case .decideOnConference: "\(raiser) asks for a conference."
        case .noteConferenceDecision:
            "\(speaker ?? "Who was asked") has decided on your agency's request for a conference."
        case .supervise, .considerEscalation: "Nothing has happened for \(children) in the time agreed."
        case .attestContacts: "Your agency has not said this year who answers for it."
        case .respondToEscalation, .followThrough, nil: "Something is to be done by your agency."
        }
    }

    private var discussion: String {
        notice.body.isUrgent == true
            ? "The level of \(children) was lowered before everybody was asked: a strategy discussion has to be held about it."
            : "The lowered level of \(children) is not settled: a strategy discussion has to be held about it."
    }

    /// What is asked where no task says so.
    var whatToDo: String? {
        switch notice.kind {
        case .consultationRequested:
            "Publish your agency's view: consultation.recorded with support, object or abstain, and the version above."
        case .consultationRecorded: "Agree if it is your agency's view, challenge it if it is not."
        case .discussionRecorded:
            "Nothing, if that is right. Challenge it if your agency was not there, or said something else."
        case .informationRequested: "Answer the question: information.provided, with the identifier above as requestId."
        case .discussionRequired:
            "Hold a strategy discussion with everybody who is waited for, and record it naming the decision."
        case .acknowledgementOverdue:
            notice.body.unacknowledgedBy == nil
                ? "See that somebody who deals with the family reads the notice and acknowledges it."
                : "Ask that agency to see to it."
        case .outcomeOfReferral: "Say what your agency thinks of it."
        default: nil
        }
    }

    /// What happens if nothing is done.
    var otherwise: String? {
        switch notice.kind {
        case .consultationRequested where notice.body.state != .changed:
            "The change goes on waiting. Silence is never taken for agreement: from the first working day on your agency is asked "
                + "again each working day, one stage higher, and a discussion is called for."
        case .consultationRequested, .discussionRequired:
            "It is asked for again each working day, one stage higher, until the discussion is held."
        case .consultationRecorded: "The view does not count, and a change may wait for it."
        case .discussionRecorded: "The record stands."
        case .informationRequested: "The question goes to the next stage; the time of whoever asks stands still."
        case .outcomeOfReferral: "No response is put on record, which is never agreement."
        case .challengeRaised, .escalationAdvanced, .taskDue:
            isOnTheLadder ? "The challenge goes to the next stage." : nil
        case .acknowledgementOverdue: "The next contact of the agency is told, and at last the business unit."
        case .thresholdChanged, .thresholdRaised, .changeConfirmed:
            notice.body.respondBy == nil ? nil : "A challenge that comes later is taken as well, and marked as late."
        default: nil
        }
    }

    private var isOnTheLadder: Bool {
        switch notice.task {
        case .respondToEscalation, .settleEscalation, .followThrough: true
        default: false
        }
    }
}
