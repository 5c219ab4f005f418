/// What a party says to a notice.
public enum NoticeAnswer: String, CaseIterable, Hashable, Sendable {
    /// It has seen what it was told and has nothing against it.
    case agree
    /// It challenges, with grounds and a desired outcome.
    case challenge
    /// It needs more information first.
    case needInformation = "need-information"
}
