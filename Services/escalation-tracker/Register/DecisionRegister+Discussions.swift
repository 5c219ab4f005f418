import Safeguarding

// Strategy discussions: they decide on a Section 47 enquiry, they make their attendees party to later changes, and,
// recorded late, to earlier ones.
extension DecisionRegister {
    /// A strategy discussion. The same discussion recorded twice is one.
    mutating func hold(_ discussion: DiscussionRecord, now: Instant) -> [RegisterAction] {
        guard self.discussion(discussion.name) == nil else { return [] }
        discussions.append(discussion)
        if discussion.decidedOnEnquiry { raise(by: discussion) }
        var actions: [RegisterAction] = []
        var isReconvened = false
        for decisionID in changes.map(\.decisionID) {
            guard let place = changes.firstIndex(where: { $0.decisionID == decisionID }) else { continue }
            guard changes[place].isAboutAnyone(of: discussion) else { continue }
            if changes[place].awaitsDiscussion, discussion.heldAt > changes[place].decidedAt { isReconvened = true }
            actions += apply(discussion, toChangeAt: place, now: now)
        }
        // A discussion about a change says by itself what becomes of that change. Any other that ends without an enquiry
        // is a decision of its own.
        if !discussion.decidedOnEnquiry, !isReconvened {
            actions.append(.endedWithoutEnquiry(discussion.name))
        }
        trim()
        return actions
    }

    /// The enquiry is opened by the discussion itself, unless something later is on record already.
    private mutating func raise(by discussion: DiscussionRecord) {
        for child in discussion.children {
            if let since = children[child]?.levelSince, since > discussion.heldAt { continue }
            setLevel(of: child, to: .section47, at: discussion.heldAt)
        }
    }

    private mutating func apply(_ discussion: DiscussionRecord, toChangeAt place: Int, now: Instant) -> [RegisterAction]
    {
        let change = changes[place]
        if discussion.heldAt > change.decidedAt { return reconvene(discussion, changeAt: place) }
        let wasMissing = change.canMean(discussion)
        let wasUnknown =
            change.namedDiscussion == nil && change.discussion == nil && discussion.decidedOnEnquiry
            && change.children.contains { $0.from == .section47 }
        return wasMissing || wasUnknown ? completeLate(discussion, changeAt: place, now: now) : []
    }

    /// The discussion was held before the change and recorded after it: its attendees become parties and are told now,
    /// as they would have been. If they were to be consulted and were not, a change in effect goes back to held, and
    /// then those who had heard otherwise are told that too.
    private mutating func completeLate(_ discussion: DiscussionRecord, changeAt place: Int, now: Instant)
        -> [RegisterAction]
    {
        changes[place].discussion = discussion.name
        guard changes[place].state != .withdrawn else { return [] }
        let before = changes[place]
        var counted: [RegisterAction] = []
        if before.isLowering {
            changes[place].consultees = discussion.attendees.subtracting([before.agency])
            let early = changes[place].consultations.filter { changes[place].accepts($0) }
            changes[place].consultations = early
            var change = changes[place]
            counted = takeUpEarlyConsultations(into: &change, now: now)
            changes[place] = change
        }
        settleLate(at: place)
        let change = changes[place]
        let newcomers = discussion.attendees.subtracting(before.told)
        let kind: Step.Kind = change.state == .changed ? .changed : .held
        var actions = counted
        actions += steps(
            kind, of: change, cause: .decision, audience: newcomers,
            consult: change.state == .held ? change.notConsulted : [])
        if before.state == .changed, change.state == .held {
            actions += steps(
                .held, of: change, cause: .discussion(discussion.name), audience: before.told,
                consult: change.notConsulted)
        } else if before.state == .held, change.state == .held {
            // Those who were told already and attended learn that they are to be consulted.
            let asked = change.notConsulted.intersection(before.told)
            actions += steps(
                .held, of: change, cause: .discussion(discussion.name), audience: asked, consult: asked)
        } else if before.state == .held, change.state == .changed {
            actions += steps(.confirmed, of: change, cause: .discussion(discussion.name), audience: before.told)
        }
        changes[place].told.formUnion(discussion.attendees)
        if change.state == .changed, !change.isUrgent { actions += stopWatching(at: place) }
        return actions + watch(changes[place])
    }

    private mutating func settleLate(at place: Int) {
        let change = changes[place]
        guard change.isLowering, !change.isUrgent else { return }
        let isLatest = change.children.allSatisfy { child in
            let level = children[child.person]?.level
            return level == child.to || level == child.from
        }
        if !change.notConsulted.isEmpty {
            guard isLatest else { return }
            changes[place].state = .held
            for child in change.children { setLevel(of: child.person, to: child.from, at: change.decidedAt) }
        } else if change.hasObjection {
            changes[place].state = .objected
        } else {
            changes[place].state = .changed
            if isLatest { putIntoEffect(change) }
        }
    }

    /// The discussion that was awaited: it upholds the enquiry, and the change is withdrawn, or it agrees with the
    /// change, and the change is confirmed by everybody who was there.
    private mutating func reconvene(_ discussion: DiscussionRecord, changeAt place: Int) -> [RegisterAction] {
        guard changes[place].awaitsDiscussion else { return [] }
        var actions = stopWatching(at: place)
        let cause = Step.Cause.discussion(discussion.name)
        if discussion.decidedOnEnquiry {
            actions += withdraw(at: place, cause: cause)
        } else if changes[place].state != .changed {
            actions += confirm(at: place, cause: cause)
        }
        return actions
    }
}

extension ChangeRecord {
    fileprivate func isAboutAnyone(of discussion: DiscussionRecord) -> Bool {
        self.children.contains { discussion.children.contains($0.person) }
    }

    /// Whether this is the discussion that the change names, as far as is known now: of its own agency, or of another at which
    /// its agency was, until one of its own comes.
    fileprivate func canMean(_ discussion: DiscussionRecord) -> Bool {
        guard self.namedDiscussion == discussion.name.id else { return false }
        if discussion.name.agency == self.agency { return true }
        return self.discussion == nil && discussion.attendees.contains(self.agency)
    }
}
