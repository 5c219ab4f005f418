import JSON
import Safeguarding

/// `notice.issued`: what an agency is told, with the child named by that agency's own reference (P7).
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

    /// A rating that was lowered.
    public struct RatingStep: Sendable, Hashable {
        /// What it was.
        public let from: RiskRating
        /// What it is.
        public let to: RiskRating

        /// A rating that was lowered.
        public init(from: RiskRating, to: RiskRating) {
            self.from = from
            self.to = to
        }

        static let record = Record(
            RatingStep.init, required("from", \.from, .word(), "What it was."),
            required("to", \.to, .word(), "What it is."))
    }

    /// One for each decision version or other cause, kind, child and agency.
    public var noticeID: NoticeID
    /// What it is about.
    public var kind: NoticeKind
    /// The receiver's own reference of the child.
    public var childRef: String?
    /// How the child is named where the receiver has no reference.
    public var childHandle: PersonID?
    /// Which decision.
    public var decisionID: String?
    /// Its version.
    public var version: Int?
    /// The level that the child leaves.
    public var from: ThresholdLevel?
    /// The level that it goes to.
    public var to: ThresholdLevel?
    /// Whether the change is in effect.
    public var state: ChangeState?
    /// Whether it took effect before everybody was consulted.
    public var isUrgent: Bool?
    /// The outcome of a referral.
    public var outcome: ScreeningOutcome?
    /// The rating that a referral had, and the one that it has now, where somebody lowered it.
    public var rating: RatingStep?
    /// The referrer's own identifier.
    public var referralID: String?
    /// Which agency decided.
    public var decidedBy: AgencyCode?
    /// What the person who answers for it is.
    public var decidedByRole: String?
    /// When it was decided.
    public var decidedAt: Instant?
    /// Why.
    public var reason: String?
    /// Until when an answer is expected; a late one is accepted and marked.
    public var respondBy: Instant?
    /// What can be said to it: `acknowledge`, and answers.
    public var canAnswer: [String]
    /// Why the receiver is told.
    public var openedBecause: [PartyReason]
    /// The notice that this one is a reminder of.
    public var about: NoticeID?
    /// As e-mails and webhooks name the notice, for looking it up.
    public var reference: NoticeReference?
    /// Of an overdue acknowledgement: the agency that is silent, where that is not the receiver.
    public var unacknowledgedBy: AgencyCode?
    /// Whom it is for within the agency; everybody there who deals with the child, if nobody is named.
    public var addressedTo: [Addressee] = []
    /// What is to be done.
    public var task: NoticeTask?
    /// The escalation that it is about.
    public var escalationID: EscalationID?
    /// The stage of the ladder that the matter stands at.
    public var stage: Int?
    /// How the escalation ended.
    public var escalationOutcome: EscalationOutcome?
    /// Whether the challenge counts as good practice (row B7).
    public var isGoodPractice: Bool?

    /// A notice with what every notice has.
    public init(
        noticeID: NoticeID, kind: NoticeKind, childRef: String?, childHandle: PersonID?, canAnswer: [String],
        openedBecause: [PartyReason]
    ) {
        self.noticeID = noticeID
        self.kind = kind
        self.childRef = childRef
        self.childHandle = childHandle
        self.canAnswer = canAnswer
        self.openedBecause = openedBecause
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "notice.issued", "What an agency is told, with the child named by that agency's own reference.",
        from: "notifier",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                 "kind": "threshold-changed", "child": {"ref": "HV-1"}, "decisionId": "DEC-1", "version": 1,
                 "from": "section-47", "to": "section-17", "state": "held", "urgent": false,
                 "decidedBy": {"agency": "csc", "role": "team manager"}, "decidedAt": "2026-11-20T10:00:00Z",
                 "reason": "Support is thought to be enough.", "respondBy": "2026-11-27T17:00:00Z",
                 "canAnswer": ["acknowledge", "agree", "challenge", "need-information"],
                 "openedBecause": ["attendee"], "reference": "7f3a-91c2-04de-b3aa"}
                """#),
            ServiceTerms.Example(
                "escalation",
                #"""
                {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                 "kind": "escalation-advanced", "child": {"ref": "HV-1"}, "decisionId": "DEC-1", "version": 1,
                 "canAnswer": ["acknowledge"], "openedBecause": ["attendee"],
                 "addressedTo": [{"stage": 2, "role": "line manager"}], "task": "respond-to-escalation",
                 "escalationId": "x1-abababababababababababababababab-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
                 "stage": 2, "escalationOutcome": "changed", "goodPractice": true}
                """#),
            ServiceTerms.Example(
                "acknowledgement-overdue",
                #"""
                {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                 "kind": "acknowledgement-overdue", "childHandle": "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
                 "respondBy": "2026-11-27T17:00:00Z", "canAnswer": ["acknowledge"], "openedBecause": [],
                 "about": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "reference": "04de-b3aa-7f3a-91c2", "unacknowledgedBy": "health-visiting",
                 "addressedTo": [{"stage": 1, "role": "coordinator"}]}
                """#),
            ServiceTerms.Example(
                "referral",
                #"""
                {"noticeId": "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                 "kind": "outcome-of-referral", "child": {"ref": "HV-1"}, "outcome": "assessment",
                 "rating": {"from": "amber", "to": "green"}, "referralId": "HV-REF-1", "canAnswer": ["acknowledge"],
                 "openedBecause": ["referrer"]}
                """#),
        ])

    /// Its fields.
    public static let record = Record(
        NoticeIssued.init(parts:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:_:),
        required(
            "noticeId", \.noticeID, .noticeID(),
            "One for each decision version or other cause, kind, child and agency."),
        required("kind", \.kind, .word(), "What it is about."),
        optional("child", \.child, .object(NamedChild.record), "The child, by your own reference."),
        optional("childHandle", \.childHandle, .personID(), "How the child is named where you have no reference."),
        optional("decisionId", \.decisionID, .line(), "Which decision."),
        optional("version", \.version, .integer(1...1_000_000), "The decision's version."),
        optional("from", \.from, .word(), "The level that the child leaves."),
        optional("to", \.to, .word(), "The level that the child goes to."),
        optional("state", \.state, .word(), "Whether the change is in effect."),
        optional("urgent", \.isUrgent, .bool(), "Whether it took effect before everybody was consulted."),
        optional("outcome", \.outcome, .word(), "The outcome of a referral."),
        optional(
            "rating", \.rating, .object(RatingStep.record),
            "The rating that a referral had, and the one that it has now."),
        optional("referralId", \.referralID, .line(), "Your own identifier of the referral."),
        optional("decidedBy", \.decider, .object(Decider.record), "Who decided."),
        optional("decidedAt", \.decidedAt, .instant(), "When it was decided."),
        optional("reason", \.reason, .text(), "Why."),
        optional(
            "respondBy", \.respondBy, .instant(),
            "Until when an answer is expected; a late one is accepted and marked."),
        required(
            "canAnswer", \.canAnswer, .list(.line(40), 0...10),
            "What you can say to it: `acknowledge`, and answers."),
        required("openedBecause", \.openedBecause, .partyReasons(), "Why you are told."),
        optional("about", \.about, .noticeID(), "The notice that this one is a reminder of."),
        optional("reference", \.reference, .noticeReference(), "As e-mails and webhooks name the notice."),
        optional(
            "unacknowledgedBy", \.unacknowledgedBy, .agency(),
            "The agency that is silent, where that is not you."),
        optional(
            "addressedTo", \.addressedTo, .addressees(), or: [],
            "Whom in your agency it is for; everybody who deals with the child, if nobody is named."),
        optional("task", \.task, .word(), "What is to be done."),
        optional("escalationId", \.escalationID, .escalationID(), "The escalation that it is about."),
        optional("stage", \.stage, .integer(1...9), "The stage of the ladder that the matter stands at."),
        optional("escalationOutcome", \.escalationOutcome, .word(), "How the escalation ended."),
        optional("goodPractice", \.isGoodPractice, .bool(), "Whether the challenge counts as good practice."))

    private init(
        parts noticeID: NoticeID, _ kind: NoticeKind, _ child: NamedChild?, _ childHandle: PersonID?,
        _ decisionID:
            String?, _ version: Int?, _ from: ThresholdLevel?, _ to: ThresholdLevel?, _ state: ChangeState?,
        _ isUrgent:
            Bool?, _ outcome: ScreeningOutcome?, _ rating: RatingStep?, _ referralID: String?, _ decider: Decider?,
        _ decidedAt: Instant?, _ reason: String?, _ respondBy: Instant?, _ canAnswer: [String],
        _ openedBecause:
            [PartyReason], _ about: NoticeID?, _ reference: NoticeReference?, _ unacknowledgedBy: AgencyCode?,
        _ addressedTo: [Addressee], _ task: NoticeTask?, _ escalationID: EscalationID?, _ stage: Int?,
        _ escalationOutcome: EscalationOutcome?, _ isGoodPractice: Bool?
    ) {
        self.init(
            noticeID: noticeID, kind: kind, childRef: child?.ref, childHandle: childHandle, canAnswer: canAnswer,
            openedBecause: openedBecause)
        (self.decisionID, self.version, self.from, self.to) = (decisionID, version, from, to)
        (self.state, self.isUrgent, self.outcome) = (state, isUrgent, outcome)
        (self.rating, self.referralID) = (rating, referralID)
        (decidedBy, decidedByRole) = (decider?.agency, decider?.role)
        (self.decidedAt, self.reason, self.respondBy) = (decidedAt, reason, respondBy)
        (self.about, self.reference, self.unacknowledgedBy) = (about, reference, unacknowledgedBy)
        (self.addressedTo, self.task, self.escalationID) = (addressedTo, task, escalationID)
        (self.stage, self.escalationOutcome, self.isGoodPractice) = (stage, escalationOutcome, isGoodPractice)
    }

    private struct NamedChild: Sendable {
        let ref: String

        static let record = Record(
            NamedChild.init, required("ref", \.ref, .line(100), "Your own reference of the child."))
    }

    private struct Decider: Sendable {
        let agency: AgencyCode
        let role: String

        static let record = Record(
            Decider.init, required("agency", \.agency, .agency(), "Which agency decided."),
            required("role", \.role, .line(), "What the person who answers for it is."))
    }

    private var child: NamedChild? { childRef.map { NamedChild(ref: $0) } }

    private var decider: Decider? {
        guard let decidedBy, let decidedByRole else { return nil }
        return Decider(agency: decidedBy, role: decidedByRole)
    }
}

extension FieldRule where Value == [NoticeIssued.Addressee] {
    /// The contacts of some stages.
    static func addressees() -> FieldRule { .list(.object(NoticeIssued.Addressee.record), 0...9) }
}
