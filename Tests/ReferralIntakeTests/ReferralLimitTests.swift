import Contracts
import Messaging
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// How many undecided referrals of a household one agency can have, judged with the receipt (trial A20).
struct ReferralLimitTests {
    /// A referral of the same family, whoever makes it.
    static func referral(_ id: String, _ extra: String = "") -> String {
        Walk.referral(children: 1).replacing(#""referralId":"R1""#, with: #""referralId":"\#(id)"\#(extra)"#)
    }

    private static func refer(_ door: inout Door, _ id: String, as agency: String = "health-visiting") throws
        -> [Door.Said]
    {
        try door.publish("referral.made.v1", as: agency, id: id, referral(id))
    }

    /// A door with as many undecided referrals of one family and one agency as there can be.
    private static func full() throws -> Door {
        var door = try Door()
        for number in 1...ReferralCounts.maximumOpen {
            let said = try refer(&door, "R\(number)")
            #expect(said.facts.count == 1 && said.receipts.map(\.isAccepted) == [true])
        }
        return door
    }

    @Test(
        "trial A20: of twenty undecided referrals the next is refused by its only receipt; others' and urgent ones are not"
    )
    func refused() throws {
        var door = try Self.full()
        let said = try Self.refer(&door, "R21")
        #expect(said.map(\.codes) == [["too-many-referrals"]] && said.first?.paths == ["/data/referralId"])
        #expect(said.first?.message.contains("Ring the hub") == true)
        #expect(try Self.refer(&door, "P1", as: "police").facts.count == 1)
        let urgent = Self.referral("R22", #","immediateRisk":true"#)
        #expect(try door.publish("referral.made.v1", as: "health-visiting", id: "u", urgent).facts.count == 1)
        // Another family of the same agency has its own.
        let other = Self.referral("R23").replacing("Alma", with: "Zed").replacing("HV-A", with: "HV-Z")
            .replacing("1 Sample Row", with: "9 Far Row")
        #expect(try door.publish("referral.made.v1", as: "health-visiting", id: "o", other).facts.count == 1)
    }

    @Test("trial A20: long referrals are bounded by their bytes together")
    func bytes() throws {
        var door = try Door()
        let kinds = (0..<50).map { #"{"kind":"\#($0)-\#(String(repeating: "x", count: 56))","text":"T."}"# }
        var accepted = 0
        for number in 1...ReferralCounts.maximumOpen {
            let data = Self.referral("R\(number)").replacing(
                #"{"kind":"medical","text":"Nobody came, twice."}"#, with: kinds.joined(separator: ","))
            accepted += try door.publish("referral.made.v1", as: "police", id: "\(number)", data).facts.count
        }
        #expect((1..<ReferralCounts.maximumOpen).contains(accepted))
    }
}
