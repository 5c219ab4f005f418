import Contracts
import JSON
import Safeguarding
import TestSupport
import Testing

/// Row B3 through the real executables.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct ResponsibilityWalkTests {
    private func attestation(_ day: String, stages: ClosedRange<Int> = 1...5) -> String {
        let contacts = stages.map { #"{"stage":\#($0),"name":"Pat Example","role":"sergeant"}"# }.joined(separator: ",")
        return #"{"by":{"name":"Pat Example","role":"sergeant"},"attestedOn":"\#(day)","contacts":[\#(contacts)]}"#
    }

    @Test("B3: an attestation that misses a stage, or a day that has not come, is refused with its path")
    func refused() async throws {
        try await withPartnership { partnership in
            let missing = try await partnership.publish(
                "contacts.attested", as: "police", data: attestation("2026-01-05", stages: 1...4))
            let receipt = try #require(try await partnership.receipt(of: missing))
            #expect(receipt.data["reasons"]?.elements.map { $0["path"]?.string } == ["/data/contacts"])
            #expect(receipt.data["reasons"]?.elements.first?["code"]?.string == "contact-missing")
            let early = try await partnership.publish(
                "contacts.attested", as: "police", data: attestation("2999-01-05"))
            #expect(
                try await partnership.receipt(of: early)?.data["reasons"]?.elements.map { $0["path"]?.string }
                    == ["/data/attestedOn"])
            #expect(try await partnership.database.count("SELECT count(*) FROM referral_intake.attestation") == 0)
        }
    }

    @Test("B3: who never attests is reminded, then told to the business unit; who does is shown as attested")
    func reminded() async throws {
        try await withPartnership { partnership in
            try await partnership.accept(
                "contacts.attested", as: "police",
                data: attestation(LondonTime.date(at: Partnership.now).description))
            while try await partnership.database.count(
                "SELECT count(*) FROM escalation_tracker.household_state") == 0
            { try await Task.sleep(for: .milliseconds(50)) }
            let agencies = partnership.agencies.count
            #expect(
                try await partnership.database.count(
                    "SELECT count(*) FROM escalation_tracker.deadline WHERE key LIKE 'attestation:%'") == agencies)

            let first = try await lines(partnership, [])
            #expect(first.count == agencies)
            #expect(first.filter { $0["overdue"]?.bool == false }.map { $0["agency"]?.string } == ["police"])
            #expect(first.allSatisfy { $0["contactsComplete"]?.bool == true })

            // A month and a half brings the twenty working days of the first time, and not another ten.
            try await partnership.database.moveClock(bySeconds: 40 * 86_400)
            let reminded = try await partnership.hear(atLeast: agencies - 1) { $0.notice?.task == .attestContacts }
            try await partnership.settle()
            #expect(Set(reminded.map(\.agency)) == Set(partnership.agencies.map(\.text)).subtracting(["police"]))
            let notice = reminded.first?.notice
            #expect(notice?.children == [], "it is about no child")
            try await partnership.database.moveClock(bySeconds: 30 * 86_400)
            // Each of them again, and the business unit once for each beside itself.
            let all = try await partnership.hear(atLeast: 3 * (agencies - 1) - 1) {
                $0.notice?.task == .attestContacts
            }
            try await partnership.settle()
            #expect(all.filter { $0.agency == "business-unit" }.count == agencies)
            #expect(all.filter { $0.agency == "police" }.isEmpty)

            try await partnership.accept(
                "contacts.attested", as: "csc", data: attestation(LondonTime.date(at: Partnership.now).description))
            let overdue = try await lines(partnership, ["--overdue"]).compactMap { $0["agency"]?.string }
            #expect(overdue.count == agencies - 2 && !overdue.contains("csc"))
            // Text for people, with the same content.
            let text = try await partnership.keepsight(["agencies"]).text
            #expect(text.contains("never attested") && text.contains("Pat Example, sergeant"))
            // And a year later, all of them.
            try await partnership.database.moveClock(bySeconds: 370 * 86_400)
            #expect(try await lines(partnership, ["--overdue"]).count == agencies)
            #expect(try await partnership.keepsight(["agencies"]).text.contains("overdue, "))
        }
    }

    private func lines(_ partnership: Partnership, _ options: [String]) async throws -> [JSONValue] {
        try await partnership.keepsight(["agencies", "--json"] + options).text.split(separator: "\n")
            .filter { $0.hasPrefix("{") }
            .map { try JSONDocument(parsing: Array($0.utf8), limits: .event).root }
    }
}
