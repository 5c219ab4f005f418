import Safeguarding

/// `screening.claimed`: a screener takes an item.
public struct ScreeningClaimed: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("screening.claimed")

    /// Which item.
    public let itemID: ScreeningItemID
    /// Who takes it.
    public let by: Person

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        guard let (item, by) = data.screeningAction(&reasons) else { return nil }
        itemID = item
        self.by = by
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("itemId", itemID.text)
        writer.object("by") { by.write(to: &$0) }
    }
}

/// `screening.released`: a screener gives an item back.
public struct ScreeningReleased: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("screening.released")

    /// Which item.
    public let itemID: ScreeningItemID
    /// Who gives it back.
    public let by: Person

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        guard let (item, by) = data.screeningAction(&reasons) else { return nil }
        itemID = item
        self.by = by
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("itemId", itemID.text)
        writer.object("by") { by.write(to: &$0) }
    }
}

/// `screening.decided`: how the screening of a referral ends.
public struct ScreeningDecided: EventPayload {
    /// Another outcome for one of the children.
    public struct ChildOutcome: Sendable, Hashable {
        /// The child as the queue names it.
        public let handle: PersonID
        /// Its outcome.
        public let outcome: ScreeningOutcome
        /// Why.
        public let reason: String
    }

    /// The type that this is the data of.
    public static let type = EventType("screening.decided")

    /// Which item.
    public let itemID: ScreeningItemID
    /// Who decides.
    public let by: Person
    /// The outcome for every child that has none of its own.
    public let outcome: ScreeningOutcome
    /// Why.
    public let reason: String
    /// Outcomes of single children.
    public let children: [ChildOutcome]

    init(itemID: ScreeningItemID, by: Person, outcome: ScreeningOutcome, reason: String, children: [ChildOutcome]) {
        self.itemID = itemID
        self.by = by
        self.outcome = outcome
        self.reason = reason
        self.children = children
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        guard let decision = data.screeningDecision(children: "children", &reasons) else { return nil }
        self = decision
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("itemId", itemID.text)
        writer.object("by") { by.write(to: &$0) }
        writer.field("outcome", outcome.rawValue)
        writer.field("reason", reason)
        if !children.isEmpty { writer.outcomes("children", children) }
    }
}

extension JSONValue {
    fileprivate func screeningAction(_ reasons: inout RefusalReasons) -> (ScreeningItemID, Person)? {
        let before = reasons.all.count
        let item = requiredItemID(&reasons)
        let by = requiredPerson("by", &reasons)
        guard let item, let by, reasons.all.count == before else { return nil }
        return (item, by)
    }

    func requiredItemID(_ reasons: inout RefusalReasons) -> ScreeningItemID? {
        guard let text = requiredString("itemId", &reasons) else { return nil }
        guard let item = ScreeningItemID(text) else {
            reasons.add(.invalidIdentifier, at: pointer + "/itemId", "Give the itemId as the queue has it.")
            return nil
        }
        return item
    }

    func screeningDecision(children key: StaticString, _ reasons: inout RefusalReasons) -> ScreeningDecided? {
        let before = reasons.all.count
        let action = screeningAction(&reasons)
        let outcome: ScreeningOutcome? = requiredEnum("outcome", &reasons)
        let reason = requiredText("reason", &reasons)
        let entries = optionalArray(key, count: 0...ChildDescription.maximumCount, &reasons)
        let children = entries.compactMap { $0.object(&reasons)?.childOutcome(&reasons) }
        guard let (item, by) = action, let outcome, let reason, reasons.all.count == before else { return nil }
        return ScreeningDecided(itemID: item, by: by, outcome: outcome, reason: reason, children: children)
    }

    private func childOutcome(_ reasons: inout RefusalReasons) -> ScreeningDecided.ChildOutcome? {
        let handle = requiredPersonID("handle", &reasons)
        let outcome: ScreeningOutcome? = requiredEnum("outcome", &reasons)
        let reason = requiredText("reason", &reasons)
        guard let handle, let outcome, let reason else { return nil }
        return ScreeningDecided.ChildOutcome(handle: handle, outcome: outcome, reason: reason)
    }
}

extension JSONWriter {
    mutating func outcomes(_ key: StaticString, _ children: [ScreeningDecided.ChildOutcome]) {
        array(key, children) { writer, child in
            writer.beginObject()
            writer.field("handle", child.handle.text)
            writer.field("outcome", child.outcome.rawValue)
            writer.field("reason", child.reason)
            writer.endObject()
        }
    }
}
