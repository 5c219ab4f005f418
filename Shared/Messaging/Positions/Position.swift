/// How far a partition is in effect.
struct Position: Equatable, Sendable {
    /// The next offset to read.
    let nextOffset: Int64
    /// When the record before it was made, in Unix milliseconds as its topic says: by that a log is known again. `nil`
    /// where it is not known.
    let recordMilliseconds: Int64?

    /// The later one; of two at the same offset the one that knows its record.
    func furthest(_ other: Position?) -> Position {
        guard let other else { return self }
        guard other.nextOffset == nextOffset else { return other.nextOffset > nextOffset ? other : self }
        return recordMilliseconds == nil ? other : self
    }
}
