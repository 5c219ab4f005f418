import CommandRuntime
import Contracts
import JSON
import KafkaClient
import MashScreenerSpec
import Messaging
import Safeguarding
import ServiceRuntime

/// `keepsight queue`: what waits for its screening.
enum QueueCommand {
    static let command = Command(
        "queue", "Show the referrals that wait for their screening, the most pressing first.",
        options: [Command.Option("json", nil, "Print each item as a line of JSON.")]
    ) { invocation in
        let items = try await open(Deployment(environment: invocation.environment))
        if invocation.has("json") {
            for item in items {
                Output.json { writer in
                    writer.beginObject()
                    item.write(to: &writer)
                    writer.endObject()
                }
            }
            return .ok
        }
        guard !items.isEmpty else {
            Output.line("Nothing waits for its screening.")
            return .ok
        }
        Output.line(table(items).text)
        return .ok
    }

    static func table(_ items: [ScreeningItemUpdated]) -> Table {
        var table = Table(["rating", "decision due", "state", "referral", "from", "children", "about", "item"])
        for item in items {
            let due = item.clocks.first { $0.name == DeadlineKind.screeningDecision.rawValue }?.due.rfc3339 ?? ""
            table.add([
                item.rating.rawValue, due + (item.isOverdue ? " LATE" : ""),
                item.claimedBy.map { "claimed by \($0.name)" } ?? item.state.rawValue, item.referralID,
                item.referrer.text, String(item.children.count), item.concernKinds.joined(separator: ", "),
                item.itemID.text,
            ])
        }
        return table
    }

    /// The latest of each item; a tombstone takes it off the queue.
    static func open(_ deployment: Deployment) async throws -> [ScreeningItemUpdated] {
        let reader = try await KafkaReader(
            try deployment.kafka(), topics: [deployment.topics.screeningQueue.name], from: .earliest)
        var items: [String: ScreeningItemUpdated] = [:]
        for message in try await reader.readToEnd(limit: 1_000_000) {
            let key = String(decoding: message.key ?? [], as: UTF8.self)
            items[key] = item(message)
        }
        await reader.close()
        return items.values.filter { $0.state != .decided }.sorted {
            (rank($0.rating), $0.receivedAt) < (rank($1.rating), $1.receivedAt)
        }
    }

    static func item(_ message: KafkaMessage) -> ScreeningItemUpdated? {
        var reasons = RefusalReasons()
        return AgencyNotice.event(message).flatMap { ScreeningItemUpdated(reading: $0.data, &reasons) }
    }

    private static func rank(_ rating: RiskRating) -> Int {
        switch rating {
        case .red: 0
        case .amber: 1
        case .green: 2
        }
    }
}
