import Glibc
import Synchronization

/// A named place in the engine at which tests make a process die, stand still or fail.
public struct Failpoint: Hashable, Sendable {
    /// The place's name.
    public let name: String

    /// Before the transaction of a batch commits.
    public static let batchBeforeCommit = Failpoint(name: "batch.beforeCommit")
    /// After it has committed.
    public static let batchAfterCommit = Failpoint(name: "batch.afterCommit")
    /// Before a consumer is told where to begin. Its failure stands for Kafka's.
    public static let consumerBeforeStart = Failpoint(name: "consumer.beforeStart")
    /// Before Kafka hears how far we are.
    public static let consumerBeforeOffsetCommit = Failpoint(name: "consumer.beforeOffsetCommit")
    /// After the broker has taken outbox rows.
    public static let relayAfterProduce = Failpoint(name: "relay.afterProduce")
    /// Before those rows are deleted.
    public static let relayBeforeDelete = Failpoint(name: "relay.beforeDelete")
    /// After they are deleted.
    public static let relayAfterDelete = Failpoint(name: "relay.afterDelete")
    /// Before revoked partitions are given up.
    public static let rebalanceBeforeUnassign = Failpoint(name: "rebalance.beforeUnassign")
    /// Before fired deadlines are committed.
    public static let sweeperBeforeCommit = Failpoint(name: "sweeper.beforeCommit")

    /// Before a connection to the database is opened.
    public static let databaseConnect = Failpoint(name: "database.connect")
    /// After a channel's receivers have answered, before that is on record.
    public static let deliveryAfterSend = Failpoint(name: "delivery.afterSend")

    /// Before somebody looks what stands at a place that cannot be read. Its failure stands for Kafka's.
    public static let unreadableBeforeLook = Failpoint(name: "unreadable.beforeLook")

    static let all: [Failpoint] = [
        .batchBeforeCommit, .batchAfterCommit, .consumerBeforeStart, .consumerBeforeOffsetCommit, .relayAfterProduce,
        .relayBeforeDelete, .relayAfterDelete, .rebalanceBeforeUnassign, .sweeperBeforeCommit, .databaseConnect,
        .deliveryAfterSend, .unreadableBeforeLook,
    ]
}

/// Why a failpoint list cannot be used, or that one was reached whose action is to fail.
public enum FailpointError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No such place.
    case unknownName(String)
    /// No such action.
    case unknownAction(String)
    /// The place was reached.
    case reached(String)

    /// What to do.
    public var description: String {
        switch self {
        case .unknownName(let name):
            "there is no failpoint '\(name)'; there are " + Failpoint.all.map(\.name).joined(separator: ", ")
        case .unknownAction(let text):
            "'\(text)' is not kill, error or pause:<milliseconds>, with @<n> for the nth time or @<n>-<m>"
        case .reached(let name): "failpoint \(name)"
        }
    }
}

/// The failpoints of a process: `relay.afterProduce=kill@3,batch.beforeCommit=pause:2000`; `database.connect=error@1-4`
/// acts four times. Without any, reaching one costs a branch.
public struct Failpoints: Sendable {
    private enum Action: Sendable {
        case kill
        case error
        case pause(milliseconds: Int)
        case run(@Sendable () async -> Void)
    }

    private final class Armed: Sendable {
        let action: Action
        let hits: ClosedRange<Int>
        let reached = Atomic<Int>(0)

        init(action: Action, hits: ClosedRange<Int>) {
            self.action = action
            self.hits = hits
        }
    }

    /// None.
    public static let none = Failpoints(armed: [:])

    private let armed: [Failpoint: Armed]

    private init(armed: [Failpoint: Armed]) {
        self.armed = armed
    }

    /// Reads a list; an empty text is none.
    public init(parsing text: String) throws(FailpointError) {
        var armed: [Failpoint: Armed] = [:]
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let point = Failpoint.all.first(where: { $0.name == parts[0] }) else {
                throw .unknownName(parts.first ?? "")
            }
            let words = parts[1].split(separator: "@", maxSplits: 1).map(String.init)
            guard let hits = words.count == 2 ? Failpoints.hits(words[1]) : 1...1,
                let action = Failpoints.action(words[0])
            else { throw .unknownAction(parts[1]) }
            armed[point] = Armed(action: action, hits: hits)
        }
        self.armed = armed
    }

    /// For a test in the same process: whoever comes to the place for the first time runs this there.
    init(at point: Failpoint, run action: @escaping @Sendable () async -> Void) {
        armed = [point: Armed(action: .run(action), hits: 1...1)]
    }

    /// The process has come to this place.
    public func reach(_ point: Failpoint) async throws {
        guard !armed.isEmpty, let armed = armed[point] else { return }
        let (_, reached) = armed.reached.add(1, ordering: .relaxed)
        guard armed.hits.contains(reached) else { return }
        switch armed.action {
        case .kill: kill(getpid(), SIGKILL)
        case .error: throw FailpointError.reached(point.name)
        case .pause(let milliseconds): try await Task.sleep(for: .milliseconds(milliseconds))
        case .run(let action): await action()
        }
    }

    /// `3` or `2-5`.
    private static func hits(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], 1 <= first,
            first <= last
        else { return nil }
        return first...last
    }

    private static func action(_ text: String) -> Action? {
        switch text {
        case "kill": return .kill
        case "error": return .error
        default:
            guard text.hasPrefix("pause:"), let milliseconds = Int(text.dropFirst(6)) else { return nil }
            return .pause(milliseconds: milliseconds)
        }
    }
}
