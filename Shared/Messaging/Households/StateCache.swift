import Safeguarding
import Synchronization

/// The households' states as this process has last committed them, so that a document is read and parsed again only if
/// another process has written it since. A state is used only together with the version that the locked row has.
///
/// Bounded by the documents' bytes; the one that has not been used for longest leaves.
final class StateCache<State: Sendable>: Sendable {
    private struct Entry {
        let version: Int64
        let state: State
        let bytes: Int
        var lastUse: UInt64
    }

    private struct Shelf {
        var entries: [HouseholdID: Entry] = [:]
        var bytes = 0
        var uses: UInt64 = 0
    }

    private let shelf = Mutex(Shelf())
    private let maximumBytes: Int

    /// - Parameter maximumBytes: of the documents; as values they take about three times that.
    init(maximumBytes: Int = 16 << 20) {
        self.maximumBytes = maximumBytes
    }

    /// The version in which each household is known, 0 for none.
    func versions(of households: [HouseholdID]) -> [Int64] {
        shelf.withLock { shelf in households.map { shelf.entries[$0]?.version ?? 0 } }
    }

    /// The household's state, if it is known in that version.
    func state(of household: HouseholdID, version: Int64) -> State? {
        shelf.withLock { shelf in
            guard let entry = shelf.entries[household], entry.version == version else { return nil }
            shelf.uses += 1
            shelf.entries[household]?.lastUse = shelf.uses
            return entry.state
        }
    }

    /// What a transaction has committed.
    func keep(_ states: [(household: HouseholdID, version: Int64, state: State, bytes: Int)]) {
        shelf.withLock { shelf in
            // Two transactions may come here in another order than they committed in.
            for entry in states where entry.version > shelf.entries[entry.household]?.version ?? 0 {
                shelf.uses += 1
                shelf.bytes += entry.bytes - (shelf.entries[entry.household]?.bytes ?? 0)
                shelf.entries[entry.household] = Entry(
                    version: entry.version, state: entry.state, bytes: entry.bytes, lastUse: shelf.uses)
            }
            guard shelf.bytes > maximumBytes else { return }
            // A quarter at once, so that the sorting is paid rarely.
            for (household, entry) in shelf.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
                guard shelf.bytes > maximumBytes / 4 * 3 else { break }
                shelf.entries[household] = nil
                shelf.bytes -= entry.bytes
            }
        }
    }
}
