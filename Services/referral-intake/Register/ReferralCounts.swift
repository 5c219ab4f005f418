import Contracts
import Messaging
import Safeguarding

/// How many referrals of one household that the hub has not decided each agency can have. Judged here, with the receipt, and
/// so never after it; the desk has the same bounds, which it meets only where this register has lost something.
///
/// By agency, so that nobody uses up another's; referrals of immediate risk are counted by themselves, so that a program that
/// runs wild keeps none of them out. A referral counts from its receipt on, and until the ruling on the screener's decision is
/// here: so never less than there are on the desk.
struct ReferralCounts: Sendable, Equatable {
    /// Referrals that nobody has decided.
    static let maximumOpen = HouseholdLimits.referrals
    /// Bytes of them together, as they can stand on the desk at the most: half of its own bound, which holds their clocks and
    /// claims as well.
    static let maximumWeight = HouseholdLimits.referralBytes

    /// Referrals of one agency, of immediate risk or not.
    struct Kind: Hashable, Sendable {
        let agency: AgencyCode
        let isImmediate: Bool
    }

    struct Count: Sendable, Equatable {
        var open = 0
        var weight = 0
    }

    private(set) var counts: [Kind: Count] = [:]

    init() {}

    /// Reads what the statements return: `police false 3 6100,police true 1 2000`.
    init(reading text: String) {
        for part in text.split(separator: ",") {
            let words = part.split(separator: " ")
            guard words.count == 4, let agency = AgencyCode(words[0]), let isImmediate = Bool(String(words[1])),
                let open = Int(words[2]), let weight = Int(words[3])
            else { continue }
            counts[Kind(agency: agency, isImmediate: isImmediate)] = Count(open: open, weight: weight)
        }
    }

    subscript(kind: Kind) -> Count { counts[kind] ?? Count() }

    /// Whether one more can be undecided.
    func hasRoom(for weight: Int, of kind: Kind) -> Bool {
        self[kind].open < ReferralCounts.maximumOpen && self[kind].weight + weight <= ReferralCounts.maximumWeight
    }

    mutating func add(_ weight: Int, of kind: Kind) {
        counts[kind, default: Count()].open += 1
        counts[kind, default: Count()].weight += weight
    }
}

/// A referral of one household that the hub has to decide.
struct OpenReferral: Sendable, Equatable {
    let item: ScreeningItemID
    let kind: ReferralCounts.Kind
    let weight: Int
    let event: EventIdentity
}

extension Register {
    /// A referral is the hub's to decide.
    mutating func add(_ referral: OpenReferral) {
        referralCounts[referral.item.household, default: ReferralCounts()].add(referral.weight, of: referral.kind)
        additions.openReferrals.append(referral)
    }
}

extension RefusalCode {
    /// The agency has as many undecided referrals of the household as one may.
    static let tooManyReferrals = RefusalCode(rawValue: "too-many-referrals")
}
