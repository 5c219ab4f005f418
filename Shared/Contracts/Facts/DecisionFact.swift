import JSON
import Safeguarding

/// A decision is to be changed. Whether it can be, the decision register says, and answers.
public struct DecisionFact: EventPayload {
    /// What is decided for one child.
    public struct Change: Sendable, Hashable {
        /// The child.
        public let person: PersonID
        /// The level that it leaves.
        public let from: ThresholdLevel
        /// The level that it goes to.
        public let to: ThresholdLevel
        /// Why, for this child.
        public let rationale: String

        /// What is decided for one child.
        public init(person: PersonID, from: ThresholdLevel, to: ThresholdLevel, rationale: String) {
            self.person = person
            self.from = from
            self.to = to
            self.rationale = rationale
        }
    }

    /// The review meeting that proposed a step-down, and what was said there (T18, row B4).
    public struct Review: Sendable, Hashable {
        /// What one agency said.
        public struct View: Sendable, Hashable {
            /// Which agency.
            public let agency: AgencyCode
            /// What it said.
            public let view: ConsultationView

            /// What one agency said.
            public init(agency: AgencyCode, view: ConsultationView) {
                self.agency = agency
                self.view = view
            }
        }

        /// The sender's identifier of the review.
        public let id: String
        /// When it was held.
        public let heldAt: Instant
        /// What was said; several practitioners of one agency may have several views.
        public let views: [View]

        /// A review meeting.
        public init(id: String, heldAt: Instant, views: [View]) {
            self.id = id
            self.heldAt = heldAt
            self.views = views
        }
    }

    /// The type that this is the data of.
    public static let type = EventType("decision-fact.recorded")

    /// The decision's identifier.
    public let decisionID: String
    /// 1, 2, … in order.
    public let version: Int
    /// What is decided for each child, in the event's order.
    public let changes: [Change]
    /// When it was decided.
    public let decidedAt: Instant
    /// What the person who answers for it is.
    public let authoriserRole: String
    /// Why.
    public let reason: String
    /// The strategy discussion whose decision is changed.
    public let discussionID: String?
    /// Whether it takes effect before everybody has been consulted.
    public let isUrgent: Bool
    /// Why it cannot wait.
    public let urgentReason: String?
    /// The review that proposes it, for a step-down.
    public let review: Review?

    /// A decision is to be changed.
    public init(
        decisionID: String, version: Int, changes: [Change], decidedAt: Instant, authoriserRole: String,
        reason: String, discussionID: String?, isUrgent: Bool, urgentReason: String?,
        review: Review? = nil
    ) {
        self.decisionID = decisionID
        self.version = version
        self.changes = changes
        self.decidedAt = decidedAt
        self.authoriserRole = authoriserRole
        self.reason = reason
        self.discussionID = discussionID
        self.isUrgent = isUrgent
        self.urgentReason = urgentReason
        self.review = review
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("decisionId", &reasons)
        let version = data.requiredInteger("version", in: 1...1_000_000, &reasons)
        let changes = data.requiredArray("changes", count: 1...ChildDescription.maximumCount, &reasons)?
            .compactMap { entry -> Change? in
                let person = entry.requiredPersonID("person", &reasons)
                let from: ThresholdLevel? = entry.requiredEnum("from", &reasons)
                let to: ThresholdLevel? = entry.requiredEnum("to", &reasons)
                let rationale = entry.requiredText("rationale", &reasons)
                guard let person, let from, let to, let rationale else { return nil }
                return Change(person: person, from: from, to: to, rationale: rationale)
            }
        let decidedAt = data.requiredInstant("decidedAt", &reasons)
        let role = data.requiredString("authoriserRole", &reasons)
        let reason = data.requiredText("reason", &reasons)
        let discussion = data.optionalString("discussionId", &reasons)
        let isUrgent = data.requiredBool("urgent", &reasons)
        let urgentReason = data.optionalText("urgentReason", &reasons)
        let review = data.optionalObject("review", &reasons).flatMap { Review(reading: $0, &reasons) }
        guard let id, let version, let changes, let decidedAt, let role, let reason, let isUrgent,
            reasons.all.count == before
        else { return nil }
        self.init(
            decisionID: id, version: version, changes: changes, decidedAt: decidedAt, authoriserRole: role,
            reason: reason, discussionID: discussion, isUrgent: isUrgent, urgentReason: urgentReason, review: review)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("decisionId", decisionID)
        writer.field("version", version)
        writer.array("changes", changes) { writer, change in
            writer.beginObject()
            writer.field("person", change.person.text)
            writer.field("from", change.from.rawValue)
            writer.field("to", change.to.rawValue)
            writer.field("rationale", change.rationale)
            writer.endObject()
        }
        writer.field("decidedAt", decidedAt.rfc3339)
        writer.field("authoriserRole", authoriserRole)
        writer.field("reason", reason)
        writer.field("discussionId", discussionID)
        writer.field("urgent", isUrgent)
        writer.field("urgentReason", urgentReason)
        if let review { writer.object("review") { review.write(to: &$0) } }
    }
}

extension DecisionFact.Review {
    fileprivate init?(reading object: JSONValue, _ reasons: inout RefusalReasons) {
        let id = object.requiredString("id", &reasons)
        let heldAt = object.requiredInstant("heldAt", &reasons)
        let views = object.requiredArray("views", count: 0...100, &reasons)?.compactMap { value -> View? in
            guard let entry = value.object(&reasons) else { return nil }
            let agency = entry.requiredAgency("agency", &reasons)
            let view: ConsultationView? = entry.requiredEnum("view", &reasons)
            guard let agency, let view else { return nil }
            return View(agency: agency, view: view)
        }
        guard let id, let heldAt, let views else { return nil }
        self.init(id: id, heldAt: heldAt, views: views)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("heldAt", heldAt.rfc3339)
        writer.array("views", views) { writer, view in
            writer.beginObject()
            writer.field("agency", view.agency.text)
            writer.field("view", view.view.rawValue)
            writer.endObject()
        }
    }
}
