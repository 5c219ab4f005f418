import Synchronization

/// How a service is, part by part, as operators and container engines ask for it.
public final class HealthState: Sendable {
    /// A part of a service.
    public enum Component: String, CaseIterable, Sendable {
        /// Reading from and writing to Kafka.
        case kafka
        /// The database.
        case database
        /// The relay of the outbox.
        case relay
        /// The firing of deadlines.
        case deadlines
        /// Operators' requests, and the removal of old rows.
        case housekeeping
        /// Whether the logs are the ones that were read before.
        case positions
        /// The e-mails of a service that sends some.
        case email
        /// Its webhooks.
        case webhooks

        /// Parts that every service has.
        static let common: [Component] = [.kafka, .database, .relay, .deadlines, .housekeeping, .positions]
    }

    /// How a part is.
    public enum Status: Sendable, Equatable {
        /// It has not worked yet.
        case starting
        /// It works.
        case ok
        /// It works, and somebody should look at what it says.
        case attention(String)
        /// It does not work now and repairs itself.
        case degraded(String)
        /// It needs somebody.
        case down(String)
    }

    private let statuses: Mutex<[Component: Status]>

    /// Every part is starting. A part that not every service has is there as soon as it says how it is.
    public init() {
        statuses = Mutex(Dictionary(uniqueKeysWithValues: Component.common.map { ($0, .starting) }))
    }

    /// How a part is from now on.
    public func report(_ component: Component, _ status: Status) {
        statuses.withLock { $0[component] = status }
    }

    /// Whether every part works.
    public var isReady: Bool { statuses.withLock { $0.values.allSatisfy(\.works) } }

    /// The answer to `/readyz` and `/healthz`: every part with its status and reason.
    public var json: String {
        let all = statuses.withLock { $0 }
        let parts = Component.allCases.filter { all[$0] != nil }.map { component in
            let (word, reason) = describe(all[component] ?? .starting)
            let text = reason.replacing("\\", with: "\\\\").replacing("\"", with: "'").replacing("\n", with: " ")
            return "\"\(component.rawValue)\":{\"status\":\"\(word)\",\"reason\":\"\(text)\"}"
        }
        let isReady = all.values.allSatisfy(\.works)
        return "{\"ready\":\(isReady),\"components\":{" + parts.joined(separator: ",") + "}}\n"
    }

    private func describe(_ status: Status) -> (String, String) {
        switch status {
        case .starting: ("starting", "It has not worked yet.")
        case .ok: ("ok", "")
        case .attention(let reason): ("attention", reason)
        case .degraded(let reason): ("degraded", reason)
        case .down(let reason): ("down", reason)
        }
    }
}

extension HealthState.Status {
    fileprivate var works: Bool {
        switch self {
        case .ok, .attention: true
        case .starting, .degraded, .down: false
        }
    }
}
