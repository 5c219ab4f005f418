import Safeguarding

/// What is on record about one child: levels, and who has to do with it.
package struct ChildStanding: Hashable, Sendable {
    /// A level, since when it is the child's.
    package struct Span: Hashable, Sendable {
        package var level: ThresholdLevel
        /// When the event happened that set it; unknown of a level that a decision was the first to name.
        package var since: Instant?
        /// The decision that set it, and its version.
        package var decision: Version?

        /// A level.
        package init(level: ThresholdLevel, since: Instant? = nil, decision: Version? = nil) {
            (self.level, self.since, self.decision) = (level, since, decision)
        }
    }

    /// A decision's version.
    package struct Version: Hashable, Sendable {
        package let id: OwnName
        package let number: Int

        /// A version of a decision.
        package init(id: OwnName, number: Int) { (self.id, self.number) = (id, number) }
    }

    /// Levels remembered: enough for whatever is recorded late.
    static let maximumSpans = 8

    /// The earliest first; the last is the present one.
    package var spans: [Span] = []
    package var referrers: Set<AgencyCode> = []
    package var involved: Set<AgencyCode> = []
    /// When each agency was last at a strategy discussion about the child. Kept beside the discussions, which leave in time.
    package var discussed: [AgencyCode: Instant] = [:]
    /// When each agency was last at a review of the child's.
    package var reviewed: [AgencyCode: Instant] = [:]

    /// Nobody has anything to do with the child.
    package init() {}

    /// The recorded level.
    package var level: ThresholdLevel? { spans.last?.level }
    /// Since when, if it is known.
    package var levelSince: Instant? { spans.last?.since }

    /// The child goes to a level. What is later on record is never overwritten: the level begins no earlier than the present one.
    mutating func enter(_ level: ThresholdLevel, at time: Instant, by decision: Version?) {
        spans.append(Span(level: level, since: max(time, levelSince ?? time), decision: decision))
        spans.removeFirst(max(0, spans.count - ChildStanding.maximumSpans))
    }

    /// The child is back at a level that nobody has lawfully left: it is theirs since when it was before.
    mutating func goOn(since: Instant?) {
        guard let last = spans.indices.last else { return }
        spans[last].since = since
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
        // The enquiry that followed began here already.
        if spans[place + 1].level == .section47 { spans[place + 1].since = time }
        guard !spans[(place + 1)...].contains(where: { $0.level == .section47 }) else { return false }
        // Whatever has changed the level meanwhile left another one and did not know of the enquiry, which nobody has ended.
        spans.removeSubrange((place + 1)...)
        enter(.section47, at: time, by: nil)
        return true
    }

    /// A change that was in effect is held again: the child is at the level before, and so it is if others have gone on from there
    /// and lowered it further, since they would have been refused (R13). Returns those; `nil` if the level was raised since, and
    /// nothing is to be held again.
    mutating func takeBack(_ decision: Version, from level: ThresholdLevel) -> [Version]? {
        guard let place = spans.lastIndex(where: { $0.decision == decision }), place > 0,
            spans[place - 1].level == level
        else { return nil }
        let later = spans[place...].indices.dropFirst()
        guard later.allSatisfy({ spans[$0].decision != nil && spans[$0 - 1].level.isLowered(to: spans[$0].level) })
        else { return nil }
        let undone = later.compactMap { spans[$0].decision }
        spans.removeSubrange(place...)
        return undone
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
