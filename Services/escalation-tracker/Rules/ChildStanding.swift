import Safeguarding

/// What is on record about one child: levels, and who has to do with it.
package struct ChildStanding: Hashable, Sendable {
    /// A level, since when it is the child's.
    struct Span: Hashable, Sendable {
        var level: ThresholdLevel
        /// When the event happened that set it; unknown of a level that a decision was the first to name.
        var since: Instant?
        /// The decision that set it, and its version.
        var decision: Version?
    }

    /// A decision's version.
    struct Version: Hashable, Sendable {
        let id: String
        let number: Int
    }

    /// Levels remembered: enough for whatever is recorded late.
    static let maximumSpans = 12

    /// The earliest first; the last is the present one.
    var spans: [Span] = []
    var referrers: Set<AgencyCode> = []
    var involved: Set<AgencyCode> = []
    /// When each agency was last at a strategy discussion about the child. Kept beside the discussions, which leave in time.
    var discussed: [AgencyCode: Instant] = [:]
    /// When each agency was last at a review of the child's.
    var reviewed: [AgencyCode: Instant] = [:]

    /// The recorded level.
    package var level: ThresholdLevel? { spans.last?.level }
    /// Since when, if it is known.
    package var levelSince: Instant? { spans.last?.since }

    /// The child goes to a level. What is later on record is never overwritten: the level begins no earlier than the present one.
    mutating func enter(_ level: ThresholdLevel, at time: Instant, by decision: Version?) {
        spans.append(Span(level: level, since: max(time, levelSince ?? time), decision: decision))
        spans.removeFirst(max(0, spans.count - ChildStanding.maximumSpans))
    }

    /// A strategy discussion decided on an enquiry, perhaps long ago. Returns whether the present level was raised by it.
    mutating func enquire(at time: Instant) -> Bool {
        guard let last = spans.indices.last else {
            spans = [Span(level: .section47, since: time, decision: nil)]
            return true
        }
        guard let place = spans.lastIndex(where: { $0.since.map { $0 <= time } ?? true }) else {
            if spans[0].level == .section47 { spans[0].since = time }
            return false
        }
        if spans[place].level == .section47 {
            // It began with this discussion, if nobody knew when it did.
            if spans[place].since == nil { spans[place].since = time }
            return false
        }
        if place == last {
            enter(.section47, at: time, by: nil)
            return true
        }
        // The enquiry that followed began here already. Anything else that followed is later, and stays.
        if spans[place + 1].level == .section47 { spans[place + 1].since = time }
        return false
    }

    /// A change that was in effect is held again: the child is at the level before, if nothing was built on it.
    mutating func takeBack(_ decision: Version, from level: ThresholdLevel) -> Bool {
        guard spans.count > 1, spans.last?.decision == decision, spans[spans.count - 2].level == level else {
            return false
        }
        spans.removeLast()
        return true
    }

    /// Since when the level was the child's that a decision left, or is to leave.
    func since(beforeEffectOf decision: Version) -> Instant? {
        guard let place = spans.lastIndex(where: { $0.decision == decision }), place > 0 else { return levelSince }
        return spans[place - 1].since
    }

    /// Agencies that were at a strategy discussion since a moment, or ever.
    func discussed(since: Instant?) -> Set<AgencyCode> {
        Set(discussed.filter { $0.value >= since ?? $0.value }.keys)
    }
}
