/// How soon a referral needs looking at (domain.md section 3.1).
public enum RiskRating: String, CaseIterable, Hashable, Sendable {
    /// At once.
    case red
    /// The same day.
    case amber
    /// Information can be gathered first.
    case green
}
