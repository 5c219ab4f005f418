/// The only decision of a strategy discussion: whether an enquiry is undertaken (domain.md section 1.4).
public enum DiscussionDecision: String, CaseIterable, Hashable, Sendable {
    /// A Section 47 enquiry.
    case section47 = "section-47"
    /// None.
    case noSection47 = "no-section-47"
}
