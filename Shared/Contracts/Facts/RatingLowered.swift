import JSON
import Safeguarding

/// On `screening.outcomes`: a named person has lowered the rating of a referral, with a reason (row A6, section 3.1). Who
/// beside the referrer is to be told depends on who is party to the children's matters, which the screening desk does not
/// know.
public struct RatingLowered: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("rating-lowered.recorded")

    /// The referrer's own identifier of the referral.
    public let referralID: String
    /// The screening item.
    public let itemID: ScreeningItemID
    /// What makes it distinct among the changes of the item: it may be lowered, raised and lowered again.
    public let cause: String
    /// Who referred.
    public let referrer: AgencyCode
    /// The children.
    public let children: [NoticeDue.Child]
    /// The rating that it had.
    public let from: RiskRating
    /// The rating that it has now.
    public let to: RiskRating
    /// When it was lowered.
    public let decidedAt: Instant
    /// Which agency lowered it.
    public let decidedBy: AgencyCode
    /// What the person who did is.
    public let decidedByRole: String
    /// Why.
    public let reason: String
    /// Until when an answer is expected.
    public let respondBy: Instant

    /// A rating that was lowered.
    public init(
        referralID: String, itemID: ScreeningItemID, cause: String, referrer: AgencyCode, children: [NoticeDue.Child],
        from: RiskRating, to: RiskRating, decidedAt: Instant, decidedBy: AgencyCode, decidedByRole: String,
        reason: String, respondBy: Instant
    ) {
        self.referralID = referralID
        self.itemID = itemID
        self.cause = cause
        self.referrer = referrer
        self.children = children
        self.from = from
        self.to = to
        self.decidedAt = decidedAt
        self.decidedBy = decidedBy
        self.decidedByRole = decidedByRole
        self.reason = reason
        self.respondBy = respondBy
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let referral = data.requiredString("referralId", &reasons)
        let item = data.requiredItemID(&reasons)
        let cause = data.requiredString("cause", maximumCharacters: 500, &reasons)
        let referrer = data.requiredAgency("referrer", &reasons)
        let children = data.requiredArray("children", count: 1...ChildDescription.maximumCount, &reasons)?.compactMap {
            NoticeDue.Child(reading: $0, &reasons)
        }
        let from: RiskRating? = data.requiredEnum("from", &reasons)
        let to: RiskRating? = data.requiredEnum("to", &reasons)
        let at = data.requiredInstant("decidedAt", &reasons)
        let by = data.requiredAgency("decidedBy", &reasons)
        let role = data.requiredString("decidedByRole", &reasons)
        let reason = data.requiredText("reason", &reasons)
        let respondBy = data.requiredInstant("respondBy", &reasons)
        guard let referral, let item, let cause, let referrer, let children, let from, let to, let at, let by,
            let role, let reason, let respondBy, reasons.all.count == before
        else { return nil }
        self.init(
            referralID: referral, itemID: item, cause: cause, referrer: referrer, children: children, from: from,
            to: to, decidedAt: at, decidedBy: by, decidedByRole: role, reason: reason, respondBy: respondBy)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("referralId", referralID)
        writer.field("itemId", itemID.text)
        writer.field("cause", cause)
        writer.field("referrer", referrer.text)
        writer.array("children", children) { writer, child in child.write(to: &writer) }
        writer.field("from", from.rawValue)
        writer.field("to", to.rawValue)
        writer.field("decidedAt", decidedAt.rfc3339)
        writer.field("decidedBy", decidedBy.text)
        writer.field("decidedByRole", decidedByRole)
        writer.field("reason", reason)
        writer.field("respondBy", respondBy.rfc3339)
    }
}
