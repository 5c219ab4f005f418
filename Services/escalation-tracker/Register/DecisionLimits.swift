import Contracts
import DecisionRules
import Safeguarding

/// How much of what is open one agency can have in one household's document: it is read and written with every event of the
/// household, whoever it comes from. Far beyond what a case brings about; what reaches it is a program that runs wild.
enum DecisionLimits {
    /// Lowered thresholds that are held, or await their discussion.
    static let openChanges = HouseholdLimits.changes
    /// Bytes of their reasons and rationales together.
    static let openReasonBytes = HouseholdLimits.reasonBytes

    /// Bytes of the notes of views that one agency has recorded on what is open, or that wait.
    static let openNoteBytes = HouseholdLimits.noteBytes

    /// The limit that a view's note would pass.
    static func exceeded(by view: ViewGiven, in state: TrackerState) -> RefusalReason? {
        guard let note = view.note else { return nil }
        let register = state.register
        let notes =
            register.changes.flatMap(\.views).filter { $0.recordedBy == view.recordedBy }.map(\.note)
            + register.waiting.filter { $0.recordedBy == view.recordedBy }.map(\.note)
        guard notes.reduce(note.utf8.count, { $0 + ($1?.utf8.count ?? 0) }) > openNoteBytes else { return nil }
        return RefusalReason(
            path: "/data/note", code: .tooManyOpen,
            message:
                "The notes of views of your agency's on this household's open changes may have \(openNoteBytes) bytes "
                + "together. Shorten this one.")
    }

    /// The limit that a decision would pass. A raised threshold is never stopped: it is in effect at once, and so not open.
    static func exceeded(by decision: DecisionMade, saying statement: DecisionStatement, in state: TrackerState)
        -> RefusalReason?
    {
        guard decision.children.contains(where: { $0.from.isLowered(to: $0.to) }) else { return nil }
        // Its own version before goes when this one comes.
        let open = state.register.changes.filter {
            $0.agency == decision.agency && !$0.isSettled && $0.id != decision.name
        }
        guard open.count < openChanges else {
            return RefusalReason(
                path: "/data/decisionId", code: .tooManyOpen,
                message:
                    "Your agency has \(openChanges) changes of this household that are held or await their discussion, "
                    + "which is as many as there can be. Take one back by its next version, or have it settled, and send "
                    + "this decision again.")
        }
        let bytes = open.reduce(statement.textBytes) { $0 + (state.statements[$1.id]?.textBytes ?? 0) }
        guard bytes > openReasonBytes else { return nil }
        return RefusalReason(
            path: "/data/reason", code: .tooManyOpen,
            message:
                "The reasons and rationales of your agency's changes of this household that are held or await their "
                + "discussion may have \(openReasonBytes) bytes together. Shorten this one, or have another settled first."
        )
    }
}
