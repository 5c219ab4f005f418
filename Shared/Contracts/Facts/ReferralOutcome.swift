import JSON
import Safeguarding

/// On `screening.outcomes`: how the screening of a referral ended, for its referrer.
public struct ReferralOutcome: EventPayload {
    /// The outcome for one child.
    public struct Child: Sendable, Equatable {
        /// The child.
        public let person: PersonID
        /// Its outcome.
        public let outcome: ScreeningOutcome
        /// Why.
        public let reason: String
        /// Each agency's own reference.
        public let references: [AgencyCode: String]

        /// The outcome for one child.
        public init(person: PersonID, outcome: ScreeningOutcome, reason: String, references: [AgencyCode: String]) {
            self.person = person
            self.outcome = outcome
            self.reason = reason
            self.references = references
        }
    }

    /// The type that this is the data of.
    public static let type = EventType("referral-outcome.published")

    /// The referrer's own identifier of the referral.
    public let referralID: String
    /// The screening item.
    public let itemID: ScreeningItemID
    /// Who referred.
    public let referrer: AgencyCode
    /// Each child's outcome.
    public let children: [Child]
    /// When it was decided.
    public let decidedAt: Instant
    /// Who decided.
    public let decidedBy: AgencyCode
    /// What the screener is.
    public let decidedByRole: String
    /// Until when an answer is expected.
    public let respondBy: Instant

    /// How the screening of a referral ended.
    public init(
        referralID: String, itemID: ScreeningItemID, referrer: AgencyCode, children: [Child], decidedAt: Instant,
        decidedBy: AgencyCode, decidedByRole: String, respondBy: Instant
    ) {
        self.referralID = referralID
        self.itemID = itemID
        self.referrer = referrer
        self.children = children
        self.decidedAt = decidedAt
        self.decidedBy = decidedBy
        self.decidedByRole = decidedByRole
        self.respondBy = respondBy
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let referral = data.requiredString("referralId", &reasons)
        let item = data.requiredItemID(&reasons)
        let referrer = data.requiredAgency("referrer", &reasons)
        let children = data.requiredArray("children", count: 1...30, &reasons)?.compactMap { entry -> Child? in
            let person = entry.requiredPersonID("person", &reasons)
            let outcome: ScreeningOutcome? = entry.requiredEnum("outcome", &reasons)
            let reason = entry.requiredText("reason", &reasons)
            let references = entry.references(&reasons)
            guard let person, let outcome, let reason else { return nil }
            return Child(person: person, outcome: outcome, reason: reason, references: references)
        }
        let at = data.requiredInstant("decidedAt", &reasons)
        let by = data.requiredAgency("decidedBy", &reasons)
        let role = data.requiredString("decidedByRole", &reasons)
        let respondBy = data.requiredInstant("respondBy", &reasons)
        guard let referral, let item, let referrer, let children, let at, let by, let role, let respondBy,
            reasons.all.count == before
        else { return nil }
        self.init(
            referralID: referral, itemID: item, referrer: referrer, children: children, decidedAt: at, decidedBy: by,
            decidedByRole: role, respondBy: respondBy)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("referralId", referralID)
        writer.field("itemId", itemID.text)
        writer.field("referrer", referrer.text)
        writer.array("children", children) { writer, child in
            writer.beginObject()
            writer.field("person", child.person.text)
            writer.field("outcome", child.outcome.rawValue)
            writer.field("reason", child.reason)
            writer.references(child.references)
            writer.endObject()
        }
        writer.field("decidedAt", decidedAt.rfc3339)
        writer.field("decidedBy", decidedBy.text)
        writer.field("decidedByRole", decidedByRole)
        writer.field("respondBy", respondBy.rfc3339)
    }
}
