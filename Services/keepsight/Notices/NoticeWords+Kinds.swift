import Contracts
import Safeguarding

// What each kind of notice says has happened, what is asked by it, and what happens otherwise.
extension NoticeWords {
    /// What has happened, in one sentence or two.
    var headline: String {
        switch notice.kind {
        case .thresholdChanged: changed
        case .thresholdRaised: "The level of \(children) was raised."
        case .consultationRequested: asked
        case .consultationRecorded: recorded
        case .changeConfirmed:
            notice.body.isUrgent == true
                ? "The level of \(children) that was lowered at once is settled: the agencies have met about it."
                : "The lower level of \(children) that was proposed is in effect now."
        case .changeWithdrawn:
            notice.body.state == .unchanged
                ? "The level of \(children) was not lowered: what was proposed did not go ahead. The reason is below."
                : "A decision to lower the level of \(children) no longer applies. The reason is below."
        case .outcomeOfReferral: "Your agency's referral has an outcome."
        case .acknowledgementOverdue:
            notice.body.unacknowledgedBy.map { "\(names.name($0)) has not acknowledged a notice in the time agreed." }
                ?? "Nobody at your agency has acknowledged a notice yet."
        case .challengeRaised: "\(raiser) challenges \(matter)."
        case .escalationAdvanced:
            "The challenge by \(raiser) goes on\(notice.body.stage.map { ", now at stage \($0)" } ?? "")."
        case .escalationClosed:
            "The challenge by \(raiser) has ended: \(notice.body.outcome.map { ChallengeEnding.inWords($0.rawValue) } ?? "see the reason")."
        case .discussionRequired: discussion
        case .discussionRecorded: "Your agency is on record as present at a strategy discussion about \(children)."
        case .informationRequested: "\(raiser) asks your agency a question before it says what it thinks."
        case .informationProvided: "The question that your agency asked is answered."
        case .currentStatus: standing
        case .patternDetected: "Several events about \(children), seen together, make a pattern."
        case .taskDue: due
        case .domesticAbuseSchool:
            "Your school is told of an incident before \(children) come\(notice.children.count == 1 ? "s" : "") in."
        }
    }

    /// Where the children stand. An agency that was only at a meeting which was recorded late does not begin to work with them.
    private var standing: String {
        let isOne = notice.children.count == 1
        let occasion =
            notice.openedBecause.contains(.involved)
            ? ", as your agency begins to work with \(isOne ? "the child" : "them")" : ""
        return "This is where \(children) stand\(isOne ? "s" : "")\(occasion)."
    }

    private var children: String {
        switch notice.children.count {
        case 0: "a family's children"
        case 1: "a child"
        case let count: "\(count) children of a family"
        }
    }

    private var raiser: String { notice.body.raisedBy.map { names.name($0.agency) } ?? "An agency" }

    private var matter: String { notice.body.subject.inWords(names) ?? "what was decided" }

    private var changed: String {
        if notice.body.rating != nil {
            return "The urgency rating of a referral was lowered: it will be looked at later than before."
        }
        return switch notice.body.state {
        case .held:
            "It is proposed to lower the level of \(children). That is not yet in effect: it waits until those who must be asked have "
                + "given their views."
        case .unchanged:
            "A strategy discussion about \(children) decided not to start a Section 47 enquiry. That does not change the level."
        case .changed where notice.body.isUrgent == true:
            "The level of \(children) was lowered at once, before everybody was asked."
        case .changed, nil: "The level of \(children) was lowered."
        }
    }

    private var asked: String {
        let isInEffect = notice.body.state == .changed
        let again = asksAgain ? "Your agency is asked again, since it has not given its view. " : ""
        return again
            + (isInEffect
                ? "The level of \(children) was lowered at once; your agency's view on that is still needed."
                : "Your agency's view is needed before the level of \(children) can be lowered.")
    }

    private var recorded: String {
        let view = notice.body.views.first.map { " (that it \($0.view.inWords))" } ?? ""
        return "\(raiser) has put a view\(view) on record as your agency's, about lowering the level of \(children)."
    }

    /// Why something is to be done.
    private var due: String {
        let speaker = notice.body.decidedBy.map { names.name($0.agency) }
        return switch notice.task {
        case .decideReferral: "A referral has not been decided in time."
        case .chaseOutcome:
            notice.body.subject.chosenBy == agency
                ? "Your agency's referral has not been decided in time." : "A referral has not been decided in time."
        case .answerOutcome: "Your agency has not yet said what it thinks of the outcome of its referral."
        case .settleEscalation: "\(speaker ?? "The other agency") has answered your agency's challenge."
        case .arbitrate:
            "The agencies have not agreed at any stage of a challenge: \(lastWord), which takes neither side, has to decide it."
        case .decideOnConference: "\(raiser) asks for a conference."
        case .noteConferenceDecision:
            "\(speaker ?? "The agency that was asked") has decided on your agency's request for a conference."
        case .supervise, .considerEscalation: "Nothing has been recorded for \(children) in the time agreed."
        case .attestContacts: "The yearly confirmation of who answers for an agency is due."
        case .respondToEscalation, .followThrough, nil: "Something is to be done by your agency."
        }
    }

    /// Who closes a challenge on which the agencies do not agree.
    private var lastWord: String {
        guard let arbiter = notice.body.arbiter else { return "another agency" }
        return arbiter == agency ? "your agency" : names.name(arbiter)
    }

    private var discussion: String {
        if notice.body.isUrgent == true || notice.body.state == .changed {
            return "The level of \(children) was lowered before everybody was asked. It is in effect, and a "
                + "strategy discussion has to be held about it."
        }
        return "It is proposed to lower the level of \(children). That is not in effect and not settled: a "
            + "strategy discussion has to be held about it."
    }

    /// What is asked where no task says so. What a program sends stands in brackets.
    var whatToDo: String? {
        switch notice.kind {
        case .consultationRequested:
            "Tell us your agency's view: that it supports the change, objects to it, or has no view for or against. Name the "
                + "decision and version above. (For programs: consultation.recorded.)"
        case .consultationRecorded: "Agree if it is your agency's view; challenge it if it is not."
        case .discussionRecorded:
            "Nothing, if that is right. Challenge it if your agency was not there, or said something else."
        case .informationRequested:
            "Answer the question. (For programs: information.provided, with what stands beside \"Answer as\" as requestId.)"
        case .informationProvided: "Say now what your agency thinks: answer the notice named above."
        case .discussionRequired: meet
        case .acknowledgementOverdue:
            notice.body.unacknowledgedBy == nil
                ? "See that somebody who deals with the family reads the notice named above and acknowledges it."
                : "Ask that agency to see to it."
        case .outcomeOfReferral: "Say what your agency thinks of it."
        default: nil
        }
    }

    /// One agency calls the meeting; the others come to it.
    private var meet: String {
        guard let decider = notice.body.decidedBy?.agency else { return "Take part in the strategy discussion." }
        let caller = names.name(decider)
        if decider == agency {
            return
                "Hold a strategy discussion with everybody whose view is waited for, and record it naming the decision."
        }
        if let agency, notice.body.awaiting.contains(agency) {
            return
                "Take part in the strategy discussion that \(caller) has to hold, or give your agency's view before it."
        }
        return
            "\(caller) has to hold the strategy discussion. See that your agency takes part if it has something to say."
    }

    /// What the receiver can do that is no answer to the notice itself.
    var options: [String] {
        if let task = notice.task { return task.options }
        return switch notice.kind {
        case .consultationRequested:
            [
                "support the change", "object to it",
                "say that your agency has no view either way",
            ]
        case .informationRequested: ["answer the question"]
        case .informationProvided: ["agree with the decision", "challenge it"]
        case .discussionRequired:
            notice.body.decidedBy?.agency == agency
                ? ["hold the discussion and record it"]
                : [
                    "take part in the discussion"
                ]
        default: []
        }
    }

    /// What happens if nothing is done.
    var otherwise: String? {
        switch notice.kind {
        case .consultationRequested where notice.body.state != .changed:
            "The change goes on waiting: silence is never taken for agreement. Each working day your agency is asked again, and more "
                + "senior people with it, and a meeting of the agencies is called for, which may settle it."
        case .consultationRequested, .discussionRequired:
            "Each working day it is asked for again, each time of more senior people, until the discussion is held."
        case .consultationRecorded:
            "The view does not count until your agency has confirmed it. There is no deadline, but a change may wait for it."
        case .discussionRecorded: "The record stands."
        case .informationRequested:
            "The question goes to more senior people at your agency. The time of the agency that asks does not run meanwhile."
        case .informationProvided: "No response is put on record, which is never agreement."
        case .outcomeOfReferral: "No response is put on record, which is never agreement."
        case .challengeRaised, .escalationAdvanced, .taskDue: ladder
        case .acknowledgementOverdue:
            notice.body.unacknowledgedBy == nil
                ? "More senior people at your agency are told, and in the end the partnership's business unit."
                : "The notice stays on record as seen by nobody at that agency."
        case .thresholdChanged, .thresholdRaised, .changeConfirmed:
            notice.body.respondBy == nil ? nil : "A challenge that comes later is accepted as well, and marked as late."
        default: nil
        }
    }

    private var ladder: String? {
        switch notice.task {
        case .respondToEscalation, .settleEscalation, .followThrough:
            "The challenge goes to the next stage, which is for more senior people."
        case .arbitrate: "It is asked for again until the challenge is closed."
        case .answerOutcome: "It stays on record that your agency has not responded, which is never agreement."
        case .supervise: "If nothing is recorded again, every agency that works with the children is told."
        case .considerEscalation:
            "If nothing is recorded again, everybody is told again, and the business unit with them."
        default: nil
        }
    }
}
