/// How somebody closes an escalation (contract.md section 4).
public enum EscalationOutcome: String, CaseIterable, Hashable, Sendable {
    /// The decision stands.
    case upheld
    /// The decision is changed. Counted as good practice of whoever challenged (row B7).
    case changed
    /// Something between.
    case compromise
    /// The challenge is taken back, with a reason.
    case withdrawn
}
