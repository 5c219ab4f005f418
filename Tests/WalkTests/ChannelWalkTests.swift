import Contracts
import Foundation
import JSON
import KafkaClient
import PostgresClient
import Safeguarding
import TestSupport
import Testing

/// E-mail and webhooks beside the notices on Kafka: the four executables, a real mail server and a real receiver.
@Suite(
    .enabled(
        if: TestEnvironment.isComplete && TestEnvironment.hasReceivers, "needs PostgreSQL, Kafka and python3-aiosmtpd"),
    .serialized)
struct ChannelWalkTests {
    private static let secret = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()
    private static let nextSecret = "whsec_" + Data((50..<90).map { UInt8($0) }).base64EncodedString()

    /// A partnership whose notifier has a mail server and, for police, a webhook; addresses are changed as the test wants. E-mails
    /// are gathered for so many minutes: what comes together goes together even if that is none.
    func with(
        _ changes: [String: String] = [:], failpoints: String = "", security: String = "none", gatherMinutes: Int = 0,
        _ body: (Partnership, Receivers, [String: String]) async throws -> Void
    ) async throws {
        let receivers = try await Receivers()
        let policy = NSTemporaryDirectory() + "keepsight-policy-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: policy) }
        do {
            try FileManager.default.copyItem(atPath: TestEnvironment.project + "/deploy/policy", toPath: policy)
            try ChannelWalkTests.secret.write(toFile: policy + "/one.secret", atomically: true, encoding: .utf8)
            try ChannelWalkTests.nextSecret.write(toFile: policy + "/two.secret", atomically: true, encoding: .utf8)
            var agencies = try String(contentsOfFile: policy + "/agencies.yaml", encoding: .utf8)
            let hook = "http://127.0.0.1:\(receivers.httpPort)/ok"
            agencies = agencies.replacing(
                "email: stage1.police@example.org",
                with: "email: stage1.police@example.org, "
                    + "webhook: { url: \"\(hook)\", secretFiles: [one.secret, two.secret] }")
            for (address, other) in changes {
                agencies = agencies.replacing(
                    address, with: other.replacing("HTTP", with: "http://127.0.0.1:\(receivers.httpPort)"))
            }
            try agencies.write(toFile: policy + "/agencies.yaml", atomically: true, encoding: .utf8)
            let notices = try String(contentsOfFile: policy + "/notices.yaml", encoding: .utf8)
            try notices.replacing("gatherMinutes: 10", with: "gatherMinutes: \(gatherMinutes)")
                .write(toFile: policy + "/notices.yaml", atomically: true, encoding: .utf8)
            let settings = [
                "KEEPSIGHT_POLICY_DIR": policy, "KEEPSIGHT_SMTP_URL": "smtp://127.0.0.1:\(receivers.mailPort)",
                "KEEPSIGHT_SMTP_SECURITY": security, "KEEPSIGHT_MAIL_FROM": "keepsight@example.org",
                "KEEPSIGHT_FAILPOINTS": failpoints,
            ]
            try await withPartnership(["notifier": settings]) { try await body($0, receivers, settings) }
        } catch {
            await receivers.stop()
            throw error
        }
        await receivers.stop()
    }

    func decide(_ partnership: Partnership) async throws -> [Partnership.Heard] {
        try await begin(partnership)
        return try await tell(partnership)
    }

    /// The school has referred the child, and three agencies work with it: of what is decided four are told, and two are asked.
    private func begin(_ partnership: Partnership) async throws {
        try await partnership.accept("referral.made", as: "school-hill", data: SampleEvents.referral(children: 1))
        for (agency, prefix) in [("csc", "CSC"), ("police", "POL"), ("health-visiting", "HV")] {
            try await partnership.accept(
                "involvement.opened", as: agency, data: SampleEvents.involvement(prefix, children: 1))
        }
    }

    private static let decision = SampleEvents.decision(children: ["A"], from: "section-17", to: "early-help")

    private func tell(_ partnership: Partnership) async throws -> [Partnership.Heard] {
        try await partnership.accept("decision.changed", as: "csc", data: Self.decision)
        return try await partnership.hear(atLeast: 6) { $0.isOfTheMatter }
    }

    func states(_ partnership: Partnership) async throws -> [String: Int] {
        let connection = try await partnership.database.connect(schema: "notifier")
        let result = try await connection.run(
            SQLStatement(
                name: "states",
                "SELECT channel || ' ' || state AS state, count(*) AS deliveries FROM channel_delivery GROUP BY 1"))
        await connection.close()
        return Dictionary(
            uniqueKeysWithValues: try result.rows.map { (try $0.text("state"), Int(try $0.int8("deliveries"))) })
    }

    /// Waits until no delivery waits any more; what there is when the time is over.
    func settled(_ partnership: Partnership, seconds: Double = 20) async throws -> [String: Int] {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds * TestEnvironment.patience))
        var states = try await states(partnership)
        while states.keys.contains(where: { $0.hasSuffix("waiting") }), ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
            states = try await self.states(partnership)
        }
        return states
    }

    @Test(
        "A8, N2: each notice goes once by each channel of its contact, in one e-mail with the others; nothing of it is personal"
    )
    func delivered() async throws {
        try await with { partnership, receivers, _ in
            let told = try await decide(partnership)
            #expect(told.count == 6)
            #expect(try await settled(partnership) == ["email delivered": 6, "webhook delivered": 2])
            let mails = try receivers.mails()
            let posts = try receivers.posts()
            #expect(mails.count == 4 && posts.count == 2, "police and health visiting are told and asked in one e-mail")

            let references = Set(told.compactMap { $0.notice?.reference?.text })
            #expect(references.count == 6)
            for reference in references { #expect(mails.count { $0.contains("  \(reference)") } == 1) }
            // Not the signatures: in their 43 random letters each, any two stand in one run of twenty-five. That each is the
            // signature of what is scanned here, and nothing else, is asked below.
            let everything =
                mails
                + posts.map { post in
                    ([post.body] + post.headers.filter { $0.key != "webhook-signature" }.values).joined(separator: "\n")
                }
            for text in everything {
                for word in [
                    "Alma", "Testperson", "2010-01-02", "Sample Row", "YO1", "HV-A", "CSC-A", "SCH-A", "D1", "section",
                    "S47", "Support", "n1-", "threshold", told[0].notice?.noticeID.household.text ?? "?",
                ] { #expect(!text.contains(word), "\(word)") }
            }
            let identifiers = mails.compactMap { mail in
                mail.split(separator: "\r\n").first { $0.hasPrefix("Message-ID:") }
            }
            #expect(Set(identifiers).count == 4)

            for post in posts {
                let id = post.headers["webhook-id"] ?? ""
                let signed = Array("\(id).\(post.headers["webhook-timestamp"] ?? "").\(post.body)".utf8)
                let (one, other) = (
                    try await Receivers.hmac(of: signed, secret: ChannelWalkTests.secret),
                    try await Receivers.hmac(of: signed, secret: ChannelWalkTests.nextSecret)
                )
                #expect(post.headers["webhook-signature"] == "v1,\(one) v1,\(other)")
                #expect(id.hasPrefix("notice-"))
                let body = try JSONDocument(parsing: Array(post.body.utf8), limits: .event).root
                #expect(references.contains(body["data"]?["reference"]?.string ?? ""))
            }
            let classes = try posts.map {
                try JSONDocument(parsing: Array($0.body.utf8), limits: .event).root["data"]?["class"]
            }
            #expect(Set(classes.map { $0?.string }) == ["decision", "view"])
            #expect(Set(posts.map { $0.headers["webhook-id"] }).count == 2)
            // That a notice is on its topic is noted a moment after it is there.
            try await partnership.settle()
            let matrix = try await partnership.keepsight(["matrix", "D1"])
            #expect(matrix.status == 0)
            #expect(matrix.text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(matrix.text)")
            for word in [
                "Protecting", "notices 2 of", "webhook 2", "Falls due next", "Said: its answer",
            ] {
                #expect(matrix.text.words.contains(word), "\(word) in \(matrix.text)")
            }
        }
    }

    @Test("What may succeed later is tried again by the clock; what never will becomes work, and is tried when told to")
    func retried() async throws {
        try await with([
            "stage1.school-hill@example.org": "refuse@example.org",
            "stage1.health-visiting@example.org": "busyonce@example.org", "/ok\"": "/status/410\"",
        ]) { partnership, receivers, _ in
            _ = try await decide(partnership)
            #expect(
                try await receivers.mails(atLeast: 2).count == 2, "social care and police")
            #expect(try await reaches(partnership) { $0["email waiting"] == 2 && $0["webhook failed"] == 2 })
            try await partnership.database.moveClock(bySeconds: 61)
            #expect(
                try await settled(partnership) == ["email delivered": 5, "email failed": 1, "webhook failed": 2])
            let mails = try receivers.mails()
            #expect(mails.count == 3)
            #expect(
                mails.last?.contains("There are 2 notices for your agency.") == true,
                "what failed as one is tried as one")

            let list = try await partnership.keepsight(["deliveries"])
            #expect(list.text.contains("refused (550)") && list.text.contains("gone (410)"), "\(list.text)")
            #expect(list.text.contains("ask the agency"))
            let json = try await partnership.keepsight(["deliveries", "--json"]).text.split(separator: "\n")
            #expect(json.count == 3)
            #expect(
                try await partnership.keepsight(["deliveries", "--all", "--json"]).text.split(separator: "\n").count
                    == 6, "a line for each message")
            let retry = try await partnership.keepsight(
                ["deliveries", "retry", "all", "--by", "Sam Example, operator", "--reason", "test"])
            #expect(retry.status == 0 && retry.text.contains("3 deliveries"))
            _ = try await receivers.posts(atLeast: 4)
            #expect(try receivers.posts().count == 4)
            #expect(
                try await reaches(partnership) { $0 == ["email delivered": 5, "email failed": 1, "webhook failed": 2] })
            let again = try await partnership.keepsight(
                ["deliveries", "retry", "999999", "--by", "Sam Example, operator", "--reason", "test"])
            #expect(again.status == 1 && again.text.contains("refused"))
        }
    }

    func reaches(_ partnership: Partnership, seconds: Double = 20, _ isThere: ([String: Int]) -> Bool)
        async throws -> Bool
    {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds * TestEnvironment.patience))
        while ContinuousClock.now < end {
            if isThere(try await states(partnership)) { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    @Test("A mail server that hangs holds up no notice on Kafka; when it goes on, every e-mail arrives")
    func hanging() async throws {
        try await with { partnership, receivers, _ in
            try await begin(partnership)
            receivers.hang(true)
            // The client gives the server up after 20 s, so it is this figure, whatever the machine.
            let start = ContinuousClock.now
            let told = try await tell(partnership)
            #expect(told.count == 6)
            #expect(start.duration(to: .now) < .seconds(15), "the notices waited for the mail server")
            #expect(try receivers.mails().isEmpty)
            receivers.hang(false)
            #expect(try await receivers.mails(atLeast: 4, seconds: 60).count >= 4)
        }
    }

    @Test("Killed between sending and recording, the notifier sends again, and each message under its own identifier")
    func killed() async throws {
        try await with(failpoints: "delivery.afterSend=kill") { partnership, receivers, settings in
            try await begin(partnership)
            try await partnership.publish("decision.changed", as: "csc", data: Self.decision)
            let child = await partnership.child("notifier")
            #expect(await child?.ended(withinSeconds: 40) == true)
            try await partnership.start("notifier", settings.merging(["KEEPSIGHT_FAILPOINTS": ""]) { $1 })
            #expect(try await partnership.hear(atLeast: 6) { $0.isOfTheMatter }.count == 6)
            #expect(try await reaches(partnership) { $0 == ["email delivered": 6, "webhook delivered": 2] })
            let identifiers = try receivers.mails().compactMap { mail in
                mail.split(separator: "\r\n").first { $0.hasPrefix("Message-ID:") }
            }
            #expect(Set(identifiers).count == 4)
            let hooks = try receivers.posts().compactMap { $0.headers["webhook-id"] }
            #expect(Set(hooks).count == 2)
            #expect(
                identifiers.count + hooks.count > 6,
                "nothing was sent twice, so that nobody would notice if a copy could not be recognised")
        }
    }
}

extension String {
    /// Its words without the line breaks between them.
    var words: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
