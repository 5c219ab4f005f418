import JSON
import Safeguarding

/// An agency referred children. The worries' words stay in the register; their kinds travel.
public struct ReferralFact: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("referral-fact.recorded")

    /// The referrer's own identifier.
    public let referralID: String
    /// What the referrer is.
    public let referrerRole: String
    /// The census code.
    public let sourceOfReferral: SourceOfReferral
    /// The main reason.
    public let primaryNeed: PrimaryNeed?
    /// What the worries are about.
    public let concernKinds: [String]
    /// Whether a child is in immediate danger.
    public let isImmediateRisk: Bool

    /// An agency referred children. The worries' words stay in the register; their kinds travel.
    public init(
        referralID: String, referrerRole: String, sourceOfReferral: SourceOfReferral, primaryNeed: PrimaryNeed?,
        concernKinds: [String], isImmediateRisk: Bool
    ) {
        self.referralID = referralID
        self.referrerRole = referrerRole
        self.sourceOfReferral = sourceOfReferral
        self.primaryNeed = primaryNeed
        self.concernKinds = concernKinds
        self.isImmediateRisk = isImmediateRisk
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let referralID = data.requiredString("referralId", &reasons)
        let referrerRole = data.requiredString("referrerRole", &reasons)
        let sourceOfReferral: SourceOfReferral? = data.requiredEnum("sourceOfReferral", &reasons)
        let primaryNeed: PrimaryNeed? = data.optionalEnum("primaryNeed", &reasons)
        let concernKinds = data.optionalArray("concernKinds", count: 0...50, &reasons).compactMap {
            $0.text(60, &reasons)
        }
        let isImmediateRisk = data.requiredBool("immediateRisk", &reasons)
        guard let referralID, let referrerRole, let sourceOfReferral, let isImmediateRisk, reasons.all.count == before
        else { return nil }
        self.init(
            referralID: referralID, referrerRole: referrerRole, sourceOfReferral: sourceOfReferral,
            primaryNeed: primaryNeed, concernKinds: concernKinds, isImmediateRisk: isImmediateRisk)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("referralId", referralID)
        writer.field("referrerRole", referrerRole)
        writer.field("sourceOfReferral", sourceOfReferral.rawValue)
        writer.field("primaryNeed", primaryNeed?.rawValue)
        writer.array("concernKinds", concernKinds) { $0.string($1) }
        writer.field("immediateRisk", isImmediateRisk)
    }
}
