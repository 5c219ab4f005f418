import FoundationEssentials
import Safeguarding
import Synchronization

/// What the database refuses with a code that speaks of everybody (a trigger of somebody's own, a missing right, a broken page, a
/// lock that nobody lets go), while the batch is tried again and again: pure.
///
/// Such a refusal is waited out. But it may be one household's alone, for which nobody else is to wait: when it has come back a few
/// times its message is looked for and named, and when it has been waited for as long as `RefusalPatience` says, while others
/// pass the very statement, that household is set aside.
struct RefusalBook: Sendable {
    /// Attempts in vain before the message is looked for: what is over in a moment is not worth it.
    static let attemptsBeforeLooking = 3
    /// For how long a refusal is known after a household was set aside for it: the next one is not waited for as long again.
    static let longestKnown = Duration.seconds(3600)
    /// After so long without an attempt in vain a refusal is another one.
    static let longestPause = Duration.seconds(600)

    private struct Wait {
        /// By this machine's clock, for people.
        let since: Instant
        let begun: ContinuousClock.Instant
        var last: ContinuousClock.Instant
        var attempts = 0
        /// Whether somebody else has passed the statement meanwhile.
        var othersPass = false
    }

    private let patience: RefusalPatience
    private var waits: [RowSuspicion.Failure: Wait] = [:]
    private var known: [RowSuspicion.Failure: ContinuousClock.Instant] = [:]
    /// The message that was refused last, by which the next search is short.
    private(set) var suspect: EventIdentity?

    init(patience: RefusalPatience = RefusalPatience()) { self.patience = patience }

    /// Whether anything is waited for.
    var isEmpty: Bool { waits.isEmpty }

    /// A whole batch has passed. That of others, which the suspect is not among, says nothing of it.
    mutating func notePassing(_ messages: Set<EventIdentity>) {
        if let suspect, !messages.contains(suspect) { return }
        waits = [:]
        suspect = nil
    }

    /// One more batch was refused. Whether its message is to be looked for.
    mutating func isToBeLookedFor(_ failure: RowSuspicion.Failure, since: Instant, at now: ContinuousClock.Instant)
        -> Bool
    {
        if let last = waits[failure]?.last, last.duration(to: now) > Self.longestPause { waits[failure] = nil }
        var wait = waits[failure] ?? Wait(since: since, begun: now, last: now)
        wait.attempts += 1
        wait.last = now
        waits[failure] = wait
        return wait.attempts >= Self.attemptsBeforeLooking || isKnown(failure, at: now)
    }

    /// Somebody else has passed the statement that is refused.
    mutating func noteOthersPass(_ failure: RowSuspicion.Failure) { waits[failure]?.othersPass = true }

    /// Whether somebody else has passed it since it was refused first.
    func othersPass(_ failure: RowSuspicion.Failure) -> Bool { waits[failure]?.othersPass ?? false }

    /// Since when it is refused.
    func since(_ failure: RowSuspicion.Failure) -> Instant? { waits[failure]?.since }

    /// It is that message which is refused. Whether that was waited for long enough.
    mutating func isWornOut(_ failure: RowSuspicion.Failure, of suspect: EventIdentity, at now: ContinuousClock.Instant)
        -> Bool
    {
        self.suspect = suspect
        guard !isKnown(failure, at: now) else { return true }
        guard let wait = waits[failure] else { return false }
        return wait.attempts >= patience.attempts && wait.begun.duration(to: now) >= patience.time
    }

    /// A household was set aside for it.
    mutating func setAside(_ failure: RowSuspicion.Failure, at now: ContinuousClock.Instant) {
        known[failure] = now
        waits[failure] = nil
        suspect = nil
    }

    private func isKnown(_ failure: RowSuspicion.Failure, at now: ContinuousClock.Instant) -> Bool {
        known[failure].map { $0.duration(to: now) < Self.longestKnown } ?? false
    }
}

/// What the batches of one process have been refused.
final class Refusals: Sendable {
    private let state: Mutex<RefusalBook>

    init(patience: RefusalPatience = RefusalPatience()) { state = Mutex(RefusalBook(patience: patience)) }

    func notePassing(_ messages: [InboundMessage]) {
        state.withLock { if !$0.isEmpty { $0.notePassing(Set(messages.map(\.identity))) } }
    }

    func isToBeLookedFor(_ failure: RowSuspicion.Failure) -> Bool {
        let now = Instant(microsecondsSinceEpoch: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        return state.withLock { $0.isToBeLookedFor(failure, since: now, at: .now) }
    }

    func isWornOut(_ failure: RowSuspicion.Failure, of message: InboundMessage) -> Bool {
        state.withLock { $0.isWornOut(failure, of: message.identity, at: .now) }
    }

    func setAside(_ failure: RowSuspicion.Failure) { state.withLock { $0.setAside(failure, at: .now) } }

    func noteOthersPass(_ failure: RowSuspicion.Failure) { state.withLock { $0.noteOthersPass(failure) } }

    func othersPass(_ failure: RowSuspicion.Failure) -> Bool { state.withLock { $0.othersPass(failure) } }

    func since(_ failure: RowSuspicion.Failure) -> Instant? { state.withLock { $0.since(failure) } }

    /// Where to divide the messages so that the suspect stands by itself soon; nowhere if it is not among them.
    func place(in messages: ArraySlice<InboundMessage>) -> Int? {
        guard let suspect = state.withLock(\.suspect),
            let place = messages.firstIndex(where: { $0.identity == suspect })
        else { return nil }
        return place > messages.startIndex ? place : place + 1
    }
}

/// Whose message the surroundings refuse while nobody else's is, in the words of health.
public struct RefusedAlone: Sendable, Equatable, CustomStringConvertible {
    /// By what it is known: its household, or where that is not known its topic.
    let who: String
    /// Where the message stands.
    let place: HouseholdHold
    let since: String
    /// Whether others pass; else there is nobody to compare with.
    let othersPass: Bool
    /// What the database says, without data.
    let refusal: String

    /// A sentence that names whom, where, since when, why, and what to do.
    public var description: String {
        "The database refuses what comes of one message alone, of \(who) (\(place.topic), partition \(place.partition), offset "
            + "\(place.offset)), since \(since): \(refusal). "
            + (othersPass
                ? "Others' pass. Mend what refuses it: a trigger, a lock, a broken page. When that was waited for, five minutes "
                    + "and 20 attempts, its household is set aside with its messages, and the others go on."
                : "Nobody else's stands beside it, so it may be everybody's; look at what was changed in the database.")
    }
}
