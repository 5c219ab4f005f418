/// How soon a referral needs looking at (domain.md section 3.1).
public enum RiskRating: String, CaseIterable, Hashable, Sendable {
    /// At once.
    case red
    /// The same day.
    case amber
    /// Information can be gathered first.
    case green
}

extension RiskRating: Comparable {
    /// The lower is less urgent: green below amber below red.
    public static func < (left: RiskRating, right: RiskRating) -> Bool { left.weight < right.weight }

    private var weight: Int {
        switch self {
        case .green: 0
        case .amber: 1
        case .red: 2
        }
    }
}
