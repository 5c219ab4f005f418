import JSON
import Safeguarding

/// `notice.issued`: what an agency is told, with the child named by that agency's own reference (P7).
public struct NoticeIssued: EventPayload {
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
    }

    /// The type that this is the data of.
    public static let type = EventType("notice.issued")

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

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let notice = data.requiredNoticeID(&reasons)
        let kind: NoticeKind? = data.requiredEnum("kind", &reasons)
        let ref = data.optionalObject("child", &reasons)?.requiredString("ref", maximumCharacters: 100, &reasons)
        let handle = data.present("childHandle") == nil ? nil : data.requiredPersonID("childHandle", &reasons)
        let canAnswer = data.requiredArray("canAnswer", count: 0...10, &reasons)?.compactMap { $0.text(40, &reasons) }
        let because = data.requiredArray("openedBecause", count: 0...3, &reasons)?
            .compactMap { $0.text(20, &reasons).flatMap(PartyReason.init(rawValue:)) }
        guard let notice, let kind, let canAnswer, let because else { return nil }
        self.init(
            noticeID: notice, kind: kind, childRef: ref, childHandle: handle, canAnswer: canAnswer,
            openedBecause: because)
        readDecision(of: data, &reasons)
        guard reasons.all.count == before else { return nil }
    }

    private mutating func readDecision(of data: JSONValue, _ reasons: inout RefusalReasons) {
        decisionID = data.optionalString("decisionId", &reasons)
        version = data.present("version") == nil ? nil : data.requiredInteger("version", in: 1...1_000_000, &reasons)
        from = data.optionalEnum("from", &reasons)
        to = data.optionalEnum("to", &reasons)
        state = data.optionalEnum("state", &reasons)
        isUrgent = data.optionalBool("urgent", &reasons)
        outcome = data.optionalEnum("outcome", &reasons)
        referralID = data.optionalString("referralId", &reasons)
        rating = data.optionalObject("rating", &reasons).flatMap { RatingStep(reading: $0, &reasons) }
        if let by = data.optionalObject("decidedBy", &reasons) {
            decidedBy = by.requiredAgency("agency", &reasons)
            decidedByRole = by.requiredString("role", &reasons)
        }
        decidedAt = data.optionalInstant("decidedAt", &reasons)
        reason = data.optionalText("reason", &reasons)
        respondBy = data.optionalInstant("respondBy", &reasons)
        if let text = data.optionalString("about", &reasons) {
            about = NoticeID(text)
            if about == nil {
                reasons.add(.invalidIdentifier, at: data.pointer + "/about", "Give the noticeId as the notice has it.")
            }
        }
        if let text = data.optionalString("reference", &reasons) {
            reference = NoticeReference(text)
            if reference == nil {
                reasons.add(.invalidIdentifier, at: data.pointer + "/reference", "Four groups of four digits.")
            }
        }
        unacknowledgedBy =
            data.present("unacknowledgedBy") == nil ? nil : data.requiredAgency("unacknowledgedBy", &reasons)
        readEscalation(of: data, &reasons)
    }

    private mutating func readEscalation(of data: JSONValue, _ reasons: inout RefusalReasons) {
        addressedTo = data.optionalArray("addressedTo", count: 0...Addressee.maximumCount, &reasons).compactMap {
            Addressee(reading: $0, &reasons)
        }
        task = data.optionalEnum("task", &reasons)
        escalationID = data.present("escalationId") == nil ? nil : data.requiredEscalationID(&reasons)
        stage = data.present("stage") == nil ? nil : data.requiredInteger("stage", in: 1...9, &reasons)
        escalationOutcome = data.optionalEnum("escalationOutcome", &reasons)
        isGoodPractice = data.optionalBool("goodPractice", &reasons)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("noticeId", noticeID.text)
        writer.field("kind", kind.rawValue)
        if let childRef { writer.object("child") { $0.field("ref", childRef) } }
        writer.field("childHandle", childHandle?.text)
        writer.field("decisionId", decisionID)
        writer.field("version", version)
        writer.field("from", from?.rawValue)
        writer.field("to", to?.rawValue)
        writer.field("state", state?.rawValue)
        writer.field("urgent", isUrgent)
        writer.field("outcome", outcome?.rawValue)
        if let rating { writer.object("rating") { rating.write(to: &$0) } }
        writer.field("referralId", referralID)
        if let decidedBy, let decidedByRole {
            writer.object("decidedBy") {
                $0.field("agency", decidedBy.text)
                $0.field("role", decidedByRole)
            }
        }
        writer.field("decidedAt", decidedAt?.rfc3339)
        writer.field("reason", reason)
        writer.field("respondBy", respondBy?.rfc3339)
        writer.array("canAnswer", canAnswer) { $0.string($1) }
        writer.array("openedBecause", openedBecause.map(\.rawValue).sorted()) { $0.string($1) }
        writer.field("about", about?.text)
        writer.field("reference", reference?.text)
        writer.field("unacknowledgedBy", unacknowledgedBy?.text)
        if !addressedTo.isEmpty { writer.array("addressedTo", addressedTo) { $1.write(to: &$0) } }
        writer.field("task", task?.rawValue)
        writer.field("escalationId", escalationID?.text)
        writer.field("stage", stage)
        writer.field("escalationOutcome", escalationOutcome?.rawValue)
        writer.field("goodPractice", isGoodPractice)
    }
}

extension NoticeIssued.RatingStep {
    init?(reading step: JSONValue, _ reasons: inout RefusalReasons) {
        let from: RiskRating? = step.requiredEnum("from", &reasons)
        let to: RiskRating? = step.requiredEnum("to", &reasons)
        guard let from, let to else { return nil }
        self.init(from: from, to: to)
    }

    func write(to writer: inout JSONWriter) {
        writer.field("from", from.rawValue)
        writer.field("to", to.rawValue)
    }
}

extension NoticeIssued.Addressee {
    static let maximumCount = 9

    init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        guard let object = value.object(&reasons) else { return nil }
        let stage = object.requiredInteger("stage", in: 1...9, &reasons)
        let role = object.requiredString("role", &reasons)
        guard let stage, let role else { return nil }
        self.init(stage: stage, role: role)
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("stage", stage)
        writer.field("role", role)
        writer.endObject()
    }
}
