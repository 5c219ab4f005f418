/// Up to which id nothing is left to carry, row after row: what this process has committed right behind it can go to the
/// broker without a look at the table. Pure.
///
/// Ids are drawn one by one, so the row with the next id has none before it that could still come: nothing is overtaken.
/// Behind a gap there may be another process's row, or one that never comes; then the table says which. Where the chain
/// begins, the floor has found (`LowWatermark`). Whatever goes wrong ends it until the floor has passed all that was seen by
/// then, so that no row is taken up a second time from memory.
struct ContiguousFrontier {
    /// Rows that are with the broker beyond a gap, at the most: for as long as a transaction is under way somewhere, the floor
    /// stands still.
    static let maximumBeyond = 10_000

    /// Every row up to this id is with the broker, or can never appear; nothing where that is not known.
    private(set) var end: Int64?
    private var beyond: Set<Int64> = []
    /// The last row that was seen, and the last one that was seen when the chain ended.
    private var (last, lastBeforeEnd): (Int64, Int64) = (0, 0)

    /// These rows are with the broker, with all their records.
    mutating func carried(_ rows: some Sequence<Int64>) {
        for id in rows where id > end ?? lastBeforeEnd {
            beyond.insert(id)
            last = max(last, id)
        }
        grow()
        if beyond.count > ContiguousFrontier.maximumBeyond { interrupt() }
    }

    /// No row up to this id is there, nor ever will be.
    mutating func reached(floor: Int64) {
        guard floor > 0, end.map({ floor > $0 }) ?? (floor >= lastBeforeEnd) else { return }
        end = floor
        beyond = beyond.filter { $0 > floor }
        grow()
    }

    /// Something did not go as it should, with rows up to this id among others.
    mutating func interrupt(seen id: Int64 = 0) {
        last = max(last, id)
        precondition(last >= lastBeforeEnd, "what was seen has become less: rows could be taken up a second time")
        lastBeforeEnd = last
        end = nil
        beyond = []
    }

    /// Those of the rows, in order, that follow without a gap. What was carried from the table meanwhile is not among them.
    func following(_ rows: some Sequence<Int64>) -> [Int64] {
        guard var end else { return [] }
        return Array(
            rows.filter { $0 > end && !beyond.contains($0) }.sorted().prefix { id in
                guard id == end + 1 else { return false }
                end = id
                return true
            })
    }

    private mutating func grow() {
        guard var end else { return }
        while beyond.remove(end + 1) != nil { end += 1 }
        precondition(end >= self.end ?? end, "the frontier moved backwards: rows would be carried twice")
        assert(beyond.allSatisfy { $0 > end }, "a row within the frontier is kept as beyond it")
        self.end = end
    }
}
