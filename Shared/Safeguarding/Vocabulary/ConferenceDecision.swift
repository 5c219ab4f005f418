/// What children's social care says to a request for a conference (row B8).
public enum ConferenceDecision: String, CaseIterable, Hashable, Sendable {
    /// It will be held.
    case agreed
    /// It will not, for a reason that is given.
    case declined
}
