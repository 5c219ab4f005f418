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
        SampleEvents.referral(children: 1).replacing(#""referralId":"R1""#, with: #""referralId":"\#(id)"\#(extra)"#)
    }

    private static func refer(_ intake: inout VirtualIntake, _ id: String, as agency: String = "health-visiting") throws
        -> [VirtualIntake.Said]
    {
        try intake.publish("referral.made.v1", as: agency, id: id, referral(id))
    }

    /// An intake with as many undecided referrals of one family and one agency as there can be.
    private static func full() throws -> VirtualIntake {
        var intake = try VirtualIntake()
        for number in 1...ReferralCounts.maximumOpen {
            let said = try refer(&intake, "R\(number)")
            #expect(said.facts.count == 1 && said.receipts.map(\.isAccepted) == [true])
        }
        return intake
    }

    @Test(
        "trial A20: of twenty undecided referrals the next is refused by its only receipt; others' and urgent ones are not"
    )
    func refused() throws {
        var intake = try Self.full()
        let said = try Self.refer(&intake, "R21")
        #expect(said.map(\.codes) == [["too-many-referrals"]] && said.first?.paths == ["/data/referralId"])
        #expect(said.first?.message.contains("Ring the hub") == true)
        #expect(try Self.refer(&intake, "P1", as: "police").facts.count == 1)
        let urgent = Self.referral("R22", #","immediateRisk":true"#)
        #expect(try intake.publish("referral.made.v1", as: "health-visiting", id: "u", urgent).facts.count == 1)
        // Another family of the same agency has its own.
        let other = Self.referral("R23").replacing("Alma", with: "Zed").replacing("HV-A", with: "HV-Z")
            .replacing("1 Sample Row", with: "9 Far Row")
        #expect(try intake.publish("referral.made.v1", as: "health-visiting", id: "o", other).facts.count == 1)
    }

    @Test("trial A20: long referrals are bounded by their bytes together")
    func bytes() throws {
        var intake = try VirtualIntake()
        let kinds = (0..<50).map { #"{"kind":"\#($0)-\#(String(repeating: "x", count: 56))","text":"T."}"# }
        var accepted = 0
        for number in 1...ReferralCounts.maximumOpen {
            let data = Self.referral("R\(number)").replacing(
                #"{"kind":"medical","text":"Nobody came, twice."}"#, with: kinds.joined(separator: ","))
            accepted += try intake.publish("referral.made.v1", as: "police", id: "\(number)", data).facts.count
        }
        #expect((1..<ReferralCounts.maximumOpen).contains(accepted))
    }
}
