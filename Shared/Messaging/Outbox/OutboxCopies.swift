import Synchronization

/// What this process has itself committed to the outbox lately: its relay need not have that read back to it.
///
/// A convenience and no more. A row that is not here any more, since it was forgotten or another process wrote it, is read
/// from the table; whether a row is there at all, and in which order, is for the table alone to say.
final class OutboxCopies: Sendable {
    /// Records that wait here to be taken, at the most. Beyond it all are forgotten.
    private static let maximumRecords = 4000

    private struct Shelf {
        var rows: [Int64: [OutgoingRecord]] = [:]
        var records = 0
    }

    private let shelf = Mutex(Shelf())

    /// A row has been committed.
    func keep(_ records: [OutgoingRecord], of row: Int64) {
        shelf.withLock { shelf in
            if shelf.records + records.count > OutboxCopies.maximumRecords { shelf = Shelf() }
            guard records.count <= OutboxCopies.maximumRecords else { return }
            shelf.rows[row] = records
            shelf.records += records.count
        }
    }

    /// All that was kept since the last time.
    func take() -> [Int64: [OutgoingRecord]] {
        shelf.withLock { shelf in
            defer { shelf = Shelf() }
            return shelf.rows
        }
    }
}
