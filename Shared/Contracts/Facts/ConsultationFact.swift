import JSON
import Safeguarding

/// An agency was consulted about a decision.
public struct ConsultationFact: ServiceEvent {
    /// A child that the view is about.
    public struct Child: Sendable, Hashable {
        /// The child.
        public let person: PersonID
        /// The level that the child was to leave, as it was put to the agency.
        public let from: ThresholdLevel?
        /// The level that it was to go to.
        public let to: ThresholdLevel?

        /// A child that a view is about.
        public init(person: PersonID, from: ThresholdLevel? = nil, to: ThresholdLevel? = nil) {
            (self.person, self.from, self.to) = (person, from, to)
        }

        static let record = Record(
            Child.init(person:from:to:), required("person", \.person, .personID(), "The child."),
            optional("from", \.from, .word(), "The level that it was to leave, as it was put to the agency."),
            optional("to", \.to, .word(), "The level that it was to go to."))
    }

    /// Which decision.
    public let decisionID: String
    /// Whose decision it is.
    public let decidedBy: AgencyCode
    /// Which version.
    public let version: Int
    /// Who was consulted.
    public let agency: AgencyCode
    /// What the practitioner who spoke for it is.
    public let consultedRole: String
    /// When.
    public let at: Instant
    /// What it said.
    public let view: ConsultationView
    /// About which of the children; all, if none is named.
    public let children: [Child]
    /// What was said beside.
    public let note: String?
    /// Until when it can be joined to its decision; then intake hands it back. `nil`: for ever.
    public let until: Instant?

    /// An agency was consulted about a decision.
    public init(
        decisionID: String, decidedBy: AgencyCode, version: Int, agency: AgencyCode, consultedRole: String, at: Instant,
        view: ConsultationView, children: [Child] = [], note: String? = nil, until: Instant? = nil
    ) {
        self.decisionID = decisionID
        self.decidedBy = decidedBy
        self.version = version
        self.agency = agency
        self.consultedRole = consultedRole
        self.at = at
        self.view = view
        self.children = children
        self.note = note
        self.until = until
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "consultation-fact.recorded", major: 2, "An agency was consulted about a decision.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"decisionId": "DEC-1", "decidedBy": "csc", "version": 1, "consultedAgency": "police",
                 "consultedRole": "detective sergeant", "at": "2026-11-20T10:00:00Z", "view": "support",
                 "about": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "from": "section-47", "to": "section-17"}],
                 "note": "Agreed on the telephone.", "until": "2026-12-04T12:00:00Z"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        ConsultationFact.init(decisionID:decidedBy:version:agency:consultedRole:at:view:children:note:until:),
        required("decisionId", \.decisionID, .line(), "The decision, as the agency that decides names it."),
        required("decidedBy", \.decidedBy, .agency(), "The agency that decides."),
        required("version", \.version, .integer(1...1_000_000), "The version that the view is on."),
        required("consultedAgency", \.agency, .agency(), "Whose view it is."),
        required("consultedRole", \.consultedRole, .line(), "What the practitioner who spoke for that agency is."),
        required("at", \.at, .instant(), "When the agency was consulted."),
        required("view", \.view, .word(), "Its view of the decision."),
        optional(
            "about", \.children, .list(.object(Child.record), 0...ChildDescription.maximumCount), or: [],
            "About which of the children, with the levels that were put to the agency; all, if none is named."),
        optional("note", \.note, .text(), "What was said beside."),
        optional(
            "until", \.until, .instant(),
            "Until when it can be joined to its decision; then intake hands it back."))
}
