import Contracts
import DecisionRules
import Safeguarding

/// Why a step in an escalation cannot be taken. Its sender reads it.
enum EscalationRefusal: Error, Sendable, Equatable {
    /// There is no such escalation, or it is not this agency's matter: an answer must not tell which.
    case unknown
    case alreadyClosed(EscalationEnding)
    case wrongStage(current: Int)
    case notYourTurn(awaited: AgencyCode, until: Instant)
    case agreed(until: Instant)
    case arbiterCloses
    case targetNotHigher(current: Int, top: Int)
    case targetWithoutRisk
    case targetByDecider
    /// Whoever closes it as arbiter is above the matter, and no party to it (R15).
    case arbiterIsParty
    case closing(ClosingRefusal, arbiter: AgencyCode, top: Int)
    /// Who may take a matter to that stage is the ladder's to say.
    case mayNotEnter(stage: Int, by: String)
    /// At this stage the arbiter closes, unless the challenge is taken back.
    case notClosedByChallenger(stage: Int)
    case noMeeting(stage: Int)
    case meetingByChallenger
    case meetingOutOfTime(until: Instant)

    /// The refusal as the sender reads it: where in the event, which code, what to do.
    var reason: RefusalReason {
        switch self {
        case .unknown:
            RefusalReason(
                path: "/data/escalationId", code: .unknownSubject,
                message:
                    "Your agency has no escalation with this identifier. Give the escalationId as the notice has it.")
        case .alreadyClosed(.lapsed):
            RefusalReason(
                path: "/data/escalationId", code: .escalationClosed,
                message:
                    "What this escalation was about has ended, and the escalation with it. Answer the notices of the decision that "
                    + "holds now.")
        case .alreadyClosed(let outcome):
            RefusalReason(
                path: "/data/escalationId", code: .escalationClosed,
                message:
                    "This escalation was closed as \(outcome.rawValue). Challenge the notice again to open another.")
        case .wrongStage(let current):
            RefusalReason(
                path: "/data/stage", code: .wrongStage,
                message: "The matter stands at stage \(current). Answer for that stage.")
        case .notYourTurn(let awaited, let until):
            RefusalReason(
                path: "/data/escalationId", code: .notYourTurn,
                message:
                    "It is \(awaited)'s turn, until \(until.rfc3339). If a child is at immediate risk, name a higher "
                    + "stage in escalateTo.")
        case .agreed(let until):
            RefusalReason(
                path: "/data/escalationId", code: .notYourTurn,
                message:
                    "It was closed as changed, and waits for that to be on record, until \(until.rfc3339). Publish the new "
                    + "version, the referral or the conference; there is nothing left to answer.")
        case .arbiterCloses:
            RefusalReason(
                path: "/type", code: .notAllowed,
                message: "The arbiter is on neither side: close the escalation with its outcome and the reason.")
        case .targetNotHigher(let current, let top):
            RefusalReason(
                path: "/data/escalateTo", code: .outOfRange,
                message: "The matter stands at stage \(current) of \(top). Name a higher stage.")
        case .targetWithoutRisk:
            RefusalReason(
                path: "/data/escalateTo", code: .notAllowed,
                message: "Stages are passed over only where a child is at immediate risk: say so in immediateRisk.")
        case .targetByDecider:
            RefusalReason(
                path: "/data/escalateTo", code: .notAllowed,
                message: "Only the agency that challenged passes stages over.")
        case .arbiterIsParty:
            RefusalReason(
                path: "/data/escalationId", code: .notAllowed,
                message:
                    "Your agency is party to the matter itself, and an arbiter is not. The partnership names another in its policy "
                    + "(arbiter); until then the agency that challenged can close it.")
        case .closing(let refusal, let arbiter, let top): refusal.reason(arbiter: arbiter, top: top)
        case .mayNotEnter(let stage, let who):
            RefusalReason(
                path: "/data/by", code: .notAllowed,
                message: "On this ladder a matter comes to stage \(stage) by \(who). Let one of them publish it.")
        case .notClosedByChallenger(let stage):
            RefusalReason(
                path: "/data/outcome", code: .notAllowed,
                message:
                    "At stage \(stage) of this ladder the arbiter closes. Your agency can take its challenge back: withdrawn."
            )
        case .noMeeting(let stage):
            RefusalReason(
                path: "/data/meetingAt", code: .notAllowed,
                message: "Stage \(stage) is no meeting. Answer without meetingAt.")
        case .meetingByChallenger:
            RefusalReason(
                path: "/data/meetingAt", code: .notAllowed,
                message:
                    "The side that decided calls the meeting, when it is its turn. Say in the response what would suit."
            )
        case .meetingOutOfTime(let until):
            RefusalReason(
                path: "/data/meetingAt", code: .outOfRange,
                message: "The meeting is held from now on and by \(until.rfc3339), when the stage's time is over.")
        }
    }
}

extension ClosingRefusal {
    /// What the sender of `escalation.closed` reads: who closes it how (R15).
    fileprivate func reason(arbiter: AgencyCode, top: Int) -> RefusalReason {
        switch self {
        case .byDecider:
            RefusalReason(
                path: "/data/escalationId", code: .notAllowed,
                message:
                    "Whoever decided does not close a challenge of it. Answer with escalation.responded: willChange says that "
                    + "you change it. The agency that challenged closes it, or at stage \(top) the arbiter, \(arbiter)."
            )
        case .beforeLastStage:
            RefusalReason(
                path: "/data/escalationId", code: .notAllowed,
                message: "The arbiter closes it at stage \(top), where the ladder ends; it has not come there.")
        case .withdrawnByArbiter:
            RefusalReason(
                path: "/data/outcome", code: .notAllowed,
                message:
                    "Only the agency that challenged takes it back. Close it as upheld, changed or compromise.")
        case .upheldByChallenger:
            RefusalReason(
                path: "/data/outcome", code: .notAllowed,
                message:
                    "That a decision stands in spite of a challenge the arbiter says, at stage \(top). Close it as withdrawn, "
                    + "with the reason why your agency challenges no longer.")
        case .notConceded:
            RefusalReason(
                path: "/data/outcome", code: .notAllowed,
                message:
                    "Whoever decided has not said that it changes anything: it answers with escalation.responded and willChange, "
                    + "or the newDecisionId. Until then close it as withdrawn or compromise, or take it further.")
        }
    }
}

extension RefusalCode {
    /// An answer or a closing for a challenge that has ended.
    static let escalationClosed = RefusalCode(rawValue: "escalation-closed")
    /// The matter stands at another stage.
    static let wrongStage = RefusalCode(rawValue: "wrong-stage")
    /// It is the other side's turn.
    static let notYourTurn = RefusalCode(rawValue: "not-your-turn")
}
