import Contracts
import DecisionRules
import Safeguarding

extension RegisterRefusal {
    /// The refusal as the sender reads it: where in the event, which code, what to do. The index of a child is its place in the
    /// event.
    var reason: RefusalReason {
        switch self {
        case .staleDecision, .rationaleMissing, .staleVersion, .nothingToTakeBack, .urgentWithoutReason,
            .authoriserNotAttested:
            ofDecision
        case .mayNotRecordDiscussions, .quorumMissing: ofDiscussion
        case .mayNotClose:
            RefusalReason(
                path: "/data/escalationId", code: .notAllowed,
                message: "Whoever decided does not close a challenge of it.")
        default: ofView
        }
    }

    private var ofDecision: RefusalReason {
        switch self {
        case .staleDecision(let child, let recorded):
            RefusalReason(
                path: "/data/children/\(child)/from", code: .staleDecision,
                message:
                    "The child's recorded level is \(recorded.rawValue). Decide from that level, or find out which "
                    + "decision came in between.")
        case .rationaleMissing(let child):
            RefusalReason(
                path: "/data/children/\(child)/rationale", code: .rationaleMissing, message: "Say why for this child.")
        case .staleVersion(let expected):
            RefusalReason(
                path: "/data/version", code: .staleVersion,
                message: "The next version of this decision is \(expected). Send the change as that version.")
        case .urgentWithoutReason:
            RefusalReason(path: "/data/urgentReason", code: .missingField, message: "Say why it cannot wait.")
        case .authoriserNotAttested:
            RefusalReason(
                path: "/data/authoriser", code: .notAllowed,
                message: "An urgent change needs an authoriser whom your agency has attested as a manager.")
        default:
            RefusalReason(
                path: "/data/children/0/to", code: .notAllowed,
                message: "Only a change that is held can be taken back, as its next version. To undo one that is in "
                    + "effect, decide to what level the child goes.")
        }
    }

    private var ofDiscussion: RefusalReason {
        guard case .quorumMissing = self else {
            return RefusalReason(
                path: "/type", code: .notAuthorised,
                message: "Strategy discussions are recorded by children's social care or the hub.")
        }
        return RefusalReason(
            path: "/data/attendees", code: .notAllowed,
            message: "Somebody who must be at a strategy discussion was not. Say why in quorumException.")
    }

    private var ofView: RefusalReason {
        switch self {
        case .onRecord:
            RefusalReason(
                path: "/data/view", code: .onRecord,
                message: "This is on record already, and would change nothing. Publish another view, if there is one.")
        case .saidItself:
            RefusalReason(
                path: "/data/agency", code: .saidItself,
                message:
                    "This agency has said itself what its view on the version is, and nobody else's record replaces that. "
                    + "If it has changed its mind, it publishes consultation.recorded.")
        case .versionReplaced(let current):
            RefusalReason(
                path: "/data/version", code: .superseded,
                message:
                    "Version \(current) of this decision has taken its place, and views on the one before do not count. "
                    + "Give a view on that version.")
        case .changeEnded:
            RefusalReason(
                path: "/data/decisionId", code: .changeEnded,
                message:
                    "This change was withdrawn or overtaken, so there is nothing left to say something to. Answer the "
                    + "notices of the decision that holds now.")
        case .notMadeYet:
            RefusalReason(
                path: "/data/children", code: .missingField,
                message:
                    "A view that comes before the decision counts for what was put to the agency. Name the children with "
                    + "from and to, or give the view now, since the decision is made.")
        case .otherChildren:
            RefusalReason(
                path: "/data/children", code: .unknownSubject,
                message:
                    "This version decides nothing of the kind about these children. Name those of the notice, with the "
                    + "levels that it has.")
        default:
            RefusalReason(
                path: "/data/decisionId", code: .unknownSubject, message: "There is nothing that this could be about.")
        }
    }
}

extension RegisterRefusals {
    /// As the sender reads them.
    var reasons: [RefusalReason] { all.map(\.reason) }
}

extension RefusalCode {
    /// The agency has as much open in this household as one may.
    static let tooManyOpen = RefusalCode(rawValue: "too-many-open")
    /// The version does not follow the recorded one.
    static let staleVersion = RefusalCode(rawValue: "stale-version")
    /// It is on record already.
    static let onRecord = RefusalCode(rawValue: "on-record")
    /// The agency has said itself what its view is.
    static let saidItself = RefusalCode(rawValue: "said-itself")
    /// The change was withdrawn or overtaken.
    static let changeEnded = RefusalCode(rawValue: "change-ended")
}
