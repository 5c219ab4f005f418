import Safeguarding
import Synchronization

/// The households' states as this process has last committed them, so that a document is read and parsed again only if
/// another process has written it since. A state is used only together with the version that the locked row has, and only
/// as long as no connection was lost: a database that has forgotten its last commits gives the same version another content
/// (`DatabaseEpochs`), and as long as the row was last written by the transaction that wrote it for this process: a row that
/// somebody else has written over without another version is sent, and looked at (`DocumentFinding`).
///
/// Bounded by the documents' bytes; the one that has not been used for longest leaves.
final class StateCache<State: Sendable>: Sendable {
    /// A state that the database has.
    struct Known {
        let household: HouseholdID
        let version: Int64
        /// The transaction that wrote it, -1 if that is not known.
        let writer: Int64
        let state: State
        /// Of the document.
        let bytes: Int
    }

    private struct Entry {
        let version: Int64
        let writer: Int64
        let state: State
        let bytes: Int
        var lastUse: UInt64
    }

    private struct Shelf {
        var entries: [HouseholdID: Entry] = [:]
        var bytes = 0
        var uses: UInt64 = 0

        mutating func keep(_ states: [Known], maximumBytes: Int) {
            // Two transactions may come here in another order than they committed in.
            for entry in states where entry.version > entries[entry.household]?.version ?? 0 {
                uses += 1
                bytes += entry.bytes - (entries[entry.household]?.bytes ?? 0)
                entries[entry.household] = Entry(
                    version: entry.version, writer: entry.writer, state: entry.state, bytes: entry.bytes, lastUse: uses)
            }
            guard bytes > maximumBytes else { return }
            // A quarter at once, so that the sorting is paid rarely.
            for (household, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
                guard bytes > maximumBytes / 4 * 3 else { break }
                entries[household] = nil
                bytes -= entry.bytes
            }
        }
    }

    private let memory = Mutex(EpochMemory { Shelf() })
    private let maximumBytes: Int
    private let forgets: Bool

    /// - Parameters:
    ///   - maximumBytes: of the documents; as values they take about three times that.
    ///   - forgets: off only in a guard-off test.
    init(maximumBytes: Int = 16 << 20, forgets: Bool = true) {
        self.maximumBytes = maximumBytes
        self.forgets = forgets
    }

    /// The version in which each household is known, 0 for none, and the transaction that wrote it, -1 if it does not matter.
    func versions(of households: [HouseholdID]) -> [(version: Int64, writer: Int64)] {
        memory.withLock { memory in
            memory.use(in: epoch) { shelf in
                households.map { household in
                    let entry = shelf.entries[household]
                    return (entry?.version ?? 0, forgets ? entry?.writer ?? -1 : -1)
                }
            }
        } ?? households.map { _ in (0, -1) }
    }

    /// The household's state, if it is known in that version.
    func state(of household: HouseholdID, version: Int64) -> State? {
        memory.withLock { memory in
            memory.use(in: epoch) { shelf -> State? in
                guard let entry = shelf.entries[household], entry.version == version else { return nil }
                shelf.uses += 1
                shelf.entries[household]?.lastUse = shelf.uses
                return entry.state
            } ?? nil
        }
    }

    /// What a transaction has committed.
    func keep(_ states: [Known]) {
        memory.withLock { memory in
            _ = memory.use(in: epoch) { shelf in shelf.keep(states, maximumBytes: maximumBytes) }
        }
    }

    /// Of the connection that the task works on.
    private var epoch: Int { forgets ? DatabaseEpochs.ofConnection : 0 }
}
