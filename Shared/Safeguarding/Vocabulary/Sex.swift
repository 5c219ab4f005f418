/// Sex as the census has it; an unborn child's is unknown (domain.md section 3.5).
public enum Sex: String, CaseIterable, Hashable, Sendable {
    /// Female.
    case female = "F"
    /// Male.
    case male = "M"
    /// Unknown, or unborn.
    case unknown = "U"
}
