import Contracts
import KafkaClient

extension RefusalCode {
    /// What stands in the log cannot be unpacked, or is more than may be.
    static let unreadableRecord = RefusalCode(rawValue: "unreadable-record")
}

extension EventRefusal {
    /// A record of which only the beginning is held.
    static let tooLongToHold = EventRefusal(
        RefusalReasons(.oversize, at: "", "Send at most 256 KiB, headers included, with at most 256 headers."),
        isUnreadable: true)

    /// What stands in a log from one offset to another cannot be unpacked.
    init(unreadable place: UnreadablePlace, through last: Int64) {
        let offsets = place.offset == last ? "offset \(last)" : "offsets \(place.offset) to \(last)"
        let limit = KafkaConsumer.maximumUnpackedBytes >> 20
        self.init(
            RefusalReasons(
                .unreadableRecord, at: "",
                "Partition \(place.partition.partition), \(offsets): what was sent together there cannot be unpacked "
                    + "(\(place.error)), or is more than \(limit) MiB when it is. Nothing of it was read. Send it again in "
                    + "smaller batches, or without compression."),
            isUnreadable: true)
    }

    /// Whether that is what stands against it.
    var isUnpackable: Bool { reasons.all.first?.code == .unreadableRecord }

    /// What to do, as the reasons say it.
    var sentences: String { reasons.all.map(\.message).joined(separator: " ") }
}
