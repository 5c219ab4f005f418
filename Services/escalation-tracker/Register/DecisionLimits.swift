import Safeguarding

/// How much of what is open one agency can have in one household's document: it is read and written with every event of the
/// household, whoever it comes from. Far beyond what a case brings about; what reaches it is a program that runs wild.
enum DecisionLimits {
    /// Lowered thresholds that are held, or await their discussion.
    static let openChanges = 20
    /// Bytes of their reasons and rationales together.
    static let openReasonBytes = 128 * 1024

    /// The limit that a proposal would pass. A raised threshold is never stopped: it is in effect at once, and so not open.
    static func exceeded(by proposal: DecisionRegister.Proposal, among changes: [ChangeRecord]) -> DecisionRefusal? {
        guard proposal.children.contains(where: { $0.from.isLowered(to: $0.to) }) else { return nil }
        // Its own version before goes when this one comes.
        let open = changes.filter {
            $0.agency == proposal.agency && !$0.isSettled && $0.decisionID != proposal.decisionID
        }
        guard open.count < openChanges else { return .tooManyOpen(limit: openChanges) }
        let bytes = open.reduce(proposal.textBytes) { $0 + $1.textBytes }
        return bytes > openReasonBytes ? .tooLongOpen(limit: openReasonBytes) : nil
    }
}
