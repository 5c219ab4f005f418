/// What an agency said when it was consulted.
public enum ConsultationView: String, CaseIterable, Hashable, Sendable {
    /// It supports the change.
    case support
    /// It objects: the change stays held.
    case object
    /// It has no view.
    case abstain
}
