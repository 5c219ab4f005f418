import Channels
import Foundation
import TestSupport
import Testing

/// libcurl against a real mail server and a real receiver.
@Suite(.enabled(if: TestEnvironment.hasReceivers, "needs python3-aiosmtpd: run deploy/test"))
struct DeliveryClientTests {
    private func with(_ options: [String] = [], _ body: (Receivers) async throws -> Void) async throws {
        let receivers = try await Receivers(options)
        do {
            try await body(receivers)
        } catch {
            await receivers.stop()
            throw error
        }
        await receivers.stop()
    }

    private func mail(to name: String) -> Mail {
        Mail(
            from: "keepsight@example.org", to: name + "@example.org", subject: "Keepsight: a notice",
            messageID: "notice-\(name)@example.org", secondsSinceEpoch: 1_795_539_600, lines: ["One.", ".", "Two."])
    }

    private func server(_ receivers: Receivers, _ extra: [String: String] = [:], scheme: String = "smtp") throws
        -> MailServer
    {
        let settings = [
            "KEEPSIGHT_SMTP_URL": "\(scheme)://127.0.0.1:\(receivers.mailPort)",
            "KEEPSIGHT_SMTP_SECURITY": scheme == "smtps" ? "tls" : "none",
            "KEEPSIGHT_MAIL_FROM": "keepsight@example.org",
        ]
        return try #require(try MailServer.read(environment: settings.merging(extra) { $1 }))
    }

    @Test(
        "A mail server takes, refuses and puts off; each e-mail has its own end, and a line of one dot arrives as it is"
    )
    func mails() async throws {
        try await with { receivers in
            let server = try server(receivers)
            let names = ["duty", "refuse", "busy", "refusedata", "duty2"]
            let results = await DeliveryClient().carry(names.map { .mail(mail(to: $0), server, password: nil) })
            #expect(
                results.map(DeliveryOutcome.ofMail) == [
                    .delivered, .never(.refused), .later(.askedToWait), .never(.refused), .delivered,
                ])
            #expect(results.map(\.status) == [250, 550, 450, 554, 250], "the refusal's own code, not the goodbye's")
            let mails = try receivers.mails().sorted()
            #expect(mails.count == 2)
            #expect(mails.first?.hasPrefix("duty2@example.org\r\n") == true)
            #expect(mails.allSatisfy { $0.contains("One.\r\n.\r\nTwo.") })
        }
    }

    @Test("A receiver's status is told; redirects are not followed")
    func webhooks() async throws {
        try await with { receivers in
            let paths = ["ok", "status/204", "status/301", "status/410", "status/429", "status/503"]
            let results = await DeliveryClient().carry(
                paths.map { path in
                    .webhook(
                        WebhookMessage(
                            url: "http://127.0.0.1:\(receivers.httpPort)/\(path)", id: path, secondsSinceEpoch: 1,
                            body: Array(#"{"a":1}"#.utf8)), headers: [("webhook-id", path), ("expect", "")])
                })
            #expect(results.map(\.status) == [200, 204, 301, 410, 429, 503])
            #expect(results.allSatisfy { $0.transport == .completed })
            let posts = try receivers.posts()
            #expect(posts.map(\.path).sorted() == paths.map { "/" + $0 }.sorted())
            #expect(posts.allSatisfy { $0.body == #"{"a":1}"# && $0.headers["webhook-id"].map { "/" + $0 } == $0.path })
        }
    }

    @Test("Where nobody listens: unreachable, and what goes elsewhere at the same time arrives")
    func unreachable() async throws {
        try await with { receivers in
            // Port 1 is nobody's.
            let nobody = try #require(
                try MailServer.read(environment: [
                    "KEEPSIGHT_SMTP_URL": "smtp://127.0.0.1:1", "KEEPSIGHT_SMTP_SECURITY": "none",
                    "KEEPSIGHT_MAIL_FROM": "k@example.org",
                ]))
            let results = await DeliveryClient().carry([
                .mail(mail(to: "duty"), nobody, password: nil),
                .mail(mail(to: "duty"), try server(receivers), password: nil),
            ])
            #expect(results.map(DeliveryOutcome.ofMail) == [.paused(.unreachable), .delivered])
        }
    }

    @Test("A server that hangs costs its time and no more, and holds up nobody beside it")
    func slow() async throws {
        try await with { receivers in
            let server = try server(receivers)
            let start = ContinuousClock.now
            let results = await DeliveryClient(timeoutMilliseconds: Int(2000 * TestEnvironment.patience)).carry([
                .mail(mail(to: "slow"), server, password: nil), .mail(mail(to: "duty"), server, password: nil),
            ])
            #expect(results.map(DeliveryOutcome.ofMail) == [.later(.tooSlow), .delivered])
            #expect(start.duration(to: .now) < .seconds(60), "and not libcurl's own two minutes for a goodbye")
        }
    }

    @Test("Told to stop, the client comes back at once, and says what it has not finished")
    func stopped() async throws {
        try await with { receivers in
            let server = try server(receivers)
            let client = DeliveryClient(timeoutMilliseconds: 600_000)
            let mail = mail(to: "slow")
            let carrying = Task { await client.carry([.mail(mail, server, password: nil)]) }
            try await Task.sleep(for: .milliseconds(300))
            let start = ContinuousClock.now
            carrying.cancel()
            #expect(await carrying.value.map(DeliveryOutcome.ofMail) == [.untried])
            #expect(start.duration(to: .now) < .seconds(120), "and not after its own limit of ten minutes")
        }
    }

    @Test("STARTTLS, with the right authority: delivered; with the system's: nothing is given to a stranger")
    func starttls() async throws {
        let files = try await Receivers.certificate()
        try await with(["--starttls", files.certificate, files.key]) { receivers in
            let trusted = try server(
                receivers, ["KEEPSIGHT_SMTP_SECURITY": "starttls", "KEEPSIGHT_SMTP_CA_FILE": files.certificate])
            let strange = try server(receivers, ["KEEPSIGHT_SMTP_SECURITY": "starttls"])
            let results = await DeliveryClient().carry([
                .mail(mail(to: "duty"), trusted, password: nil), .mail(mail(to: "duty"), strange, password: nil),
            ])
            #expect(results.map(DeliveryOutcome.ofMail) == [.delivered, .paused(.insecure)])
            #expect(try receivers.mails().count == 1)
        }
    }

    @Test("A server without STARTTLS is given nothing where STARTTLS is asked for")
    func noStarttls() async throws {
        try await with { receivers in
            let server = try server(receivers, ["KEEPSIGHT_SMTP_SECURITY": "starttls"])
            let results = await DeliveryClient().carry([.mail(mail(to: "duty"), server, password: nil)])
            #expect(results.map(DeliveryOutcome.ofMail) == [.paused(.insecure)])
            #expect(try receivers.mails().isEmpty)
        }
    }

    @Test("TLS from the first byte, and a login: the right password delivers, a wrong one pauses")
    func login() async throws {
        let files = try await Receivers.certificate()
        let password = NSTemporaryDirectory() + "keepsight-password-" + UUID().uuidString
        try "open sesame\n".write(toFile: password, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: password) }
        try await with(["--tls", files.certificate, files.key, "--login", "keepsight", "open sesame"]) { receivers in
            let server = try server(
                receivers,
                [
                    "KEEPSIGHT_SMTP_CA_FILE": files.certificate, "KEEPSIGHT_SMTP_USER": "keepsight",
                    "KEEPSIGHT_SMTP_PASSWORD_FILE": password,
                ], scheme: "smtps")
            let right = try server.password()
            let results = await DeliveryClient().carry([
                .mail(mail(to: "duty"), server, password: right), .mail(mail(to: "duty"), server, password: "wrong"),
            ])
            #expect(results.map(DeliveryOutcome.ofMail) == [.delivered, .paused(.loginRefused)])
        }
    }
}
