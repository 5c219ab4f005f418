import JSON
import Safeguarding

/// On `escalations.events`: agencies are to get notices of something that is no step of a decision itself: a challenge on
/// its way, a conference that was asked for, a discussion or supervision that does not come. Whoever says so decides who
/// is told what; the notifier tells them.
public struct NoticeDue: ServiceEvent {
    /// A child that it is about.
    public struct Child: Sendable, Equatable {
        /// The child.
        public let person: PersonID
        /// Each agency's own reference.
        public let references: [AgencyCode: String]

        /// A child that it is about.
        public init(person: PersonID, references: [AgencyCode: String]) {
            self.person = person
            self.references = references
        }

        static let record = Record(
            Child.init, required("person", \.person, .personID(), "The child."),
            optional(
                "references", \.references, .references(), or: [:], "Each agency's own reference of the child."))
    }

    /// One agency that is to be told.
    public struct Receiver: Sendable, Hashable {
        /// Which agency.
        public var agency: AgencyCode
        /// What kind of notice it gets.
        public var kind: NoticeKind
        /// What it is to do.
        public var task: NoticeTask?
        /// Whom in the agency it is for.
        public var addressedTo: [NoticeIssued.Addressee]
        /// Why it is party to the matter.
        public var because: Set<PartyReason>

        /// One agency that is to be told.
        public init(
            agency: AgencyCode, kind: NoticeKind, task: NoticeTask? = nil,
            addressedTo: [NoticeIssued.Addressee] = [], because: Set<PartyReason> = []
        ) {
            self.agency = agency
            self.kind = kind
            self.task = task
            self.addressedTo = addressedTo
            self.because = because
        }

        static let record = Record(
            Receiver.init, required("agency", \.agency, .agency(), "Which agency."),
            required("kind", \.kind, .word(), "What kind of notice it gets."),
            optional("task", \.task, .word(), "What it is to do."),
            optional(
                "addressedTo", \.addressedTo, .addressees(), or: [],
                "Whom in the agency it is for; everybody there who deals with the child, if nobody is named."),
            optional("because", \.because, .partyReasons(), or: [], "Why it is party to the matter."))
    }

    /// What the notices say, as far as it is known.
    public struct Content: Sendable, Equatable {
        /// The decision, the request or the referral that it is about.
        public var decisionID: String?
        /// The referrer's own identifier of the referral that it is about.
        public var referralID: String?
        /// The rating that a referral had, and the one that it has now.
        public var rating: NoticeIssued.RatingStep?
        /// The decision's version.
        public var version: Int?
        /// The escalation.
        public var escalationID: EscalationID?
        /// The stage that it stands at.
        public var stage: Int?
        /// Whether a child cannot wait.
        public var isUrgent: Bool?
        /// Until when something is expected.
        public var respondBy: Instant?
        /// Why.
        public var reason: String?
        /// How the escalation ended.
        public var outcome: EscalationOutcome?
        /// Whether the challenge counts as good practice.
        public var isGoodPractice: Bool?
        /// Who decided, or spoke.
        public var decidedBy: AgencyCode?
        /// What the person who decided, or spoke, is.
        public var decidedByRole: String?

        /// Nothing yet.
        public init() {}
    }

    /// What makes the notices distinct, beside their kind, child and agency.
    public var cause: String
    /// The children; none where the matter is an agency's own.
    public var children: [Child]
    /// Who is told.
    public var receivers: [Receiver]
    /// What they are told.
    public var content: Content

    /// Notices that are due.
    public init(cause: String, children: [Child], receivers: [Receiver], content: Content) {
        self.cause = cause
        self.children = children
        self.receivers = receivers
        self.content = content
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "notice-due.recorded", "Agencies are to get notices of something that is no step of a decision itself.",
        from: "escalation-tracker",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"cause": "escalation/x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd/2",
                 "children": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "references": {"csc": "CSC-1"}}],
                 "receivers": [{"agency": "csc", "kind": "escalation-advanced", "task": "respond-to-escalation",
                   "addressedTo": [{"stage": 2, "role": "line manager"}], "because": ["involved"]}],
                 "decisionId": "D-1", "referralId": "HV-REF-1", "rating": {"from": "red", "to": "amber"}, "version": 1,
                 "escalationId": "x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
                 "stage": 2, "urgent": true, "respondBy": "2026-11-27T17:00:00Z", "reason": "No answer came.",
                 "outcome": "changed", "goodPractice": true, "decidedBy": "csc", "decidedByRole": "team manager"}
                """#)
        ])

    /// Its fields; those of the content stand beside the others.
    public static let record = Record(
        NoticeDue.init(parts:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:),
        required("cause", \.cause, .line(500), "What makes the notices distinct, beside kind, child and agency."),
        required(
            "children", \.children, .list(.object(Child.record), 0...ChildDescription.maximumCount),
            "The children; none where the matter is an agency's own."),
        required("receivers", \.receivers, .list(.object(Receiver.record), 1...1000), "Who is told."),
        optional("decisionId", \.content.decisionID, .line(), "The decision, the request or the referral."),
        optional("referralId", \.content.referralID, .line(), "The referral, as its referrer names it."),
        optional("rating", \.content.rating, .object(NoticeIssued.RatingStep.record), "A rating that was lowered."),
        optional("version", \.content.version, .integer(1...1_000_000), "The decision's version."),
        optional("escalationId", \.content.escalationID, .escalationID(), "The escalation."),
        optional("stage", \.content.stage, .integer(1...9), "The stage that it stands at."),
        optional("urgent", \.content.isUrgent, .bool(), "Whether a child cannot wait."),
        optional("respondBy", \.content.respondBy, .instant(), "Until when something is expected."),
        optional("reason", \.content.reason, .text(), "Why."),
        optional("outcome", \.content.outcome, .word(), "How the escalation ended."),
        optional("goodPractice", \.content.isGoodPractice, .bool(), "Whether the challenge counts as good practice."),
        optional("decidedBy", \.content.decidedBy, .agency(), "Which agency decided, or spoke."),
        optional("decidedByRole", \.content.decidedByRole, .line(), "What the person who decided, or spoke, is."))

    private init(
        parts cause: String, _ children: [Child], _ receivers: [Receiver], _ decisionID: String?,
        _ referralID: String?, _ rating: NoticeIssued.RatingStep?, _ version: Int?, _ escalationID: EscalationID?,
        _ stage: Int?, _ isUrgent: Bool?, _ respondBy: Instant?, _ reason: String?, _ outcome: EscalationOutcome?,
        _ isGoodPractice: Bool?, _ decidedBy: AgencyCode?, _ decidedByRole: String?
    ) {
        self.init(cause: cause, children: children, receivers: receivers, content: Content())
        (content.decisionID, content.referralID, content.rating) = (decisionID, referralID, rating)
        (content.version, content.escalationID, content.stage) = (version, escalationID, stage)
        (content.isUrgent, content.respondBy, content.reason) = (isUrgent, respondBy, reason)
        (content.outcome, content.isGoodPractice) = (outcome, isGoodPractice)
        (content.decidedBy, content.decidedByRole) = (decidedBy, decidedByRole)
    }
}
