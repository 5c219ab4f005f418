import Contracts
import Messaging
import Safeguarding

// Referrals: each is the hub's to decide, and one agency can have so many undecided of a household and no more.
extension Admission {
    func facts(of referral: ReferralMade, _ register: inout Register) throws(EventRefusal) -> [Fact] {
        let plan = try identification.plan(referral.children, register).get()
        try refuseBeyondLimit(referral, plan, register)
        let children = identification.learn(plan, &register)
        for household in plan.households {
            register.add(
                OpenReferral(
                    item: ScreeningItemID(
                        household: household, referrer: inbound.agency, referralID: referral.referralID),
                    kind: kind(of: referral), weight: weight(of: referral, in: household, plan, register),
                    event: inbound.identity))
        }
        return facts(
            children, register,
            .referral(
                ReferralFact(
                    referralID: referral.referralID, referrerRole: referral.referrer.role,
                    sourceOfReferral: referral.sourceOfReferral, primaryNeed: referral.primaryNeed,
                    concernKinds: referral.concerns.map(\.kind), isImmediateRisk: referral.isImmediateRisk)))
    }

    private func kind(of referral: ReferralMade) -> ReferralCounts.Kind {
        ReferralCounts.Kind(agency: inbound.agency, isImmediate: referral.isImmediateRisk)
    }

    private func refuseBeyondLimit(
        _ referral: ReferralMade, _ plan: Identification.Plan, _ register: Register
    ) throws(EventRefusal) {
        let kind = kind(of: referral)
        for household in plan.households {
            let counts = register.referralCounts[household] ?? ReferralCounts()
            guard !counts.hasRoom(for: weight(of: referral, in: household, plan, register), of: kind) else { continue }
            let words = referral.isImmediateRisk ? "referrals of immediate risk" : "referrals"
            throw EventRefusal(
                RefusalReasons(
                    .tooManyReferrals, at: "/data/referralId",
                    "Your agency has \(counts[kind].open) \(words) of this household that the hub has not decided, which is "
                        + "as much as there can be. This one has no effect and nobody looks at it. Ring the hub about what is "
                        + "new, or have one of them decided, and send it again."))
        }
    }

    /// Bytes that the referral takes on the desk, at the most: what it says may be escaped, and the desk adds its clocks.
    private func weight(
        of referral: ReferralMade, in household: HouseholdID, _ plan: Identification.Plan, _ register: Register
    ) -> Int {
        let children = plan.children.filter { $0.household == household }.reduce(0) { sum, child in
            let known = register.people[child.person]?.references ?? [:]
            let references = known.merging([inbound.agency: child.description.ref]) { known, _ in known }
            return sum + 200 + references.reduce(0) { $0 + 2 * (2 * $1.value.utf8.count + $1.key.text.utf8.count + 6) }
        }
        return 2000 + 2 * referral.referralID.utf8.count + children
            + referral.concerns.reduce(0) { $0 + 2 * $1.kind.utf8.count + 4 }
    }
}
