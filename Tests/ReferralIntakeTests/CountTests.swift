import Messaging
import Safeguarding
import Testing

@testable import Contracts
@testable import ReferralIntake

/// What each agency has of a household, as the statements return it: bounds that are reached by their last one, not before.
struct CountTests {
    private static func agency(_ name: String) throws -> AgencyCode { try #require(AgencyCode(name)) }

    @Test("trial A20: an agency introduces sixty children into a household and no more, whatever others do")
    func householdSize() throws {
        let (csc, police) = (try Self.agency("csc"), try Self.agency("police"))
        var size = HouseholdSize(reading: "csc 58,police 3")
        #expect(size.children == [csc: 58, police: 3])
        #expect(size.hasRoom(for: 2, of: csc) && !size.hasRoom(for: 3, of: csc))
        #expect(size.hasRoom(for: 57, of: police) && !size.hasRoom(for: 58, of: police))
        size.add(by: csc)
        size.add(by: try Self.agency("mash"))
        #expect(size.children == [csc: 59, police: 3, try Self.agency("mash"): 1])
        #expect(size.hasRoom(for: 1, of: csc) && !size.hasRoom(for: 2, of: csc))
    }

    @Test("What is no count is none: an agency without one, a word too many, a code that is none")
    func unreadableSizes() throws {
        #expect(HouseholdSize(reading: "") == HouseholdSize())
        #expect(HouseholdSize(reading: "csc,police 1 2,POLICE! 1,csc x").children.isEmpty)
        #expect(HouseholdSize(reading: "csc x,police 1").children == [try Self.agency("police"): 1])
    }

    @Test("trial A20: twenty referrals of an agency are open, and those of immediate risk are counted by themselves")
    func referralCounts() throws {
        let police = try Self.agency("police")
        let (ordinary, immediate) = (
            ReferralCounts.Kind(agency: police, isImmediate: false),
            ReferralCounts.Kind(agency: police, isImmediate: true)
        )
        var counts = ReferralCounts(reading: "police false 19 6100,police true 1 2000")
        #expect(counts.counts == [ordinary: .init(open: 19, weight: 6100), immediate: .init(open: 1, weight: 2000)])
        #expect(counts.hasRoom(for: 1, of: ordinary))
        counts.add(100, of: ordinary)
        #expect(counts[ordinary] == .init(open: 20, weight: 6200))
        #expect(!counts.hasRoom(for: 1, of: ordinary) && counts.hasRoom(for: 1, of: immediate))
        #expect(counts.hasRoom(for: 1, of: .init(agency: try Self.agency("csc"), isImmediate: false)))
    }

    @Test("trial A20: what is open of an agency is bounded by its bytes as well, to the last of them")
    func referralWeights() throws {
        let kind = ReferralCounts.Kind(agency: try Self.agency("police"), isImmediate: false)
        let counts = ReferralCounts(reading: "police false 3 60000")
        #expect(counts.hasRoom(for: 5536, of: kind) && !counts.hasRoom(for: 5537, of: kind))
    }

    @Test("What is no count of referrals is none")
    func unreadableCounts() {
        #expect(ReferralCounts(reading: "") == ReferralCounts())
        for text in [
            "police false 3", "police maybe 3 1", "police false x 1", "police false 1 x", "P! false 1 1", "police",
        ] {
            #expect(ReferralCounts(reading: text) == ReferralCounts(), "\(text)")
        }
        #expect(ReferralCounts(reading: "police maybe 3 1,csc true 1 2").counts.count == 1)
    }
}
