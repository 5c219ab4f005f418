import Contracts
import KafkaClient

/// What a parked household waits behind: the record that could not be handled.
public struct HouseholdHold: Sendable, Hashable {
    /// The topic of the record, with its prefix.
    public let topic: String
    /// The partition's number.
    public let partition: Int32
    /// The record's place in the partition.
    public let offset: Int64

    /// The place of the record in front.
    public init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    init(_ record: KafkaMessage) { self.init(topic: record.topic, partition: record.partition, offset: record.offset) }

    /// What those who wait can call it when they ask an operator, and what `keepsight dead-letters` shows beside it: 8
    /// hexadecimal digits that say nothing of whom it is about.
    public var reference: String { String(SHA256.identifier("hold", topic, "\(partition)", "\(offset)").prefix(8)) }
}
