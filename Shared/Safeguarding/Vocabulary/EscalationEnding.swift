/// How a challenge stands on record once it is closed: as somebody has closed it, or that nobody has.
public enum EscalationEnding: String, CaseIterable, Hashable, Sendable {
    /// The decision stands.
    case upheld
    /// The decision was changed for it. Counted as good practice of whoever challenged (row B7).
    case changed
    /// Something between.
    case compromise
    /// The challenge was taken back, or what began it was.
    case withdrawn
    /// What was challenged has ended otherwise, and nobody has closed the challenge: whoever challenged was neither satisfied nor
    /// has given up (R17).
    case lapsed

    /// As somebody has closed it.
    public init(_ outcome: EscalationOutcome) {
        switch outcome {
        case .upheld: self = .upheld
        case .changed: self = .changed
        case .compromise: self = .compromise
        case .withdrawn: self = .withdrawn
        }
    }
}
