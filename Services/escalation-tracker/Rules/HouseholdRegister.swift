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
    /// Views that one agency has recorded and that wait.
    package static let maximumWaiting = 20

    /// A discussion with what was said of the record afterwards.
    package struct Discussion: Hashable, Sendable {
        package let held: DiscussionHeld
        /// Attendees that say they were not there, or did not agree (R8).
        package var disputedBy: Set<AgencyCode> = []
        /// Whether its attendees were told that it is on record (R8).
        package var isTold = false
        /// When it was recorded: the window of what was told of it begins then (R14).
        package let recordedAt: Instant

        /// A discussion against which nobody has said anything.
        package init(held: DiscussionHeld, recordedAt: Instant) {
            (self.held, self.recordedAt) = (held, recordedAt)
        }

        var present: Set<AgencyCode> { Set(held.attendees.keys).subtracting(disputedBy) }
    }

    package var children: [PersonID: ChildStanding] = [:]
    /// In the order in which they were recorded.
    package var discussions: [Discussion] = []
    /// In the order in which they were first recorded, each in its latest version.
    package var changes: [Change] = []
    /// Views that can be joined to nothing yet: their version is not made, or whoever gave them is no party as far as is known.
    package var waiting: [ViewGiven] = []

    /// A household that nothing is decided about.
    package init() {}

    /// Takes one fact: what follows from it, or what stands against it. A refused fact leaves no trace.
    package mutating func apply(_ fact: RegisterFact, under terms: RegisterTerms, now: Instant)
        -> Result<[RegisterAction], RegisterRefusals>
    {
        var next = self
        do throws(RegisterRefusals) {
            var actions = try next.take(fact, terms, now)
            actions += next.settle(terms, now, since: self)
            next.trim()
            self = next
            return .success(actions)
        } catch {
            return .failure(error)
        }
    }

    /// Takes facts that one event brings and nobody waits for an answer to: what follows from all of them together, so that
    /// nobody is told of seven siblings in seven notices (N1). What is on record already changes nothing.
    package mutating func apply(_ facts: [RegisterFact], under terms: RegisterTerms, now: Instant) -> [RegisterAction] {
        var next = self
        var actions: [RegisterAction] = []
        var joined: [AgencyCode: Set<PersonID>] = [:]
        var isTaken = false
        for fact in facts {
            var tried = next
            guard let more = try? tried.take(fact, terms, now) else { continue }
            (next, isTaken) = (tried, true)
            for action in more {
                if case .status(let agency, let children) = action {
                    joined[agency, default: []].formUnion(children)
                } else {
                    actions.append(action)
                }
            }
        }
        guard isTaken else { return [] }
        actions += joined.sorted { $0.key < $1.key }.map { .status(agency: $0.key, children: $0.value) }
        actions += next.settle(terms, now, since: self)
        next.trim()
        self = next
        return actions
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
            // What was told before it came it is not told; where the child stands it is (R19).
            guard children[child]?.level != nil, terms.rules.keeps(.r19) else { return [] }
            return [.status(agency: agency, children: [child])]
        case .left(let child, let agency):
            guard children[child]?.involved.remove(agency) != nil else { throw RegisterRefusals(.onRecord) }
            return []
        case .discussion(let discussion): return try hold(discussion, terms, now)
        case .disputedDiscussion(let id, let agency): return try dispute(id, agency)
        case .decision(let decision): return try decide(decision, terms)
        case .view(let view): return try take(view, terms)
        case .confirmedView(let id, let version, let agency, let number):
            return try confirmView(id, version, agency, number)
        case .disputedView(let id, let version, let agency, let number):
            return try disputeView(id, version, agency, number)
        case .challenged(let id, let version, let agency, let people):
            return try challenge(id, version, agency, people)
        case .challengeEnded(let id, let version, let agency, let outcome, let closer):
            return try endChallenge(id, version, agency, outcome, by: closer, terms)
        case .silence(let id): return try silence(of: id, terms)
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
    func place(of id: OwnName, version: Int) throws(RegisterRefusals) -> Int {
        guard let place = changes.firstIndex(where: { $0.id == id }), version <= changes[place].version else {
            throw RegisterRefusals(.unknownSubject)
        }
        guard version == changes[place].version else {
            throw RegisterRefusals(.versionReplaced(by: changes[place].version))
        }
        return place
    }

    /// The discussion of that name.
    package func discussion(_ name: OwnName) -> Discussion? { discussions.last { $0.held.name == name } }

    /// The decision of that name, in its latest version.
    package func change(_ name: OwnName) -> Change? { changes.last { $0.id == name } }

    /// Lets the oldest settled decisions go, and discussions that nothing open waits on. What somebody objects to stays, so that
    /// the objection does not go without an ending.
    private mutating func trim() {
        for place in changes.indices where changes[place].isSettled && !changes[place].views.isEmpty {
            for view in changes[place].views.indices { changes[place].views[view].note = nil }
        }
        var surplus = changes.count { $0.isGone } - HouseholdRegister.maximumSettled
        if surplus > 0 {
            changes.removeAll { change in
                guard surplus > 0, change.isGone else { return false }
                surplus -= 1
                return true
            }
        }
        guard discussions.count > HouseholdRegister.maximumDiscussions else { return }
        let needed = Set(changes.flatMap(\.parts).filter(\.isOpen).flatMap(\.discussions))
        var old = discussions.count - HouseholdRegister.maximumDiscussions
        discussions.removeAll { discussion in
            guard old > 0, !needed.contains(discussion.held.name) else { return false }
            old -= 1
            return true
        }
    }
}

extension Change {
    /// Whether nothing waits on it any more.
    fileprivate var isGone: Bool { isSettled && objections.isEmpty }
}
