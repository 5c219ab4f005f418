import JSON
import Safeguarding

/// An agency was consulted about a decision.
public struct ConsultationFact: ServiceEvent {
    /// Which decision.
    public let decisionID: String
    /// Who was consulted.
    public let agency: AgencyCode
    /// What the practitioner who spoke for it is.
    public let consultedRole: String
    /// When.
    public let at: Instant
    /// What it said.
    public let view: ConsultationView
    /// Until when it can be joined to its decision; then intake hands it back. `nil`: for ever.
    public let until: Instant?

    /// An agency was consulted about a decision.
    public init(
        decisionID: String, agency: AgencyCode, consultedRole: String, at: Instant, view: ConsultationView,
        until: Instant? = nil
    ) {
        self.decisionID = decisionID
        self.agency = agency
        self.consultedRole = consultedRole
        self.at = at
        self.view = view
        self.until = until
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "consultation-fact.recorded", "An agency was consulted about a decision.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"decisionId": "DEC-1", "consultedAgency": "police", "consultedRole": "detective sergeant",
                 "at": "2026-11-20T10:00:00Z", "view": "support", "until": "2026-12-04T12:00:00Z"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        ConsultationFact.init(decisionID:agency:consultedRole:at:view:until:),
        required("decisionId", \.decisionID, .line(), "The decision, as the agency that decides names it."),
        required("consultedAgency", \.agency, .agency(), "Whose view it is."),
        required("consultedRole", \.consultedRole, .line(), "What the practitioner who spoke for that agency is."),
        required("at", \.at, .instant(), "When the agency was consulted."),
        required("view", \.view, .word(), "Its view of the decision."),
        optional(
            "until", \.until, .instant(),
            "Until when it can be joined to its decision; then intake hands it back."))
}
