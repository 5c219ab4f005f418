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
        let references = ShortReferences(items.map(\.itemID.text))
        var table = Table(["rating", "item", "decision due", "state", "referral", "from", "children", "about"])
        for item in items {
            let due = item.clocks.first { $0.name == DeadlineKind.screeningDecision.rawValue }?.due
            table.add([
                item.rating.rawValue, references(item.itemID.text),
                (due.map(BritishTime.short) ?? "") + (item.isOverdue ? " LATE" : ""),
                item.claimedBy.map { "claimed by \($0.name)" } ?? item.state.rawValue, item.referralID,
                item.referrer.text, String(item.children.count), item.concernKinds.joined(separator: ", "),
            ])
        }
        return table
    }

    /// The items as the queue shows them.
    static func names(_ deployment: Deployment) async throws -> [String] {
        let items = try await open(deployment).map(\.itemID.text)
        return items.map { ShortReferences(items)($0) }
    }

    /// The item that a person's word means, as the queue shows it.
    static func item(_ word: String, _ deployment: Deployment) async throws -> ScreeningItemID {
        if let whole = ScreeningItemID(word) { return whole }
        switch ShortReferences.find(word, among: try await open(deployment).map(\.itemID.text)) {
        case .one(let text):
            if let item = ScreeningItemID(text) { return item }
            fallthrough
        case .none:
            throw CommandFailure(.usage, "No item of the queue is '\(word)' or ends so; see 'keepsight queue'.")
        case .several(let items):
            let names = TerminalText(lines: items.prefix(10).map { "  " + $0 })
            throw CommandFailure(.usage, "More than one item ends with '\(word)'; give more of it:\n\(names)")
        }
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
