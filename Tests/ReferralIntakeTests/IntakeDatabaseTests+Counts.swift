import Contracts
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import Messaging
@testable import ReferralIntake

/// What intake counts in its tables: references, children and undecided referrals.
extension IntakeDatabaseTests {
    @Test("E6: how many references an agency has for a child is counted as the table has them")
    func references() async throws {
        try await withTables { tables in
            let time = tables.intake.now.rfc3339
            func record(_ number: Int, _ agency: String, _ tables: inout Tables) throws -> KafkaMessage {
                try tables.intake.record(
                    "involvement.opened.v1", as: agency, id: "r\(number)", time: time,
                    #"{"role":"worker","since":"2026-01-05","children":[{"ref":"P\#(number)","nhsNumber":"9990000018"}]}"#
                )
            }
            let records = try (0..<20).map { try record($0, "police", &tables) }
            #expect(try await tables.take(records).receipts.map(\.isAccepted) == Array(repeating: true, count: 20))
            #expect(try await tables.take([try record(20, "police", &tables)]).receipts.map(\.codes) == [["too-many"]])
            #expect(try await tables.take([try record(20, "csc", &tables)]).receipts.map(\.isAccepted) == [true])
        }
    }

    @Test("trial A20: how many children an agency has brought into a household is counted in the database")
    func householdSize() async throws {
        try await withTables { tables in
            let time = tables.intake.now.rfc3339
            func involve(_ prefix: String, _ count: Int, _ tables: inout Tables) async throws -> [VirtualIntake.Said] {
                // All at one address, each event with the first child of the first.
                let data = Events.involvement(prefix, count).replacing(
                    #""ref":"\#(prefix)-A""#, with: #""ref":"CSC-A""#)
                return try await tables.take([
                    try tables.intake.record("involvement.opened.v1", as: "csc", id: prefix, time: time, data)
                ])
            }
            #expect(try await involve("CSC", 1, &tables).receipts.map(\.isAccepted) == [true])
            try await tables.database.run(
                """
                INSERT INTO referral_intake.person (person, household, introduced_by)
                SELECT gen_random_uuid(), household, 'csc' FROM referral_intake.person, generate_series(1, 58)
                """)
            // One fits. One more would be too many: it lives apart, and nobody is told.
            #expect(try await involve("X", 2, &tables).receipts.map(\.isAccepted) == [true])
            #expect(try await involve("Y", 3, &tables).receipts.map(\.isAccepted) == [true])
            let sizes = try await tables.database.texts(
                "SELECT count(*)::text FROM referral_intake.person GROUP BY household ORDER BY count(*)")
            #expect(sizes == ["1", "60"])
        }
    }

    @Test("trial A20: undecided referrals are counted in the database, and one that is decided makes room there")
    func openReferrals() async throws {
        try await withTables { tables in
            let time = tables.intake.now.rfc3339
            func refer(_ id: String, _ tables: inout Tables) async throws -> [VirtualIntake.Said] {
                try await tables.take([
                    try tables.intake.record(
                        "referral.made.v1", as: "health-visiting", id: id, time: time, ReferralLimitTests.referral(id))
                ])
            }
            let first = try #require(try await refer("R1", &tables).facts.first)
            try await tables.database.run(
                """
                INSERT INTO referral_intake.open_referral (item, household, agency, is_immediate, weight, event)
                SELECT item || n, household, agency, is_immediate, weight, gen_random_uuid()
                FROM referral_intake.open_referral, generate_series(2, 20) n
                """)
            #expect(try await refer("R21", &tables).map(\.codes) == [["too-many-referrals"]])
            let household = try #require(first.key.flatMap { HouseholdID($0) })
            let item = ScreeningItemID(
                household: household, referrer: try #require(AgencyCode("health-visiting")), referralID: "R1")
            let claim = #"{"itemId":"\#(item.text)","by":{"name":"Sam Example","role":"screener"}}"#
            let act = try #require(
                try await tables.take([
                    try tables.intake.record("screening.claimed.v1", as: "mash", id: "s", time: time, claim)
                ]).facts.first)
            let ruling = EventRuling(
                on: try Fact.reading(act.event), reasons: [], at: tables.intake.now, settles: item)
            _ = try await tables.take([tables.intake.record(of: ruling, on: act)])
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.open_referral") == 19)
            let next = try #require(try await refer("R22", &tables).facts.first)
            let refusal = RefusalReason(path: "/data/referralId", code: .tooManyReferrals, message: "No.")
            _ = try await tables.take([try tables.intake.ruling(on: next, [refusal])])
            #expect(try await tables.database.count("SELECT count(*) FROM referral_intake.open_referral") == 19)
        }
    }
}
