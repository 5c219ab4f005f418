import Contracts
import Safeguarding

/// What a procedure wants to happen because of an event: values, carried out by the engine in one transaction.
public enum Effect<Row: Sendable>: Sendable {
    /// Say something on a topic.
    case publish(OutgoingRecord)
    /// Set a clock, or move it if it is set already.
    case arm(Deadline)
    /// Clear a clock, if it is still set.
    case disarm(DeadlineKey)
    /// Write a row of the service's own tables.
    case record(Row)
    /// Count something in the metrics, once the transaction is in effect.
    case measure(Measurement)
}

/// A length of time that the metrics keep as a histogram, from an hour to a month.
public struct Measurement: Sendable, Equatable {
    /// The metric's name without unit, in snake case: a word of ours.
    public let name: String
    /// What it is, for whoever reads the metrics.
    public let help: String
    /// How long.
    public let seconds: Int64

    /// A length of time.
    public init(_ name: String, help: String, seconds: Int64) {
        self.name = name
        self.help = help
        self.seconds = seconds
    }
}

extension Effect: Equatable where Row: Equatable {}

/// The row type of a service that keeps no tables beside the engine's.
public enum NoRows: Sendable, Equatable {}

/// One record for the outbox.
public struct OutgoingRecord: Sendable, Equatable {
    /// The topic's name with its prefix.
    public var topic: String
    /// The record's key: a household, a screening item.
    public var key: String?
    /// The encoded event; `nil` is a tombstone.
    public var value: [UInt8]?
    /// Extra headers as an encoded JSON object of strings; the content type is added for every event.
    public var headers: [UInt8]?
    /// What the service calls this record; it is told when the broker has it.
    public var reference: String?
    /// Under what the metrics count it: a few words of ours, such as `notice change-confirmed`.
    public var tally: String?

    /// A record for the outbox.
    public init(
        topic: String, key: String?, value: [UInt8]?, headers: [UInt8]? = nil, reference: String? = nil,
        tally: String? = nil
    ) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
        self.reference = reference
        self.tally = tally
    }
}
