import JSON
import Safeguarding

/// Agencies are to get notices. Whoever says so decides who is told what, of which children; the notifier tells them, and
/// changes nothing of it.
public struct NoticeDue: ServiceEvent {
    /// Children that one notice may be about; far beyond any household.
    public static let maximumChildren = 1000

    /// A child that it is about.
    public struct Child: Sendable, Equatable {
        /// The child.
        public let person: PersonID
        /// Each agency's own reference.
        public let references: [AgencyCode: String]
        /// What is said of it.
        public let detail: ChildDetail

        /// A child that it is about.
        public init(person: PersonID, references: [AgencyCode: String], detail: ChildDetail = ChildDetail()) {
            self.person = person
            self.references = references
            self.detail = detail
        }

        static let record = Record(
            Child.init, required("person", \.person, .personID(), "The child."),
            optional(
                "references", \.references, .references(), or: [:], "Each agency's own reference of the child."),
            flat(\.detail, ChildDetail.record))
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
        /// Of which children it is told; of all, if none is named.
        public var children: [PersonID]

        /// One agency that is to be told.
        public init(
            agency: AgencyCode, kind: NoticeKind, task: NoticeTask? = nil,
            addressedTo: [NoticeIssued.Addressee] = [], because: Set<PartyReason> = [], children: [PersonID] = []
        ) {
            self.agency = agency
            self.kind = kind
            self.task = task
            self.addressedTo = addressedTo
            self.because = because
            self.children = children
        }

        static let record = Record(
            Receiver.init, required("agency", \.agency, .agency(), "Which agency."),
            required("kind", \.kind, .word(), "What kind of notice it gets."),
            optional("task", \.task, .word(), "What it is to do."),
            optional(
                "addressedTo", \.addressedTo, .addressees(), or: [],
                "Whom in the agency it is for; everybody there who deals with the children, if nobody is named."),
            optional("because", \.because, .partyReasons(), or: [], "Why it is party to the matter."),
            optional(
                "children", \.children, .list(.personID(), 0...maximumChildren), or: [],
                "Of which children it is told; of all, if none is named."))
    }

    /// What makes the notices distinct, beside their kind and agency.
    public var cause: String
    /// The children; none where the matter is an agency's own.
    public var children: [Child]
    /// Who is told.
    public var receivers: [Receiver]
    /// What they are told.
    public var body: NoticeBody

    /// Notices that are due.
    public init(cause: String, children: [Child], receivers: [Receiver], body: NoticeBody) {
        self.cause = cause
        self.children = children
        self.receivers = receivers
        self.body = body
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "notice-due.recorded", major: 2, "Agencies are to get notices.", from: "escalation-tracker",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"cause": "escalation/x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd/2",
                 "children": [
                   {"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "references": {"csc": "CSC-1"},
                    "from": "section-47", "to": "section-17", "rationale": "The parent accepts support.",
                    "outcome": "assessment", "views": [{"agency": "police", "view": "object", "own": true}]},
                   {"person": "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"}],
                 "receivers": [{"agency": "csc", "kind": "escalation-advanced", "task": "respond-to-escalation",
                   "addressedTo": [{"stage": 2, "role": "line manager"}], "because": ["involved"],
                   "children": ["a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"]}],
                 "body": {"subject": {"kind": "decision", "id": "D-1", "chosenBy": "csc", "version": 1},
                   "state": "held", "isUrgent": true, "urgentReason": "The child is at home.",
                   "decidedBy": {"agency": "csc", "role": "team manager"}, "decidedAt": "2026-11-20T10:00:00Z",
                   "reason": "No answer came.", "awaiting": ["police"],
                   "views": [{"agency": "health-visiting", "view": "support", "own": true,
                "recordedBy": "csc", "at": "2026-11-20T09:00:00Z", "note": "Agreed on the telephone."}],
                   "raisedBy": {"agency": "school-hill", "role": "safeguarding lead"},
                   "grounds": "Nobody has asked the school.", "desiredOutcome": "A reconvened discussion.",
                   "question": "Who has seen the child?", "answer": "The health visitor, on Tuesday.",
                   "requestId": "q1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
                   "escalationId": "x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
                   "stage": 2, "stageWords": "Step 2: line managers meet",
                   "meeting": {"chair": "independent chair", "at": "2026-11-24T10:00:00Z"}, "arbiter": "business-unit",
                   "outcome": "changed", "late": true, "goodPractice": true, "rating": {"from": "red", "to": "amber"},
                   "respondBy": "2026-11-27T17:00:00Z",
                   "about": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                   "unacknowledgedBy": "police"}}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        NoticeDue.init,
        required("cause", \.cause, .line(500), "What makes the notices distinct, beside their kind and agency."),
        required(
            "children", \.children, .list(.object(Child.record), 0...maximumChildren),
            "The children; none where the matter is an agency's own."),
        required("receivers", \.receivers, .list(.object(Receiver.record), 1...1000), "Who is told."),
        required("body", \.body, .object(NoticeBody.record), "What they are told, as the notices have it."))
}
