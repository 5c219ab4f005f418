import Safeguarding

/// `referral.made`: an agency asks children's social care for help for children.
public struct ReferralMade: EventPayload {
    /// One worry, in its kind and in words.
    public struct Concern: Sendable, Hashable {
        /// Kebab-case: `supervision`, `home-conditions`, `medical`, `domestic-abuse`, …
        public let kind: String
        /// What the referrer saw or heard. Stays in intake's register.
        public let text: String
    }

    /// The type that this is the data of.
    public static let type = EventType("referral.made")

    /// The referrer's own identifier of the referral.
    public let referralID: String
    /// Who refers.
    public let referrer: Person
    /// The census code of who refers.
    public let sourceOfReferral: SourceOfReferral
    /// Which children.
    public let children: [ChildDescription]
    /// Why; at least one.
    public let concerns: [Concern]
    /// The main reason, as the census has it.
    public let primaryNeed: PrimaryNeed?
    /// Whether a child is in immediate danger.
    public let isImmediateRisk: Bool

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("referralId", &reasons)
        let referrer = data.requiredPerson("referrer", &reasons)
        let source: SourceOfReferral? = data.requiredEnum("sourceOfReferral", &reasons)
        let children = data.requiredChildren(&reasons)
        let concerns = data.requiredArray("concerns", count: 1...50, &reasons)?.compactMap { entry -> Concern? in
            guard let object = entry.object(&reasons) else { return nil }
            let kind = object.requiredString("kind", maximumCharacters: 60, &reasons)
            let text = object.requiredText("text", &reasons)
            guard let kind, let text else { return nil }
            return Concern(kind: kind, text: text)
        }
        let need: PrimaryNeed? = data.optionalEnum("primaryNeed", &reasons)
        let isImmediate = data.optionalBool("immediateRisk", &reasons)
        guard let id, let referrer, let source, let children, let concerns, reasons.all.count == before else {
            return nil
        }
        referralID = id
        self.referrer = referrer
        sourceOfReferral = source
        self.children = children
        self.concerns = concerns
        primaryNeed = need
        isImmediateRisk = isImmediate ?? false
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("referralId", referralID)
        writer.object("referrer") { referrer.write(to: &$0) }
        writer.field("sourceOfReferral", sourceOfReferral.rawValue)
        writer.array("children", children) { writer, child in
            writer.beginObject()
            child.write(to: &writer)
            writer.endObject()
        }
        writer.array("concerns", concerns) { writer, concern in
            writer.beginObject()
            writer.field("kind", concern.kind)
            writer.field("text", concern.text)
            writer.endObject()
        }
        writer.field("primaryNeed", primaryNeed?.rawValue)
        writer.field("immediateRisk", isImmediateRisk)
    }
}
