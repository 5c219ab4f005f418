/// What a party says to a notice.
public enum NoticeAnswer: String, CaseIterable, Hashable, Sendable {
    /// It agrees.
    case agree
    /// It challenges, with grounds and a desired outcome.
    case challenge
    /// It needs more information first.
    case needInformation = "need-information"
}
