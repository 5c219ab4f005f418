import JSON
import Safeguarding

/// An agency referred children. The worries' words stay in the register; their kinds travel.
public struct ReferralFact: ServiceEvent {
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

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "referral-fact.recorded", "An agency referred children; the words of its worries stay in intake's register.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"referralId": "HV-REF-1", "referrerRole": "health visitor", "sourceOfReferral": "3B",
                 "primaryNeed": "N1", "concernKinds": ["medical"], "immediateRisk": false}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        ReferralFact.init,
        required("referralId", \.referralID, .line(), "The referrer's own identifier."),
        required("referrerRole", \.referrerRole, .line(), "What the referrer is."),
        required("sourceOfReferral", \.sourceOfReferral, .word(), "The census code of where the referral comes from."),
        optional("primaryNeed", \.primaryNeed, .word(), "The census code of the main reason."),
        optional("concernKinds", \.concernKinds, .list(.line(60), 0...50), or: [], "What the worries are about."),
        required("immediateRisk", \.isImmediateRisk, .bool(), "Whether a child is in immediate danger."))
}
