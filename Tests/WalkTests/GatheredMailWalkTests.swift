import Contracts
import Foundation
import JSON
import PostgresClient
import TestSupport
import Testing

/// One e-mail for everything that waits for a contact (contract N2), through the executables and a real mail server.
extension ChannelWalkTests {
    @Test(
        "N2: what comes within the policy's minutes is one e-mail for each contact, and its references find the notices"
    )
    func gathered() async throws {
        try await with(gatherMinutes: 10) { partnership, receivers, _ in
            _ = try await decide(partnership)
            #expect(try await reaches(partnership) { $0 == ["email waiting": 6, "webhook delivered": 2] })
            let list = try await partnership.keepsight(["deliveries"])
            #expect(list.text.contains("6 notices are gathered for e-mails, the next of which goes at"), "\(list.text)")
            // Another event, and so another transaction: it waits with the first.
            try await partnership.accept(
                "consultation.recorded", as: "police", data: SampleEvents.consultation(of: "police", view: "object"))
            try await partnership.settle()
            let told = try await partnership.hear(atLeast: 7) { $0.isOfTheMatter }
            let waiting = try await states(partnership)["email waiting"] ?? 0
            #expect(waiting >= told.count && told.count > 6)
            #expect(try receivers.mails().isEmpty)
            try await partnership.database.moveClock(bySeconds: 601)
            #expect(try await settled(partnership)["email delivered"] == waiting)
            let mails = try receivers.mails()
            #expect(Set(mails.map { $0.prefix { $0 != "\n" } }).count == mails.count, "one for each contact")
            let references = told.compactMap { $0.notice?.reference?.text }
            for reference in references { #expect(mails.contains { $0.contains(reference) }, "\(reference)") }
            let police = try #require(mails.first { $0.hasPrefix("stage1.police") })
            #expect(police.contains("notices for your agency.") && police.contains("Keepsight: a decision waits"))

            // The reference finds its notice, on the topic of the agency that it was told.
            let notice = try #require(told.first { $0.agency == "police" }?.notice)
            let reference = try #require(notice.reference?.text)
            let found = try await partnership.keepsight(["notice", reference.uppercased(), "--agency", "police"])
            #expect(found.status == 0 && found.text.contains(notice.noticeID.text), "\(found.text)")
            #expect(found.text.words.contains("Sampleshire Children's Social Care (csc)"), "\(found.text)")
            let anywhere = try await partnership.keepsight(["notice", reference, "--json"])
            let event = try JSONDocument(parsing: Array(anywhere.text.utf8), limits: .event).root
            #expect(event["data"]?["noticeId"]?.string == notice.noticeID.text)
            let other = try await partnership.keepsight(["notice", reference, "--agency", "csc"])
            #expect(other.status == 1 && other.text.contains("No notice with the reference"), "\(other.text)")
            #expect(try await partnership.keepsight(["notice", "7f3a-91c2"]).status == 64)
            #expect(try await partnership.keepsight(["notice", reference, "--agency", "nobody"]).status == 64)
            let words = try await partnership.keepsight(["completion", "--values", "references"])
            #expect(words.text.contains(reference), "\(words.text)")
            if let file = ProcessInfo.processInfo.environment["KEEPSIGHT_WORDS_FILE"] {
                try await write(partnership, to: file + ".commands")
            }
        }
    }

    @Test(
        "N2: while the mail server is away nothing more is put together; when it is back one e-mail about it all goes")
    func outage() async throws {
        try await with(security: "starttls") { partnership, receivers, settings in
            _ = try await decide(partnership)
            #expect(try await attention(partnership).contains("insecure"))
            for agency in ["police", "health-visiting"] {
                try await partnership.accept(
                    "consultation.recorded", as: agency, data: SampleEvents.consultation(of: agency, view: "object"))
                try await partnership.settle()
            }
            let composed = "SELECT count(DISTINCT message) FROM notifier.channel_delivery"
            #expect(try await partnership.database.count(composed) == 4, "what was tried before it was known")
            let open = composed + " WHERE message IS NULL AND channel = 'email'"
            #expect(try await partnership.database.count(open.replacing("DISTINCT message", with: "*")) > 4)
            try await partnership.restart(
                "notifier", settings.merging(["KEEPSIGHT_SMTP_SECURITY": "none"]) { $1 }, failpoints: "")
            let states = try await settled(partnership)
            let mails = try receivers.mails()
            let contacts = Dictionary(grouping: mails) { $0.prefix { $0 != "\n" } }
            #expect(contacts.values.allSatisfy { $0.count <= 2 }, "\(contacts.mapValues(\.count)), \(states)")
            #expect(mails.count < states["email delivered"] ?? 0)
        }
    }

    /// What commands say of it, for somebody who reads it for the first time.
    private func write(_ partnership: Partnership, to file: String) async throws {
        let clocks = try await partnership.keepsight(["explain", "--json"]).text.split(separator: "\n")
        let clock = try clocks.first.map { try JSONDocument(parsing: Array($0.utf8), limits: .event).root["deadline"] }
        var commands = [
            ["decisions"], ["matrix", "D1"], ["explain", "D1"], ["explain"],
            ["listen", "police", "--from-beginning", "--timeout", "1"], ["escalations"], ["open"],
            ["deliveries", "--all"],
        ]
        if let name = clock??.string { commands.insert(["explain", name], at: 4) }
        var text = ""
        for words in commands {
            let said = try await partnership.keepsight(words).text
            text += "=== keepsight \(words.joined(separator: " "))\n\n\(said)\n\n"
        }
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }
}
