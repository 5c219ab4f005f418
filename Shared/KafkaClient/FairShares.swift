/// Whose turn it is in one read of several queues: each gives one message in its turn, for as long as it has any, so one
/// that holds a hundred thousand delays the others by a message each. Pure.
struct FairShares {
    private var open: [Int]
    private var place = 0

    /// Queues by their places, the turn beginning with `first`. Who was first in one read is last in the next one, so that
    /// a short read does not always end before the same.
    init(queues: Int, first: Int) {
        precondition(queues > 0 && (0..<queues).contains(first), "there is no queue \(first) of \(queues)")
        open = (0..<queues).map { (first + $0) % queues }
    }

    /// The queue whose turn it is; `nil` when none has anything left.
    var turn: Int? { open.isEmpty ? nil : open[place] }

    /// It gave a message.
    mutating func gave() {
        precondition(open.indices.contains(place), "nobody had a turn")
        place = (place + 1) % open.count
    }

    /// It has nothing more in this read.
    mutating func hasNothing() {
        precondition(open.indices.contains(place), "nobody had a turn")
        open.remove(at: place)
        if place >= open.count { place = 0 }
    }
}
