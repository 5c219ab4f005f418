/// Why an agency is party to a decision (domain.md, Participants).
public enum PartyReason: String, CaseIterable, Hashable, Sendable {
    /// It attended the strategy discussion.
    case attendee
    /// It referred the child.
    case referrer
    /// It is involved with the child now.
    case involved
}
