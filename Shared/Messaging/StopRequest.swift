import Synchronization

/// Whether reading is to end: looked at between two batches, so that the one under way is finished. A cancelled task
/// would break off in the middle of its transaction.
final class StopRequest: Sendable {
    private let isAsked = Atomic<Bool>(false)

    /// Whether somebody has asked for it.
    var isSet: Bool { isAsked.load(ordering: .relaxed) }

    /// From then on `isSet`; asking again changes nothing.
    func set() { isAsked.store(true, ordering: .relaxed) }
}
