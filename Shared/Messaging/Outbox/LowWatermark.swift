/// The id below which no outbox row is, or can ever appear: where a read may begin. Pure.
///
/// Ids are drawn before their transaction commits, so a row can appear below one that was read before. A floor at the
/// last id that was read would skip it. This one waits: an id M that had been drawn at some moment, and the number X of a
/// transaction that began to write after that moment. Whoever drew M or less had a number below X by then, since every
/// transaction of ours takes its locks (and with them its number) before it draws ids. So once all numbers below X have
/// ended, all rows up to M are visible; and once those have been carried, M is the floor.
struct LowWatermark {
    private struct Candidate {
        let lastID: Int64
        let transaction: Int64
        var isComplete = false
    }

    /// Rows are read above this id.
    private(set) var id: Int64 = 0
    private var candidate: Candidate?

    /// A transaction that wrote had this number, and before that the last id drawn was this.
    mutating func note(lastID: Int64, transaction: Int64) {
        guard candidate == nil, lastID > id else { return }
        candidate = Candidate(lastID: lastID, transaction: transaction)
    }

    /// All transactions below this number had ended before the rows were read.
    mutating func willRead(oldestTransaction: Int64) {
        guard let known = candidate, oldestTransaction >= known.transaction else { return }
        candidate?.isComplete = true
    }

    /// Every row of that read is with the broker, and the read was not cut short below the candidate.
    mutating func carried(allUpTo last: Int64?) {
        guard let known = candidate, known.isComplete, last.map({ $0 >= known.lastID }) ?? true else { return }
        precondition(known.lastID > id, "the watermark moved backwards: a read would begin among carried rows")
        id = known.lastID
        candidate = nil
    }
}
