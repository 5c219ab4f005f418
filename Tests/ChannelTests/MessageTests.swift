import Channels
import Foundation
import TestSupport
import Testing

/// What e-mails and webhooks are made of, before anything carries them.
struct MessageTests {
    private static let secrets = [
        "whsec_" + Data((0..<24).map { UInt8($0) }).base64EncodedString(),
        "whsec_" + Data((100..<164).map { UInt8($0) }).base64EncodedString(),
    ]

    private func mail(_ change: (inout Mail) -> Void = { _ in }) -> [String] {
        var mail = Mail(
            from: "keepsight@example.org", to: "duty@police.example.org", subject: "Keepsight: a notice",
            messageID: "notice-1@example.org", secondsSinceEpoch: 1_795_539_600, lines: ["One.", "", "Two."])
        change(&mail)
        return String(decoding: mail.bytes, as: UTF8.self).components(separatedBy: "\r\n")
    }

    @Test("An e-mail has the headers of RFC 5322, and says that a machine wrote it")
    func headers() {
        #expect(
            mail() == [
                "Date: 24 Nov 2026 17:00:00 +0000", "From: Keepsight <keepsight@example.org>",
                "To: <duty@police.example.org>", "Subject: Keepsight: a notice", "Message-ID: <notice-1@example.org>",
                "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=us-ascii",
                "Content-Transfer-Encoding: 7bit", "", "One.", "", "Two.", "",
            ])
    }

    @Test("No value can end its line and begin a header of its own")
    func injection() {
        let lines = mail { mail in
            mail.subject = "x\r\nBcc: all@example.org"
            mail.to = "a@example.org>\r\nBcc: <b@example.org"
            mail.lines = ["x\r\n.\r\nMAIL FROM:<c@example.org>"]
        }
        #expect(lines.count == 12)
        #expect(!lines.contains { $0.hasPrefix("Bcc") || $0 == "." || $0.hasPrefix("MAIL") })
    }

    @Test("A webhook is signed as Standard Webhooks has it; OpenSSL's own program finds the same signatures")
    func signature() async throws {
        let secrets = try MessageTests.secrets.map { try #require(WebhookSecret($0)) }
        let message = WebhookMessage(
            url: "https://example.org", id: "notice-1", secondsSinceEpoch: 1_795_539_600, body: Array(#"{"a":1}"#.utf8))
        let headers = try #require(message.headers(signedWith: secrets))
        let signed = Array(#"notice-1.1795539600.{"a":1}"#.utf8)
        var expected: [String] = []
        for secret in MessageTests.secrets {
            expected.append("v1," + (try await Receivers.hmac(of: signed, secret: secret)))
        }
        #expect(headers.first { $0.name == "webhook-signature" }?.value == expected.joined(separator: " "))
        #expect(headers.first { $0.name == "webhook-id" }?.value == "notice-1")
        #expect(headers.first { $0.name == "webhook-timestamp" }?.value == "1795539600")
        #expect(message.headers(signedWith: []) == nil, "nothing goes unsigned")
    }

    @Test(
        "A secret of another form is none",
        arguments: [
            "", "whsec_", "whsec_c2hvcnQ=", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "whsec_not base64 at all, by far",
            "whsec_" + Data(repeating: 1, count: 65).base64EncodedString(),
        ])
    func notASecret(_ text: String) { #expect(WebhookSecret(text) == nil) }

    @Test("A file without a secret is named, and what stands in it is not")
    func secretFile() throws {
        let file = NSTemporaryDirectory() + "keepsight-secret-" + UUID().uuidString
        try "hunter2".write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        do {
            _ = try WebhookSecret.read(file: file)
            Issue.record("that is no secret")
        } catch {
            #expect(error.description.contains(file) && !error.description.contains("hunter2"))
        }
    }

    @Test(
        "Settings of the mail server that cannot work are refused, each by its name",
        arguments: [
            (["KEEPSIGHT_SMTP_URL": "http://x"], "KEEPSIGHT_SMTP_URL"),
            (["KEEPSIGHT_SMTP_URL": "smtp://"], "KEEPSIGHT_SMTP_URL"),
            (["KEEPSIGHT_SMTP_URL": "smtp://user@x"], "KEEPSIGHT_SMTP_URL"),
            (["KEEPSIGHT_SMTP_URL": "smtp://a b:587"], "KEEPSIGHT_SMTP_URL"),
            (["KEEPSIGHT_SMTP_URL": "smtp://a:x"], "KEEPSIGHT_SMTP_URL"),
            (["KEEPSIGHT_SMTP_URL": "smtp://a:70000"], "KEEPSIGHT_SMTP_URL"),
            (["KEEPSIGHT_SMTP_URL": "smtp://:587"], "KEEPSIGHT_SMTP_URL"),
            (["KEEPSIGHT_SMTP_URL": "smtp://[::1"], "KEEPSIGHT_SMTP_URL"),
            (["KEEPSIGHT_SMTP_SECURITY": "ssl"], "KEEPSIGHT_SMTP_SECURITY"),
            (["KEEPSIGHT_SMTP_SECURITY": "tls"], "KEEPSIGHT_SMTP_SECURITY"),
            (["KEEPSIGHT_SMTP_SECURITY": "none"], "only to this machine"),
            (["KEEPSIGHT_SMTP_URL": "smtps://x", "KEEPSIGHT_SMTP_SECURITY": "none"], "KEEPSIGHT_SMTP_SECURITY"),
            (["KEEPSIGHT_SMTP_USER": "u"], "KEEPSIGHT_SMTP_PASSWORD_FILE"),
            (["KEEPSIGHT_SMTP_USER": "u", "KEEPSIGHT_SMTP_PASSWORD_FILE": "/nowhere"], "/nowhere"),
            (["KEEPSIGHT_SMTP_CA_FILE": "/nowhere"], "KEEPSIGHT_SMTP_CA_FILE"),
            (["KEEPSIGHT_MAIL_FROM": ""], "KEEPSIGHT_MAIL_FROM"),
            (["KEEPSIGHT_MAIL_FROM": "a@b>\r\nDATA"], "KEEPSIGHT_MAIL_FROM"),
        ])
    func settings(_ change: [String: String], _ names: String) throws {
        let right = ["KEEPSIGHT_SMTP_URL": "smtp://mail.example.org:587", "KEEPSIGHT_MAIL_FROM": "k@example.org"]
        let server = try MailServer.read(environment: right)
        #expect(server?.security == .starttls)
        do throws(ChannelSettingsError) {
            _ = try MailServer.read(environment: right.merging(change) { $1 })
            Issue.record("\(change) was taken")
        } catch {
            #expect(error.description.contains(names), "\(error)")
        }
    }

    @Test("Without the server's address there is no mail server, and nothing is wrong with that")
    func noServer() throws { #expect(try MailServer.read(environment: [:]) == nil) }
}
