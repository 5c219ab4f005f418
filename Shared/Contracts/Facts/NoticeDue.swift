import JSON
import Safeguarding

/// On `escalations.events`: agencies are to get notices of something that is no step of a decision itself: a challenge on
/// its way, a conference that was asked for, a discussion or supervision that does not come. Whoever says so decides who
/// is told what; the notifier tells them.
public struct NoticeDue: EventPayload {
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

    /// The type that this is the data of.
    public static let type = EventType("notice-due.recorded")

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

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let cause = data.requiredString("cause", maximumCharacters: 500, &reasons)
        let children = data.requiredArray("children", count: 0...ChildDescription.maximumCount, &reasons)?.compactMap {
            Child(reading: $0, &reasons)
        }
        let receivers = data.requiredArray("receivers", count: 1...1000, &reasons)?.compactMap {
            Receiver(reading: $0, &reasons)
        }
        let content = Content(reading: data, &reasons)
        guard let cause, let children, let receivers, reasons.all.count == before else { return nil }
        self.init(cause: cause, children: children, receivers: receivers, content: content)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("cause", cause)
        writer.array("children", children) { $1.write(to: &$0) }
        writer.array("receivers", receivers) { $1.write(to: &$0) }
        content.write(to: &writer)
    }
}

extension NoticeDue.Child {
    init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        guard let object = value.object(&reasons), let person = object.requiredPersonID("person", &reasons) else {
            return nil
        }
        self.init(person: person, references: object.references(&reasons))
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("person", person.text)
        writer.references(references)
        writer.endObject()
    }
}

extension NoticeDue.Receiver {
    fileprivate init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        guard let object = value.object(&reasons) else { return nil }
        let agency = object.requiredAgency("agency", &reasons)
        let kind: NoticeKind? = object.requiredEnum("kind", &reasons)
        let task: NoticeTask? = object.optionalEnum("task", &reasons)
        let addressees = object.optionalArray("addressedTo", count: 0...NoticeIssued.Addressee.maximumCount, &reasons)
            .compactMap { NoticeIssued.Addressee(reading: $0, &reasons) }
        let because = object.optionalArray("because", count: 0...3, &reasons)
            .compactMap { $0.text(20, &reasons).flatMap(PartyReason.init(rawValue:)) }
        guard let agency, let kind else { return nil }
        self.init(agency: agency, kind: kind, task: task, addressedTo: addressees, because: Set(because))
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("agency", agency.text)
        writer.field("kind", kind.rawValue)
        writer.field("task", task?.rawValue)
        if !addressedTo.isEmpty { writer.array("addressedTo", addressedTo) { $1.write(to: &$0) } }
        if !because.isEmpty {
            writer.array("because", because.map(\.rawValue).sorted()) { $0.string($1) }
        }
        writer.endObject()
    }
}

extension NoticeDue.Content {
    fileprivate init(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        decisionID = data.optionalString("decisionId", &reasons)
        referralID = data.optionalString("referralId", &reasons)
        rating = data.optionalObject("rating", &reasons).flatMap { NoticeIssued.RatingStep(reading: $0, &reasons) }
        version = data.present("version") == nil ? nil : data.requiredInteger("version", in: 1...1_000_000, &reasons)
        escalationID = data.present("escalationId") == nil ? nil : data.requiredEscalationID(&reasons)
        stage = data.present("stage") == nil ? nil : data.requiredInteger("stage", in: 1...9, &reasons)
        isUrgent = data.optionalBool("urgent", &reasons)
        respondBy = data.optionalInstant("respondBy", &reasons)
        reason = data.optionalText("reason", &reasons)
        outcome = data.optionalEnum("outcome", &reasons)
        isGoodPractice = data.optionalBool("goodPractice", &reasons)
        decidedBy = data.present("decidedBy") == nil ? nil : data.requiredAgency("decidedBy", &reasons)
        decidedByRole = data.optionalString("decidedByRole", &reasons)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("decisionId", decisionID)
        writer.field("referralId", referralID)
        if let rating { writer.object("rating") { rating.write(to: &$0) } }
        writer.field("version", version)
        writer.field("escalationId", escalationID?.text)
        writer.field("stage", stage)
        writer.field("urgent", isUrgent)
        writer.field("respondBy", respondBy?.rfc3339)
        writer.field("reason", reason)
        writer.field("outcome", outcome?.rawValue)
        writer.field("goodPractice", isGoodPractice)
        writer.field("decidedBy", decidedBy?.text)
        writer.field("decidedByRole", decidedByRole)
    }
}
