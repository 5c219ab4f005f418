import PostgresClient
import Synchronization

/// An outbox row as this process has committed it.
struct OutboxCopy: Sendable {
    /// The row's name, by which the table's row is known to be this one.
    let name: PostgresUUID
    let records: [OutgoingRecord]
}

/// What this process has itself committed to the outbox lately: its relay need not have that read back to it.
///
/// A convenience and no more. A row that is not here any more, since it was forgotten or another process wrote it, is read
/// from the table; whether a row is there at all, and in which order, is for the table alone to say. A database that has
/// lost its last commits has lost rows that are known here, so nothing is kept beyond its connection (`DatabaseEpochs`).
final class OutboxCache: Sendable {
    /// Records that wait here to be taken, at the most. Beyond it all are forgotten.
    private static let maximumRecords = 4000

    private struct Shelf {
        var rows: [Int64: OutboxCopy] = [:]
        var records = 0
    }

    private let memory = Mutex(EpochMemory { Shelf() })
    private let forgets: Bool

    /// - Parameter forgets: off only in a guard-off test.
    init(forgets: Bool = true) { self.forgets = forgets }

    /// A row has been committed, on the connection that the task works on.
    func keep(_ records: [OutgoingRecord], named name: PostgresUUID, of row: Int64) {
        let epoch = forgets ? DatabaseEpochs.ofConnection : 0
        memory.withLock { memory in
            _ = memory.use(in: epoch) { shelf in
                if shelf.records + records.count > OutboxCache.maximumRecords { shelf = Shelf() }
                guard records.count <= OutboxCache.maximumRecords else { return }
                shelf.rows[row] = OutboxCopy(name: name, records: records)
                shelf.records += records.count
            }
        }
    }

    /// All that was kept since the last time, if it is of this epoch.
    func take(in epoch: Int) -> [Int64: OutboxCopy] {
        memory.withLock { memory in
            memory.use(in: forgets ? epoch : 0) { shelf in
                defer { shelf = Shelf() }
                return shelf.rows
            } ?? [:]
        }
    }
}
