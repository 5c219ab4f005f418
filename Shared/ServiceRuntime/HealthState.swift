import JSON
import Synchronization

/// How a service is, part by part, as operators and container engines ask for it.
public final class HealthState: Sendable {
    /// A part of a service. Whoever has a part gives it a name: `extension HealthState.Component`.
    public struct Component: RawRepresentable, Hashable, Sendable {
        /// The part's name in answers: kebab-case, stable.
        public let rawValue: String

        /// A part by its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Reading from and writing to Kafka.
        public static let kafka = Component(rawValue: "kafka")
        /// Whether the reading gets from one batch to the next.
        public static let reading = Component(rawValue: "reading")
        /// The database.
        public static let database = Component(rawValue: "database")
        /// The relay of the outbox.
        public static let relay = Component(rawValue: "relay")
        /// The firing of deadlines.
        public static let deadlines = Component(rawValue: "deadlines")
        /// Operators' requests, and the removal of old rows.
        public static let housekeeping = Component(rawValue: "housekeeping")
        /// Whether the logs are the ones that were read before.
        public static let positions = Component(rawValue: "positions")

        /// Parts that every service has, in the order in which they are shown; the others follow by name.
        public static let common: [Component] = [
            .kafka, .reading, .database, .relay, .deadlines, .housekeeping, .positions,
        ]
    }

    /// How a part is. A reason is a sentence for an operator: what is the matter, and what to do.
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

    /// Every common part is starting. A part that not every service has is there as soon as it says how it is.
    public init() {
        statuses = Mutex(Dictionary(uniqueKeysWithValues: Component.common.map { ($0, .starting) }))
    }

    /// How a part is from now on.
    public func report(_ component: Component, _ status: Status) {
        statuses.withLock { $0[component] = status }
    }

    /// How a part is; `nil` if it has said nothing and not every service has it.
    public func status(of component: Component) -> Status? {
        statuses.withLock { $0[component] }
    }

    /// Whether every part works.
    public var isReady: Bool { statuses.withLock { $0.values.allSatisfy(\.works) } }

    /// The answer to `/readyz` and `/healthz`: every part with its status and reason, one JSON document in one line,
    /// `{"ready": bool, "components": {name: {"status": word, "reason": sentence}}}`.
    public var json: String {
        let all = statuses.withLock { $0 }
        let others = all.keys.filter { !Component.common.contains($0) }.sorted { $0.rawValue < $1.rawValue }
        var writer = JSONWriter(escapesForTerminals: true)
        writer.beginObject()
        writer.field("ready", all.values.allSatisfy(\.works))
        writer.object("components") { writer in
            for component in Component.common + others {
                guard let status = all[component] else { continue }
                writer.key(component.rawValue)
                writer.beginObject()
                writer.field("status", status.word)
                writer.field("reason", status.reason)
                writer.endObject()
            }
        }
        writer.endObject()
        return writer.text + "\n"
    }
}

extension HealthState.Status {
    /// The status as one word: starting, ok, attention, degraded, down.
    public var word: String {
        switch self {
        case .starting: "starting"
        case .ok: "ok"
        case .attention: "attention"
        case .degraded: "degraded"
        case .down: "down"
        }
    }

    /// What is the matter and what to do; empty if all is well.
    public var reason: String {
        switch self {
        case .starting: "It has not worked yet. If that stays so for a minute, the service's log says why."
        case .ok: ""
        case .attention(let reason), .degraded(let reason), .down(let reason):
            reason.isEmpty ? "It does not say why; the service's log may." : reason
        }
    }

    fileprivate var works: Bool {
        switch self {
        case .ok, .attention: true
        case .starting, .degraded, .down: false
        }
    }
}
