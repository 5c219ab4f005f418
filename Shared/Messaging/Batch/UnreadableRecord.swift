import Contracts
import KafkaClient

/// What was written together and cannot be read, from one offset of a log to another.
struct UnreadableBatchOfRecords: Sendable {
    /// So many of its records are answered by themselves: a compressed batch can hold hundreds of thousands.
    static let maximumAnswers = 1000

    /// Where it begins, and what stands against it.
    let place: UnreadablePlace
    /// Its last offset.
    let last: Int64

    init(place: UnreadablePlace, last: Int64) {
        self.place = place
        self.last = last
    }

    /// What was found at a place that could not be read.
    init(_ found: UnreadableRecords.Found) {
        let place = found.place
        self.init(
            place: UnreadablePlace(
                partition: place.partition, offset: found.lost.lowerBound, error: place.error, kind: place.kind),
            last: found.lost.upperBound - 1)
    }

    /// Its records, each at its own offset, up to the limit. Past it the last of them stands for those that get no answer of
    /// their own, so that whoever reads on from the last one has passed the batch.
    var records: [UnreadableRecord] {
        guard last >= place.offset else { return [] }
        let most = Int64(UnreadableBatchOfRecords.maximumAnswers)
        let end = min(last, place.offset + most - 1)
        var records = (place.offset..<end).map { UnreadableRecord(batch: self, offset: $0, unanswered: nil) }
        records.append(UnreadableRecord(batch: self, offset: last, unanswered: last > end ? end...(last - 1) : nil))
        return records
    }
}

/// One record of such a batch.
struct UnreadableRecord: Sendable {
    let batch: UnreadableBatchOfRecords
    /// The record's own place in its partition.
    let offset: Int64
    /// The offsets before it that get no answer of their own.
    let unanswered: ClosedRange<Int64>?
}

extension RefusalCode {
    /// What stands in the log cannot be unpacked, or is more than may be.
    static let unreadableRecord = RefusalCode(rawValue: "unreadable-record")
}

extension RefusalReasons {
    /// A record of which only the beginning is held.
    static let tooLongToHold = RefusalReasons(
        .oversize, at: "", "Send at most 256 KiB, the key and the headers included, with at most 256 headers.")
}

extension EventRefusal {
    /// A record of a batch that cannot be unpacked.
    init(_ unreadable: UnreadableRecord) {
        let (place, last) = (unreadable.batch.place, unreadable.batch.last)
        let offsets = place.offset == last ? "offset \(last)" : "offsets \(place.offset) to \(last)"
        var message = "Partition \(place.partition.partition), \(offsets): "
        switch place.kind {
        case .failed:
            message +=
                "what was sent together there cannot be unpacked (\(place.error)), or is more than "
                + "\(KafkaConsumer.maximumUnpackedBytes >> 20) MiB when it is. Nothing of it was read. Send it again in smaller "
                + "batches, or without compression."
        case .stands:
            message +=
                "what stands there does not end where it should (a length is negative or too great). Nothing of it was read. "
                + "Send it again with a client of Kafka's protocol, without compression."
        case .passed, .astray:
            message +=
                "nothing could be read there. If an event of yours stood there, publish it again, with a client of Kafka's "
                + "protocol that numbers the records of a batch in turn."
        }
        if let unanswered = unreadable.unanswered {
            message +=
                " This answers \(unanswered.count) more of its records as well, which get no receipt of their own: offsets "
                + "\(unanswered.lowerBound) to \(unanswered.upperBound)."
        }
        self.init(RefusalReasons(.unreadableRecord, at: "", message), isUnreadable: true)
    }

    /// Whether that is what stands against it.
    var isUnpackable: Bool { reasons.all.first?.code == .unreadableRecord }

    /// What to do, as the reasons say it.
    var sentences: String { reasons.all.map(\.message).joined(separator: " ") }
}
