import Safeguarding

/// `screening.rated`: a named person rates a referral anew. Rules raise a rating; only somebody who says why lowers one
/// (domain.md section 3.1).
public struct ScreeningRated: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("screening.rated")

    /// Which item.
    public let itemID: ScreeningItemID
    /// Who rates it.
    public let by: Person
    /// How soon it needs looking at.
    public let rating: RiskRating
    /// Why.
    public let reason: String

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let item = data.requiredItemID(&reasons)
        let by = data.requiredPerson("by", &reasons)
        let rating: RiskRating? = data.requiredEnum("rating", &reasons)
        let reason = data.requiredText("reason", &reasons)
        guard let item, let by, let rating, let reason, reasons.all.count == before else { return nil }
        (itemID, self.by, self.rating, self.reason) = (item, by, rating, reason)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("itemId", itemID.text)
        writer.object("by") { by.write(to: &$0) }
        writer.field("rating", rating.rawValue)
        writer.field("reason", reason)
    }
}
