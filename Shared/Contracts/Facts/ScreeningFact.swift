import JSON
import Safeguarding

/// A screener took an item, gave it back, decided it, or rated it anew.
public struct ScreeningFact: EventPayload {
    /// Which of the four.
    public enum Action: Sendable, Hashable {
        /// Took it.
        case claimed
        /// Gave it back.
        case released
        /// Decided it: the outcome, why, and outcomes of single children.
        case decided(ScreeningOutcome, reason: String, children: [ScreeningDecided.ChildOutcome])
        /// Rated it anew, and why.
        case rated(RiskRating, reason: String)
    }

    /// The type that this is the data of.
    public static let type = EventType("screening-fact.recorded")

    /// Which item.
    public let itemID: ScreeningItemID
    /// Who.
    public let by: Person
    /// What was done.
    public let action: Action

    /// A screener did something.
    public init(itemID: ScreeningItemID, by: Person, action: Action) {
        self.itemID = itemID
        self.by = by
        self.action = action
    }

    private enum Word: String, CaseIterable {
        case claimed, released, decided, rated
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        guard let word: Word = data.requiredEnum("action", &reasons) else { return nil }
        switch word {
        case .claimed:
            guard let event = ScreeningClaimed(reading: data, &reasons) else { return nil }
            self.init(itemID: event.itemID, by: event.by, action: .claimed)
        case .released:
            guard let event = ScreeningReleased(reading: data, &reasons) else { return nil }
            self.init(itemID: event.itemID, by: event.by, action: .released)
        case .decided:
            // The children of the fact itself stand under the same key as everywhere; outcomes have one of their own.
            guard let event = ScreeningDecided.factRecord.read(data, &reasons) else { return nil }
            self.init(
                itemID: event.itemID, by: event.by,
                action: .decided(event.outcome, reason: event.reason, children: event.children))
        case .rated:
            guard let event = ScreeningRated(reading: data, &reasons) else { return nil }
            self.init(itemID: event.itemID, by: event.by, action: .rated(event.rating, reason: event.reason))
        }
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        switch action {
        case .claimed: writer.field("action", Word.claimed.rawValue)
        case .released: writer.field("action", Word.released.rawValue)
        case .decided(let outcome, let reason, let children):
            writer.field("action", Word.decided.rawValue)
            writer.field("outcome", outcome.rawValue)
            writer.field("reason", reason)
            writer.key("outcomes")
            FieldRule.childOutcomes().write(children, &writer)
        case .rated(let rating, let reason):
            writer.field("action", Word.rated.rawValue)
            writer.field("rating", rating.rawValue)
            writer.field("reason", reason)
        }
        writer.field("itemId", itemID.text)
        writer.object("by") { by.write(to: &$0) }
    }
}
