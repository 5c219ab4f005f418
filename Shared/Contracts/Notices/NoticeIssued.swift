import JSON
import Safeguarding

/// `notice.issued`: what an agency is told of all the children whom it concerns and to whom the agency is party (N1), each
/// named by that agency's own reference (P7).
public struct NoticeIssued: ServiceEvent {
    /// Somebody in the receiving agency: the contact that policy names for a stage.
    public struct Addressee: Sendable, Hashable {
        /// The stage of the ladder, from 1.
        public let stage: Int
        /// What they are.
        public let role: String

        /// The contact of a stage.
        public init(stage: Int, role: String) {
            self.stage = stage
            self.role = role
        }

        static let record = Record(
            Addressee.init, required("stage", \.stage, .integer(1...9), "The stage of the ladder, from 1."),
            required("role", \.role, .line(), "What the contact of the stage is."))
    }

    /// One of the children.
    public struct Child: Sendable, Hashable {
        /// By which name the receiver knows it.
        public let name: ChildName
        /// What is said of it.
        public let detail: ChildDetail

        /// One of the children.
        public init(_ name: ChildName, _ detail: ChildDetail = ChildDetail()) {
            (self.name, self.detail) = (name, detail)
        }

        static let record = Record(
            Child.init(_:_:), flat(\.name, ChildName.record), flat(\.detail, ChildDetail.record))
    }

    /// One for each subject and version or other cause, kind and agency.
    public var noticeID: NoticeID
    /// What kind of notice it is.
    public var kind: NoticeKind
    /// The children; none where the matter is the agency's own.
    public var children: [Child]
    /// What can be said to it: `acknowledge`, and answers.
    public var canAnswer: [String]
    /// Why the receiver is told.
    public var openedBecause: [PartyReason]
    /// As e-mails and webhooks name the notice, for looking it up.
    public var reference: NoticeReference?
    /// Whom it is for within the agency; everybody there who deals with the children, if nobody is named.
    public var addressedTo: [Addressee]
    /// What is to be done.
    public var task: NoticeTask?
    /// What it says.
    public var body: NoticeBody

    /// A notice.
    public init(
        noticeID: NoticeID, kind: NoticeKind, children: [Child], canAnswer: [String], openedBecause: [PartyReason],
        reference: NoticeReference?, addressedTo: [Addressee], task: NoticeTask?, body: NoticeBody
    ) {
        self.noticeID = noticeID
        self.kind = kind
        self.children = children
        self.canAnswer = canAnswer
        self.openedBecause = openedBecause
        self.reference = reference
        self.addressedTo = addressedTo
        self.task = task
        self.body = body
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "notice.issued", major: 2,
        "What an agency is told of all the children whom it concerns, each named by that agency's own reference.",
        from: "notifier", examples: examples)

    /// Its fields; those of the body stand beside the others.
    public static let record = Record(
        NoticeIssued.init,
        required(
            "noticeId", \.noticeID, .noticeID(), "One for each subject and version or other cause, kind and agency."),
        required("kind", \.kind, .word(), "What kind of notice it is."),
        required(
            "children", \.children, .list(.object(Child.record), 0...NoticeDue.maximumChildren),
            "The children whom it concerns and to whom you are party; none where the matter is your agency's own."),
        required(
            "canAnswer", \.canAnswer, .list(.line(40), 0...10),
            "What you can say to it: `acknowledge`, and answers."),
        required("openedBecause", \.openedBecause, .partyReasons(), "Why you are told."),
        optional("reference", \.reference, .noticeReference(), "As e-mails and webhooks name the notice."),
        optional(
            "addressedTo", \.addressedTo, .addressees(), or: [],
            "Whom in your agency it is for; everybody who deals with the children, if nobody is named."),
        optional("task", \.task, .word(), "What is to be done."), flat(\.body, NoticeBody.record))

    private static let examples = [
        ServiceTerms.Example(
            "full",
            #"""
            {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
             "kind": "threshold-changed",
             "children": [
               {"ref": "HV-1", "from": "section-47", "to": "section-17", "rationale": "The parent accepts support.",
                "views": [{"agency": "police", "view": "object", "own": true}]},
               {"handle": "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a", "from": "section-47", "to": "early-help",
                "rationale": "No separate risk was found."}],
             "canAnswer": ["acknowledge", "agree", "challenge", "need-information"],
             "openedBecause": ["attendee"], "reference": "7f3a-91c2-04de-b3aa",
             "subject": {"kind": "decision", "id": "DEC-1", "chosenBy": "csc", "version": 1},
             "state": "held", "isUrgent": false, "decidedBy": {"agency": "csc", "role": "team manager"},
             "decidedAt": "2026-11-20T10:00:00Z", "reason": "Support is thought to be enough.",
             "awaiting": ["police"], "views": [{"agency": "health-visiting", "view": "support", "own": true,
                "recordedBy": "csc", "at": "2026-11-20T09:00:00Z", "note": "Agreed on the telephone."}],
             "respondBy": "2026-11-27T17:00:00Z"}
            """#),
        ServiceTerms.Example(
            "escalation",
            #"""
            {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
             "kind": "escalation-advanced", "children": [{"ref": "HV-1"}],
             "canAnswer": ["acknowledge"], "openedBecause": ["attendee"],
             "addressedTo": [{"stage": 2, "role": "line manager"}], "task": "respond-to-escalation",
             "subject": {"kind": "decision", "id": "DEC-1", "chosenBy": "csc", "version": 1},
             "isUrgent": true, "urgentReason": "The child is at home.",
             "raisedBy": {"agency": "school-hill", "role": "safeguarding lead"},
             "grounds": "Nobody has asked the school.", "desiredOutcome": "A reconvened discussion.",
             "question": "Who has seen the child?", "answer": "The health visitor, on Tuesday.",
             "requestId": "q1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
             "escalationId": "x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
             "stage": 2, "stageWords": "Step 2: line managers meet",
             "meeting": {"chair": "independent chair", "at": "2026-11-26T14:00:00Z"}, "arbiter": "business-unit",
             "outcome": "changed", "late": true, "goodPractice": true}
            """#),
        ServiceTerms.Example(
            "acknowledgement-overdue",
            #"""
            {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
             "kind": "acknowledgement-overdue", "children": [{"handle": "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"}],
             "canAnswer": ["acknowledge"], "openedBecause": [], "reference": "04de-b3aa-7f3a-91c2",
             "addressedTo": [{"stage": 1, "role": "coordinator"}],
             "subject": {"kind": "conference-request", "id": "CR-1", "chosenBy": "school-hill"},
             "respondBy": "2026-11-27T17:00:00Z",
             "about": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
             "unacknowledgedBy": "health-visiting"}
            """#),
        ServiceTerms.Example(
            "referral",
            #"""
            {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
             "kind": "outcome-of-referral", "children": [{"ref": "HV-1", "outcome": "assessment"}],
             "canAnswer": ["acknowledge"], "openedBecause": ["referrer"],
             "subject": {"kind": "referral", "id": "HV-REF-1", "chosenBy": "health-visiting"},
             "rating": {"from": "amber", "to": "green"}}
            """#),
    ]
}

extension FieldRule where Value == [NoticeIssued.Addressee] {
    /// The contacts of some stages.
    static func addressees() -> FieldRule { .list(.object(NoticeIssued.Addressee.record), 0...9) }
}
