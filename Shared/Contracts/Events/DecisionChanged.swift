import Safeguarding

/// `decision.changed`: a decision about children is changed, each child with its own rationale (contract.md section 6,
/// domain.md rows A1, A2 and A5).
public struct DecisionChanged: EventPayload {
    /// What is decided for one child.
    public struct ChildChange: Sendable, Hashable {
        /// The sender's own reference.
        public let ref: String
        /// The recorded level that it leaves.
        public let from: ThresholdLevel
        /// The level that it goes to.
        public let to: ThresholdLevel
        /// Why, for this child.
        public let rationale: String
    }

    /// The type that this is the data of.
    public static let type = EventType("decision.changed")

    /// The decision's identifier, unique in the partnership.
    public let decisionID: String
    /// 1, 2, … in order.
    public let version: Int
    /// What is decided for each child.
    public let children: [ChildChange]
    /// When it was decided.
    public let decidedAt: Instant
    /// Who answers for it.
    public let authoriser: Person
    /// Why, for all of them.
    public let reason: String
    /// The strategy discussion whose decision is changed.
    public let discussionID: String?
    /// Whether it must take effect before everybody has been consulted.
    public let isUrgent: Bool
    /// Why it cannot wait; there exactly when it is urgent.
    public let urgentReason: String?

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("decisionId", &reasons)
        let version = data.requiredInteger("version", in: 1...1_000_000, &reasons)
        let children = DecisionChanged.readChildren(of: data, takesBack: (version ?? 1) > 1, &reasons)
        let decidedAt = data.requiredPastInstant("decidedAt", &reasons)
        let authoriser = data.requiredPerson("authoriser", &reasons)
        let reason = data.requiredText("reason", &reasons)
        let discussion = data.optionalString("discussionId", &reasons)
        let isUrgent = data.optionalBool("urgent", &reasons) ?? false
        let urgentReason =
            isUrgent
            ? data.requiredText("urgentReason", &reasons)
            : data.optionalText("urgentReason", &reasons)
        guard let id, let version, let children, let decidedAt, let authoriser, let reason,
            reasons.all.count == before
        else { return nil }
        decisionID = id
        self.version = version
        self.children = children
        self.decidedAt = decidedAt
        self.authoriser = authoriser
        self.reason = reason
        discussionID = discussion
        self.isUrgent = isUrgent
        self.urgentReason = urgentReason
    }

    /// A later version in which nothing changes for any child takes the one before it back.
    static func readChildren(of data: JSONValue, takesBack: Bool = false, _ reasons: inout RefusalReasons)
        -> [ChildChange]?
    {
        guard let entries = data.requiredArray("children", count: 1...ChildDescription.maximumCount, &reasons) else {
            return nil
        }
        data.refuseRepeatedReferences(entries, &reasons)
        let children = entries.compactMap { entry -> ChildChange? in
            guard let object = entry.object(&reasons) else { return nil }
            let ref = object.requiredString("ref", maximumCharacters: 100, &reasons)
            let from: ThresholdLevel? = object.requiredEnum("from", &reasons)
            let to: ThresholdLevel? = object.requiredEnum("to", &reasons)
            if let from, from == to, !takesBack {
                reasons.add(.notAllowed, at: object.pointer + "/to", "Nothing changes: from and to are the same level.")
            }
            let rationale = readRationale(of: object, &reasons)
            guard let ref, let from, let to, let rationale, takesBack || from != to else { return nil }
            return ChildChange(ref: ref, from: from, to: to, rationale: rationale)
        }
        guard children.count == entries.count else { return nil }
        if takesBack, let mixed = children.firstIndex(where: { $0.from == $0.to }),
            children.contains(where: { $0.from != $0.to })
        {
            reasons.add(
                .notAllowed, at: "\(data.pointer)/children/\(mixed)/to",
                "Take a change back for all its children, or decide for each to what level it goes.")
            return nil
        }
        return children
    }

    /// Siblings are not decided about in a lump: each child has a rationale of its own.
    private static func readRationale(of child: JSONValue, _ reasons: inout RefusalReasons) -> String? {
        let given = child["rationale"]?.string?.utf8.contains { $0 > 0x20 } ?? false
        guard child.present("rationale") != nil, given || child["rationale"]?.string == nil else {
            reasons.add(
                .rationaleMissing, at: child.pointer + "/rationale",
                "Say why for this child. What is decided about several children needs a rationale for each.")
            return nil
        }
        return child.requiredText("rationale", &reasons)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("decisionId", decisionID)
        writer.field("version", version)
        writer.array("children", children) { $1.write(to: &$0) }
        writer.field("decidedAt", decidedAt.rfc3339)
        writer.object("authoriser") { authoriser.write(to: &$0) }
        writer.field("reason", reason)
        writer.field("discussionId", discussionID)
        writer.field("urgent", isUrgent)
        writer.field("urgentReason", urgentReason)
    }
}

extension DecisionChanged.ChildChange {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("ref", ref)
        writer.field("from", from.rawValue)
        writer.field("to", to.rawValue)
        writer.field("rationale", rationale)
        writer.endObject()
    }
}
