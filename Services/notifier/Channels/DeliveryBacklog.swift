import Channels
import Contracts
import Policy
import PostgresClient
import Safeguarding
import ServiceRuntime

/// What has not gone by a channel, and what is to be said of it: pure.
struct DeliveryBacklog: Sendable, Equatable {
    /// Deliveries that wait so long without an outage that is known are worth somebody's look.
    static let patienceSeconds: Int64 = 15 * 60

    let channel: Channel
    /// How many wait for an attempt.
    let waiting: Int64
    /// How many have failed for good.
    let failed: Int64
    /// Since when the oldest of those that wait does.
    let oldest: Instant?
    /// What most of those that wait have met with.
    let reason: DeliveryOutcome.Reason?
    let now: Instant

    /// How long the oldest has waited.
    var secondsWaited: Int64 { oldest.map { max(0, now.seconds(since: $0)) } ?? 0 }

    /// How the channel is. `trouble` is what stands in the way of everything, such as a mail server that is not there;
    /// `isCarried` is false where the process has no settings to send anything.
    func status(trouble: DeliveryOutcome.Reason?, isCarried: Bool = true) -> HealthState.Status {
        var sentences: [String] = []
        if waiting > 0, !isCarried {
            sentences.append("\(waits), and nothing carries them: \(settingAdvice)")
        } else if let trouble {
            sentences.append("\(waits): \(trouble.advice(isMail: channel == .email))")
        } else if waiting > 0, secondsWaited >= DeliveryBacklog.patienceSeconds {
            let why = reason.map { "most of them for '\($0.rawValue)'" } ?? "and none was tried"
            sentences.append("\(waits), \(why): see 'keepsight deliveries'.")
        }
        if failed > 0 {
            let have = counted(failed, "delivery has", "deliveries have")
            sentences.append("\(have) failed for good: see 'keepsight deliveries'.")
        }
        return sentences.isEmpty ? .ok : .attention(sentences.joined(separator: " "))
    }

    /// `3962 e-mails wait, the oldest since 2026-11-27T08:00:00Z`.
    var waits: String {
        let what = channel == .email ? "e-mail" : "webhook message"
        let since = oldest.map { ", the oldest since \(DeliveryBacklog.wholeSecond($0).rfc3339)" } ?? ""
        return counted(waiting, what + " waits", what + "s wait") + since
    }

    private static func wholeSecond(_ instant: Instant) -> Instant {
        Instant(microsecondsSinceEpoch: instant.microsecondsSinceEpoch / 1_000_000 * 1_000_000)
    }

    private var settingAdvice: String {
        channel == .email
            ? "set KEEPSIGHT_SMTP_URL and start the notifier again, or see 'keepsight deliveries'."
            : "the policy names no webhook any more; tell those agencies by other means, see 'keepsight deliveries'."
    }
}

extension DeliveryBacklog {
    /// Looks at a channel's deliveries.
    static func read(_ channel: Channel, on connection: PostgresConnection) async throws -> DeliveryBacklog {
        let row = try await connection.run(NotifierSQL.readDeliveryGauges, [.text(channel.rawValue)]).onlyRow()
        return DeliveryBacklog(
            channel: channel, waiting: try row.int8("waiting"), failed: try row.int8("failed"),
            oldest: try row.optionalTimestamp("oldest").map(Instant.init(microsecondsSinceEpoch:)),
            reason: try row.optionalText("reason").flatMap(DeliveryOutcome.Reason.init(rawValue:)),
            now: Instant(microsecondsSinceEpoch: try row.timestamp("now")))
    }
}
