/// Whether a change is in effect (contract.md section 6).
public enum ChangeState: String, CaseIterable, Hashable, Sendable {
    /// In effect.
    case changed
    /// Waiting for consultation.
    case held
    /// It was gone into, and the level stays as it is.
    case unchanged
}
