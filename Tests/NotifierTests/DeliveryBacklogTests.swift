import Channels
import Policy
import Safeguarding
import ServiceRuntime
import Testing

@testable import Notifier

/// What is said of deliveries that have not gone.
struct DeliveryBacklogTests {
    private let now: Instant

    init() throws {
        now = try #require(Instant(rfc3339: "2026-11-27T10:00:00.5Z"))
    }

    private func backlog(
        _ waiting: Int64, failed: Int64 = 0, waited seconds: Int64 = 60, _ reason: DeliveryOutcome.Reason? = nil,
        channel: Channel = .email
    ) -> DeliveryBacklog {
        DeliveryBacklog(
            channel: channel, waiting: waiting, failed: failed,
            oldest: waiting > 0 ? now.adding(seconds: -seconds) : nil,
            reason: reason, now: now)
    }

    @Test("What everything waits for is said with how many, since when and what to do, and is no reason to be unready")
    func trouble() {
        let status = backlog(3962).status(trouble: .insecure)
        #expect(status.word == "attention")
        #expect(
            status.reason.hasPrefix(
                "3962 e-mails wait, the oldest since 2026-11-27T09:59:00Z: the server at KEEPSIGHT_SMTP_URL"),
            "\(status.reason)")
        #expect(status.reason.contains("KEEPSIGHT_SMTP_SECURITY"))
        for reason in DeliveryOutcome.Reason.allCases {
            for isMail in [true, false] { #expect(reason.advice(isMail: isMail).hasSuffix(".")) }
        }
    }

    @Test("What waits for long without a known outage is said too; what waits a moment, or has a time set, is not")
    func long() {
        #expect(backlog(0).status(trouble: nil) == .ok)
        #expect(backlog(5).status(trouble: nil) == .ok)
        let long = backlog(1, waited: 3600, .askedToWait, channel: .webhook).status(trouble: nil)
        #expect(
            long.reason == "1 webhook message waits, the oldest since 2026-11-27T09:00:00Z, most of them for "
                + "'asked-to-wait': see 'keepsight deliveries'.")
        #expect(backlog(0, failed: 2).status(trouble: nil).reason.contains("2 deliveries have failed"))
    }

    @Test("What an earlier process has left for a channel that this one does not serve is said at once")
    func uncarried() {
        let status = backlog(3).status(trouble: nil, isCarried: false)
        #expect(status.word == "attention" && status.reason.contains("set KEEPSIGHT_SMTP_URL"), "\(status)")
        #expect(backlog(0).status(trouble: nil, isCarried: false) == .ok)
    }
}
