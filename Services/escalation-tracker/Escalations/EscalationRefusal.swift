import Contracts
import Safeguarding

/// Why a step in an escalation cannot be taken. Its sender reads it.
enum EscalationRefusal: Error, Sendable, Equatable {
    /// There is no such escalation, or it is not this agency's matter: an answer must not tell which.
    case unknown
    case alreadyClosed(EscalationOutcome)
    case wrongStage(current: Int)
    case notYourTurn(awaited: AgencyCode, until: Instant)
    case topOfLadder
    case targetNotHigher(current: Int, top: Int)
    case targetWithoutRisk
    case targetByDecider
    case withdrawnByDecider
    case closedByDeciderBelowTop(top: Int)

    /// The refusal as the sender reads it: where in the event, which code, what to do.
    var reason: RefusalReason {
        switch self {
        case .unknown:
            RefusalReason(
                path: "/data/escalationId", code: .unknownSubject,
                message:
                    "Your agency has no escalation with this identifier. Give the escalationId as the notice has it.")
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
        case .topOfLadder:
            RefusalReason(
                path: "/data/stage", code: .topOfLadder,
                message: "This is the last stage: close the escalation with its outcome and the reason.")
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
        case .withdrawnByDecider:
            RefusalReason(
                path: "/data/outcome", code: .notAllowed, message: "Only the agency that challenged takes it back.")
        case .closedByDeciderBelowTop(let top):
            RefusalReason(
                path: "/data/escalationId", code: .notAllowed,
                message: "Below stage \(top), where the ladder ends, the agency that challenged closes the escalation. "
                    + "Answer with escalation.responded.")
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
    /// The ladder has no higher stage.
    static let topOfLadder = RefusalCode(rawValue: "top-of-ladder")
}
