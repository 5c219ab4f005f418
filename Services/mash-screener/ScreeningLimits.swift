import Contracts
import Safeguarding

/// How much of what is undecided one agency can have on one household's desk: the document is read and written with every
/// event of the household, whoever it comes from. Far beyond what a case brings about; what reaches it is a program that
/// runs wild. Referrals of immediate risk are counted by themselves, so that such a program keeps none of them out.
///
/// Intake counts the same referrals and refuses one too many with its receipt. What comes here has its receipt; so this is
/// met only where intake's register has lost something, and then the referral is handed back.
enum ScreeningLimits {
    /// Referrals that nobody has decided.
    static let openItems = HouseholdLimits.referrals
    /// Bytes of them together, as the document has them.
    static let openBytes = 2 * HouseholdLimits.referralBytes

    /// What stands against one more item; `nil` if nothing does.
    static func exceeded(by item: OpenItems.Item, on desk: OpenItems) -> RefusalReason? {
        let open = desk.items.filter {
            $0.shown.referrer == item.shown.referrer && $0.shown.isImmediateRisk == item.shown.isImmediateRisk
        }
        let bytes = open.reduce(item.documentBytes) { $0 + $1.documentBytes }
        guard open.count >= openItems || bytes > openBytes else { return nil }
        let kind = item.shown.isImmediateRisk ? "referrals of immediate risk" : "referrals"
        return RefusalReason(
            path: "/data/referralId", code: .tooManyReferrals,
            message:
                "Your agency has \(open.count) \(kind) of this household that the hub has not decided, which is as "
                + "much as there can be. This one is handed back and nobody looks at it. Ring the hub about what is new, or "
                + "have one of them decided, and send it again.")
    }
}

extension OpenItems.Item {
    /// How much room the item takes in the document.
    fileprivate var documentBytes: Int { document.count }
}

extension RefusalCode {
    /// The agency has as many undecided referrals of the household as one may.
    static let tooManyReferrals = RefusalCode(rawValue: "too-many-referrals")
}
