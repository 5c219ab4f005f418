import Contracts
import Safeguarding

/// Why a decision cannot be taken up. The index is the child's place in the event.
enum DecisionRefusal: Sendable, Equatable {
    case staleDecision(child: Int, recorded: ThresholdLevel)
    case staleVersion(expected: Int)
    case decisionOfAnotherAgency
    case nothingToTakeBack
    case tooManyOpen(limit: Int)
    case tooLongOpen(limit: Int)

    /// The refusal as the sender reads it: where in the event, which code, what to do.
    var reason: RefusalReason {
        switch self {
        case .staleDecision(let child, let recorded):
            RefusalReason(
                path: "/data/children/\(child)/from", code: .staleDecision,
                message:
                    "The child's recorded level is \(recorded.rawValue). Decide from that level, or find out which "
                    + "decision came in between.")
        case .staleVersion(let expected):
            RefusalReason(
                path: "/data/version", code: .staleVersion,
                message: "The next version of this decision is \(expected). Send the change as that version.")
        case .decisionOfAnotherAgency:
            RefusalReason(
                path: "/data/decisionId", code: .ofAnotherAgency,
                message: "Another agency made the decision with this identifier. Use an identifier of your own, or "
                    + "challenge the decision by answering its notice.")
        case .nothingToTakeBack:
            RefusalReason(
                path: "/data/children/0/to", code: .notAllowed,
                message: "Only a change that is held can be taken back, as its next version. To undo one that is in "
                    + "effect, decide to what level the child goes.")
        case .tooManyOpen(let limit):
            RefusalReason(
                path: "/data/decisionId", code: .tooManyOpen,
                message: "Your agency has \(limit) changes of this household that are held or await their discussion, "
                    + "which is as many as there can be. Take one back by its next version, or have it settled, and send "
                    + "this decision again.")
        case .tooLongOpen(let limit):
            RefusalReason(
                path: "/data/reason", code: .tooManyOpen,
                message: "The reasons and rationales of your agency's changes of this household that are held or await "
                    + "their discussion may have \(limit) bytes together. Shorten this one, or have another settled first."
            )
        }
    }
}

extension RefusalCode {
    /// The agency has as much open in this household as one may.
    static let tooManyOpen = RefusalCode(rawValue: "too-many-open")
    /// The version does not follow the recorded one.
    static let staleVersion = RefusalCode(rawValue: "stale-version")
}
