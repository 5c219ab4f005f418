import JSON
import Safeguarding

/// On `decisions.changed`: a step in the life of a decision, with everybody who is to be told of it.
public struct ThresholdChange: ServiceEvent {
    /// Which step.
    public enum Step: String, CaseIterable, Sendable {
        /// It waits until everybody has been consulted.
        case held
        /// It is in effect.
        case changed
        /// It was held and is in effect now.
        case confirmed
        /// It was taken back.
        case withdrawn
    }

    /// One of the children that it is about.
    public struct Child: Sendable, Equatable {
        /// The child.
        public let person: PersonID
        /// The level that it leaves.
        public let from: ThresholdLevel
        /// The level that it goes to.
        public let to: ThresholdLevel
        /// Each agency's own reference.
        public let references: [AgencyCode: String]

        /// One of the children.
        public init(person: PersonID, from: ThresholdLevel, to: ThresholdLevel, references: [AgencyCode: String]) {
            self.person = person
            self.from = from
            self.to = to
            self.references = references
        }

        static let record = Record(
            Child.init, required("person", \.person, .personID(), "The child."),
            required("from", \.from, .word(), "The level that it leaves."),
            required("to", \.to, .word(), "The level that it goes to."),
            optional(
                "references", \.references, .references(), or: [:], "Each agency's own reference of the child."))
    }

    /// An agency that is to be told, and why.
    public struct Party: Sendable, Equatable {
        /// Which agency.
        public let agency: AgencyCode
        /// Why it is party to the decision.
        public let because: Set<PartyReason>

        /// An agency that is to be told.
        public init(agency: AgencyCode, because: Set<PartyReason>) {
            self.agency = agency
            self.because = because
        }

        static let record = Record(
            Party.init, required("agency", \.agency, .agency(), "Which agency."),
            required("because", \.because, .partyReasons(), "Why it is party to the decision."))
    }

    /// Which decision.
    public var decisionID: String
    /// Its version.
    public var version: Int
    /// Which step.
    public var step: Step
    /// Whether the change is in effect after it.
    public var state: ChangeState
    /// What brought the step about, as far as it makes notices distinct: `decision/<id>/<version>`, `discussion/<id>`, …
    public var cause: String
    /// Whether it took effect before everybody was consulted.
    public var isUrgent: Bool
    /// The children.
    public var children: [Child]
    /// Who is told by this step.
    public var parties: [Party]
    /// Who is asked for a consultation by this step.
    public var consult: [AgencyCode]
    /// Who decided.
    public var decidedBy: AgencyCode
    /// What the person who answers for it is.
    public var decidedByRole: String
    /// When it was decided.
    public var decidedAt: Instant
    /// Why.
    public var reason: String
    /// Until when an answer is expected.
    public var respondBy: Instant

    /// A step in the life of a decision.
    public init(
        decisionID: String, version: Int, step: Step, state: ChangeState, cause: String, isUrgent: Bool,
        children: [Child], parties: [Party], consult: [AgencyCode], decidedBy: AgencyCode, decidedByRole: String,
        decidedAt: Instant, reason: String, respondBy: Instant
    ) {
        self.decisionID = decisionID
        self.version = version
        self.step = step
        self.state = state
        self.cause = cause
        self.isUrgent = isUrgent
        self.children = children
        self.parties = parties
        self.consult = consult
        self.decidedBy = decidedBy
        self.decidedByRole = decidedByRole
        self.decidedAt = decidedAt
        self.reason = reason
        self.respondBy = respondBy
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "threshold-change.recorded", "A step in the life of a decision, with everybody who is to be told of it.",
        from: "escalation-tracker",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"decisionId": "DEC-1", "version": 1, "step": "held", "state": "held",
                 "cause": "decision/DEC-1/1", "urgent": false,
                 "children": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                   "from": "section-47", "to": "section-17", "references": {"csc": "CSC-1"}}],
                 "parties": [{"agency": "csc", "because": ["attendee", "involved"]}], "consult": ["police"],
                 "decidedBy": "csc", "decidedByRole": "team manager", "decidedAt": "2026-11-20T10:00:00Z",
                 "reason": "Support is thought to be enough.", "respondBy": "2026-11-27T17:00:00Z"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        ThresholdChange.init,
        required("decisionId", \.decisionID, .line(), "Which decision."),
        required("version", \.version, .integer(1...1_000_000), "Its version."),
        required("step", \.step, .word(), "Which step."),
        required("state", \.state, .word(), "Whether the change is in effect after it."),
        required(
            "cause", \.cause, .line(500),
            "What brought it about, as far as it makes notices distinct: `decision/<id>/<version>`."),
        required("urgent", \.isUrgent, .bool(), "Whether it took effect before everybody was consulted."),
        required(
            "children", \.children, .list(.object(Child.record), 1...ChildDescription.maximumCount),
            "The children whose level changes."),
        required("parties", \.parties, .list(.object(Party.record), 1...1000), "Who is told by this step."),
        optional(
            "consult", \.consult, .list(.agency(), 0...1000), or: [], "Who is asked for a view by this step."),
        required("decidedBy", \.decidedBy, .agency(), "Which agency decided."),
        required("decidedByRole", \.decidedByRole, .line(), "What the person who answers for it is."),
        required("decidedAt", \.decidedAt, .instant(), "When it was decided."),
        required("reason", \.reason, .text(), "Why, for all the children."),
        required("respondBy", \.respondBy, .instant(), "Until when an answer is expected."))
}
