import Safeguarding

/// What the partnership has decided about the children of one household, and who was party to it: values and pure functions.
/// Contract.md section 6 is the specification.
///
/// What can be derived is not kept. Who is party to a change, who is to be consulted and what it still waits for are computed
/// from the facts at every step; kept is what was said, who was told and who was asked. So a fact that arrives late completes
/// what it belongs to exactly as if it had come in time, and repeats nothing.
package struct HouseholdRegister: Hashable, Sendable {
    /// Settled decisions kept, for answers and facts that arrive late.
    static let maximumSettled = 20
    /// Discussions kept beside those that open changes wait on.
    static let maximumDiscussions = 20
    /// Views that wait for one decision (R6).
    static let maximumWaiting = 20

    /// A discussion with what was said of the record afterwards.
    struct Discussion: Hashable, Sendable {
        let held: DiscussionHeld
        /// Attendees that say they were not there, or did not agree (R8).
        var disputedBy: Set<AgencyCode> = []

        var present: Set<AgencyCode> { Set(held.attendees.keys).subtracting(disputedBy) }
    }

    package internal(set) var children: [PersonID: ChildStanding] = [:]
    /// In the order in which they were recorded.
    var discussions: [Discussion] = []
    /// In the order in which they were first recorded, each in its latest version.
    package internal(set) var changes: [Change] = []
    /// Views whose version is not here yet.
    package internal(set) var waiting: [ViewGiven] = []

    /// A household that nothing is decided about.
    package init() {}

    /// Takes one fact: what follows from it, or what stands against it. A refused fact leaves no trace.
    package mutating func apply(_ fact: RegisterFact, under terms: RegisterTerms, now: Instant)
        -> Result<[RegisterAction], RegisterRefusals>
    {
        var next = self
        do throws(RegisterRefusals) {
            var actions = try next.take(fact, terms, now)
            actions += next.settle(terms, now)
            next.trim()
            self = next
            return .success(actions)
        } catch {
            return .failure(error)
        }
    }

    private mutating func take(_ fact: RegisterFact, _ terms: RegisterTerms, _ now: Instant)
        throws(RegisterRefusals) -> [RegisterAction]
    {
        switch fact {
        case .referred(let child, let agency):
            try insert(agency, into: \.referrers, of: child)
            return []
        case .joined(let child, let agency):
            try insert(agency, into: \.involved, of: child)
            return []
        case .left(let child, let agency):
            guard children[child]?.involved.remove(agency) != nil else { throw RegisterRefusals(.onRecord) }
            return []
        case .discussion(let discussion): return try hold(discussion, terms)
        case .disputedDiscussion(let id, let agency): return try dispute(id, agency)
        case .decision(let decision): return try decide(decision, terms)
        case .view(let view): return try take(view, terms)
        case .confirmedView(let id, let version, let agency): return try confirmView(id, version, agency)
        case .disputedView(let id, let version, let agency): return try disputeView(id, version, agency)
        case .challenged(let id, let version, let agency, let people):
            return try challenge(id, version, agency, people)
        case .challengeEnded(let id, let version, let agency, let outcome):
            return try endChallenge(id, version, agency, outcome)
        case .silence(let id): return try silence(of: id, terms)
        case .viewsOverdue(let id): return try handBackViews(of: id)
        }
    }

    private mutating func insert(
        _ agency: AgencyCode, into set: WritableKeyPath<ChildStanding, Set<AgencyCode>>, of child: PersonID
    ) throws(RegisterRefusals) {
        guard children[child, default: ChildStanding()][keyPath: set].insert(agency).inserted else {
            throw RegisterRefusals(.onRecord)
        }
    }

    /// The place of a decision in the version that a fact is about.
    func place(of id: String, version: Int) throws(RegisterRefusals) -> Int {
        guard let place = changes.firstIndex(where: { $0.id == id }), version <= changes[place].version else {
            throw RegisterRefusals(.unknownSubject)
        }
        guard version == changes[place].version else {
            throw RegisterRefusals(.versionReplaced(by: changes[place].version))
        }
        return place
    }

    func discussion(_ id: String) -> Discussion? { discussions.last { $0.held.id == id } }

    /// Lets the oldest settled decisions go, and discussions that nothing open waits on.
    private mutating func trim() {
        var surplus = changes.count { $0.isSettled } - HouseholdRegister.maximumSettled
        if surplus > 0 {
            changes.removeAll { change in
                guard surplus > 0, change.isSettled else { return false }
                surplus -= 1
                return true
            }
        }
        guard discussions.count > HouseholdRegister.maximumDiscussions else { return }
        let needed = Set(changes.flatMap(\.parts).filter(\.isOpen).flatMap(\.discussions))
        var old = discussions.count - HouseholdRegister.maximumDiscussions
        discussions.removeAll { discussion in
            guard old > 0, !needed.contains(discussion.held.id) else { return false }
            old -= 1
            return true
        }
    }
}
