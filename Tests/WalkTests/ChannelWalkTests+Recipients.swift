import Contracts
import KafkaClient
import PostgresClient
import Safeguarding
import TestSupport
import Testing

/// Who is on no list: taken off it by a manager, at once and while an e-mail waits; and who joins late.
extension ChannelWalkTests {
    @Test(
        "do-not-notify: a manager takes a recipient off the list, on record; the topic still has its notice; lifted again"
    )
    func doNotNotify() async throws {
        try await with { partnership, receivers, settings in
            func ask(_ words: String...) async throws -> (status: Int32, text: String) {
                try await partnership.keepsight(["do-not-notify", "set"] + words)
            }
            let address = "stage1.school-hill@example.org"
            let nobody = try await ask(
                "school-hill", address, "--by", "Sam Example, teacher", "--reason", "linked to the household")
            #expect(nobody.status == 1 && nobody.text.contains("for a manager"))
            let unknown = try await ask(
                "school-hill", "nobody@example.org", "--by", "Kim Example, head teacher", "--reason", "x")
            #expect(unknown.status == 1 && unknown.text.contains("no contact"))
            #expect(try await ask("school-hill", address, "--by", "Kim Example, head teacher").status == 64)
            let done = try await ask(
                "school-hill", address.uppercased(), "--by", "Kim Example, head teacher", "--reason",
                "linked to the household")
            #expect(done.status == 0, "\(done.text)")
            let listed = try await partnership.keepsight(["do-not-notify", "list"])
            #expect(listed.text.contains(address) && listed.text.contains("linked to the household"))

            let told = try await decide(partnership)
            #expect(told.contains { $0.agency == "school-hill" }, "the topic has its notice all the same")
            #expect(
                try await settled(partnership)
                    == ["email delivered": 5, "email suppressed": 1, "webhook delivered": 2])
            #expect(try receivers.mails().allSatisfy { !$0.contains(address) })
            let all = try await partnership.keepsight(["deliveries", "--all"]).text
            #expect(all.contains("of Kim Example, head teacher"))
            let matrix = try await partnership.keepsight(["matrix", "D1"]).text
            #expect(matrix.words.contains("e-mail off"), "\(matrix)")

            #expect(
                try await partnership.keepsight([
                    "do-not-notify", "lift", "school-hill", address, "--by", "Kim Example, hub manager", "--reason",
                    "over",
                ]).status == 0)
            for agency in ["police", "health-visiting"] {
                try await partnership.accept(
                    "consultation.recorded", as: agency, data: SampleEvents.consultation(of: agency))
            }
            _ = try await partnership.hear(atLeast: 10) { $0.isOfTheMatter }
            #expect(try await settled(partnership)["email suppressed"] == 1, "what was suppressed stays so")
            #expect(try receivers.mails().contains { $0.hasPrefix(address) }, "and what comes later arrives")
            #expect(
                try await partnership.database.count(
                    """
                    SELECT count(*) FROM notifier.do_not_notify d JOIN notifier.operator_request r ON r.id = d.request
                    JOIN notifier.operator_request l ON l.id = d.lifting_request
                    WHERE r.reason = 'linked to the household' AND l.reason = 'over' AND l.requested_by LIKE 'Kim%'
                    """) == 1)
        }
    }

    @Test("Taken off the list while an e-mail waits for its next attempt, the recipient does not get it")
    func suppressedWhileWaiting() async throws {
        try await with(["stage1.school-hill@example.org": "busyonce@example.org"]) { partnership, receivers, _ in
            _ = try await decide(partnership)
            #expect(try await reaches(partnership) { $0["email waiting"] == 1 && $0["email delivered"] == 5 })
            // The command line reads the sample's policy, in which the address is another; the notifier's own counts.
            let done = try await partnership.keepsight([
                "do-not-notify", "set", "school-hill", "busyonce@example.org", "--by", "Kim Example, head teacher",
                "--reason",
                "linked",
            ])
            #expect(done.status == 0)
            try await partnership.database.moveClock(bySeconds: 61)
            #expect(try await settled(partnership)["email suppressed"] == 1)
            #expect(try receivers.mails().count == 3)
        }
    }

    @Test(
        "A7, R1: an agency that is involved while a change is held hears of it; one that is involved afterwards does not"
    )
    func lateJoiner() async throws {
        try await with { partnership, receivers, _ in
            _ = try await decide(partnership)
            #expect(try await settled(partnership) == ["email delivered": 6, "webhook delivered": 2])
            try await partnership.accept(
                "involvement.opened", as: "housing",
                data: #"{"role":"officer","since":"2026-01-05","children":[\#(SampleEvents.children("HOU", 1))]}"#)
            let joined = try await partnership.hear(atLeast: 2) { $0.agency == "housing" && $0.isOfTheMatter }
            #expect(Set(joined.map { $0.notice?.kind }) == [.thresholdChanged, .consultationRequested])
            for agency in ["police", "health-visiting", "housing"] {
                try await partnership.accept(
                    "consultation.recorded", as: agency, data: SampleEvents.consultation(of: agency))
            }
            let later = try await partnership.hear(atLeast: 3) { $0.agency == "housing" && $0.isOfTheMatter }
            #expect(later.last?.notice?.kind == .changeConfirmed && later.count == 3)
            try await partnership.accept(
                "involvement.opened", as: "early-help",
                data: #"{"role":"worker","since":"2026-01-05","children":[\#(SampleEvents.children("EH", 1))]}"#)
            try await partnership.settle()
            #expect(try await partnership.hear(atLeast: 0) { $0.agency == "early-help" && $0.isOfTheMatter }.isEmpty)
            _ = try await settled(partnership)
            // Where the child stands is all that it is told (R19).
            let status = try await partnership.hear(atLeast: 1) { $0.agency == "early-help" && $0.notice != nil }
            #expect(status.map { $0.notice?.kind } == [.currentStatus])
            let matrix = try await partnership.keepsight(["matrix", "D1"]).text
            #expect(matrix.words.contains("version 1: a lower level, in effect after it had waited"), "\(matrix)")
            #expect(!matrix.contains("early-help"))
        }
    }
}
