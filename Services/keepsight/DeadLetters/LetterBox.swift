import CommandRuntime
import Contracts
import KafkaClient
import Messaging
import PostgresClient
import Safeguarding

/// A service's dead letters, each once, with what became of it.
struct LetterBox: Sendable {
    struct Entry: Sendable {
        let letter: Letter
        let state: LetterState
    }

    let entries: [Entry]

    /// The letters on the service's topic, and those that have left it while a household still waits behind them. One that
    /// stands on the topic several times, since it was tried again in vain or read again, counts as its last.
    static func read(_ service: String, _ deployment: Deployment) async throws -> LetterBox {
        let (parked, requests) = try await OperatorRequests.withConnection(to: service, deployment) { connection in
            (
                try await connection.run(
                    SQLStatement(name: "waiting_households", bytes: PackageResources.waiting_households_sql)
                ).rows.map { (letter: try Letter(parked: $0, service: service), waiting: try $0.int8("waiting")) },
                try await connection.run(
                    SQLStatement(name: "letter_requests", bytes: PackageResources.letter_requests_sql)
                ).rows.compactMap(LetterBox.request)
            )
        }
        let letters = try await onTopic(of: service, deployment)
        return LetterBox(letters, parked: parked, requests: requests)
    }

    init(
        _ letters: [Letter], parked: [(letter: Letter, waiting: Int64)],
        requests: [(place: String, request: LetterRequest)]
    ) {
        var last: [String: Letter] = [:]
        var order: [String] = []
        // What waits in the table is the last word: whole, as it came, and why it failed the last time.
        for letter in letters + parked.map(\.letter) {
            if let before = last[letter.name] {
                last[letter.name] = letter.seenFirst(before.firstSeen)
            } else {
                last[letter.name] = letter
                order.append(letter.name)
            }
        }
        let waiting = Dictionary(parked.map { ($0.letter.name, $0.waiting) }) { $1 }
        let asked = Dictionary(grouping: requests, by: \.place)
        entries = order.compactMap { name in
            guard let letter = last[name] else { return nil }
            let state = LetterState(
                hasHousehold: letter.household != nil, waiting: waiting[name],
                (asked[letter.place] ?? []).map(\.request))
            return Entry(letter: letter, state: state)
        }
    }

    private static func request(_ row: Row) throws -> (place: String, request: LetterRequest)? {
        guard let action = OperatorRequest.Action(rawValue: try row.text("action")),
            let settlement = OperatorRequest.Settlement(
                kind: try row.optionalText("outcome_kind"), text: try row.optionalText("outcome"))
        else { return nil }
        let request = LetterRequest(
            action: action, by: try row.text("requested_by"),
            at: Instant(microsecondsSinceEpoch: try row.timestamp("done_at")),
            settlement: settlement)
        return (try row.text("letter"), request)
    }

    private static func onTopic(of service: String, _ deployment: Deployment) async throws -> [Letter] {
        let reader = try await KafkaReader(
            try deployment.kafka(), topics: [deployment.topics.deadLetters(of: service).name], from: .earliest)
        do {
            let letters = try await reader.readToEnd(limit: 100_000).map { Letter($0, service: service) }
            await reader.close()
            return letters
        } catch {
            await reader.close()
            throw error
        }
    }
}
