import Safeguarding

// Strategy discussions: they decide on an enquiry, they make their attendees party to changes before and after them, and settle
// changes that name them or wait for them (R2, R3, R8).
extension HouseholdRegister {
    mutating func hold(_ held: DiscussionHeld, _ terms: RegisterTerms, _ now: Instant)
        throws(RegisterRefusals) -> [RegisterAction]
    {
        if let refusal = terms.refusal(of: held) { throw RegisterRefusals(refusal) }
        guard discussion(held.name) == nil else { throw RegisterRefusals(.onRecord) }
        discussions.append(Discussion(held: held, recordedAt: now))
        var raised: Set<PersonID> = []
        var levels: [PersonID: ThresholdLevel] = [:]
        for person in held.children {
            for agency in held.attendees.keys {
                let last = children[person]?.discussed[agency] ?? held.heldAt
                children[person, default: ChildStanding()].discussed[agency] = max(last, held.heldAt)
            }
            let before = children[person]?.level
            let unsettled = sinceUnsettled(above: .section47, of: person, terms)
            if held.decidedOnEnquiry, children[person, default: ChildStanding()].enquire(at: held.heldAt) {
                if let since = unsettled { children[person]?.goOn(since: since) }
                raised.insert(person)
                levels[person] = before
            }
        }
        var actions: [RegisterAction] = []
        var isReconvened = false
        var late: [LatePart] = []
        for place in changes.indices {
            isReconvened = reconvene(held, at: place, terms, &actions) || isReconvened
            late += completeLate(held, at: place, terms)
        }
        actions += catchUp(held, on: late)
        if terms.rules.keeps(.r12), !raised.isEmpty {
            let parties = parties(to: raised, under: terms)
            actions.append(.raised(discussion: held.name, from: levels, parties: parties))
        }
        if !held.decidedOnEnquiry, !isReconvened {
            var parties = parties(to: held.children, under: terms)
            // Whoever is on record as present hears of it, party still or not (R8).
            for agency in held.attendees.keys {
                for person in held.children { parties[agency, default: Party()].add(person, [.attendee]) }
            }
            actions.append(.endedWithoutEnquiry(discussion: held.name, parties: parties))
        } else if raised.isEmpty, !isReconvened, !isToldByChange(held) {
            // It changes nothing but who must have a say later on: that they are on record attendees hear all the same (R8).
            tellAttendees(of: held.name, &actions)
        }
        return actions
    }

    /// Whether the enquiry of an open change began with it, and it was recorded after that: who was there hears of the change (R2),
    /// as they would have heard of the enquiry in time.
    private func isToldByChange(_ held: DiscussionHeld) -> Bool {
        changes.contains { change in
            change.parts.contains {
                $0.isOpen && held.children.contains($0.person) && children[$0.person]?.levelSince == held.heldAt
            }
        }
    }

    private mutating func tellAttendees(of name: OwnName, _ actions: inout [RegisterAction]) {
        guard let place = discussions.lastIndex(where: { $0.held.name == name }) else { return }
        discussions[place].isTold = true
        actions.append(.discussionRecorded(name))
    }

    /// Whether the discussion is about a change: it names the decision, or is the one that was called for. Views that its record
    /// gives to attendees are on record from then on.
    private mutating func reconvene(
        _ held: DiscussionHeld, at place: Int, _ terms: RegisterTerms, _ actions: inout [RegisterAction]
    ) -> Bool {
        let change = changes[place]
        var people: Set<PersonID> = []
        for part in change.parts.indices where change.parts[part].isOpen {
            let (child, isCalled) = (change.parts[part].person, change.parts[part].isCalled)
            guard held.isReconvened(for: child, after: change.decidedAt) || !terms.rules.keeps(.r8) else { continue }
            let isMeant = held.names(change.id) || held.about.isEmpty && isCalled || !terms.rules.keeps(.r8)
            guard isMeant else { continue }
            people.insert(child)
            changes[place].parts[part].discussions.append(held.name)
        }
        guard !people.isEmpty else { return false }
        for (agency, position) in held.attendees.sorted(by: { $0.key < $1.key }) where agency != change.agency {
            let said = people.filter { !change.hasOwnView(agency, on: $0) }
            guard let position, !said.isEmpty else { continue }
            let view = ViewGiven(
                decisionID: change.id, version: change.version, agency: agency, recordedBy: held.recordedBy,
                position: position, at: held.heldAt)
            actions += record(view, on: said, at: place, terms)
        }
        return true
    }

    /// It was held before the change took effect and is recorded after it: whoever was there should have heard, and should have
    /// been asked. A change in effect is held again, unless the child's level was raised since.
    private mutating func completeLate(_ held: DiscussionHeld, at place: Int, _ terms: RegisterTerms) -> [LatePart] {
        let change = changes[place]
        var late: [LatePart] = []
        for (number, part) in change.parts.enumerated()
        where part.state == .inEffect && held.children.contains(part.person) {
            guard let effectiveAt = part.effectiveAt, held.heldAt <= effectiveAt, part.settledBy != held.name else {
                continue
            }
            let since = children[part.person]?.since(beforeEffectOf: change.version(of: part))
            guard held.heldAt >= since ?? held.heldAt else { continue }
            late.append(LatePart(place: place, number: number))
            guard terms.rules.keeps(.r2), part.isLowering, part.from == .section47, change.isLatest(part) else {
                continue
            }
            let present = part.settledBy.flatMap(discussion)?.present ?? []
            let unheard = held.attendees.keys.filter {
                $0 != change.agency && !present.contains($0) && !change.hasSay($0, on: part.person, under: terms)
            }
            if !unheard.isEmpty { reopen(part: number, ofChangeAt: place) }
        }
        if !terms.rules.keeps(.n1) {
            for part in change.parts.indices { changes[place].parts[part].told = [:] }
        }
        return late
    }

    /// A change that took effect after a discussion which is recorded only now.
    private struct LatePart {
        let place: Int
        let number: Int
    }

    /// Whoever was there hears how each child stands now. What the child has gone on from since is over, and no news to anybody (N1):
    /// in its place they hear of the change that the present level comes from, or, if none does, of the level alone.
    private mutating func catchUp(_ held: DiscussionHeld, on late: [LatePart]) -> [RegisterAction] {
        var unheard: [AgencyCode: Set<PersonID>] = [:]
        for late in late {
            let part = changes[late.place].parts[late.number]
            let present = children[part.person]?.spans.last?.decision
            if part.isOpen || present == changes[late.place].version(of: part) {
                changes[late.place].parts[late.number].hearers.formUnion(held.attendees.keys)
            } else if let present {
                tellOfPresent(present, of: part.person, held, Set(held.attendees.keys).subtracting(part.told.keys))
            } else {
                for agency in held.attendees.keys where part.told[agency] == nil {
                    unheard[agency, default: []].insert(part.person)
                }
            }
        }
        return unheard.sorted { $0.key < $1.key }.map { .status(agency: $0.key, children: $0.value) }
    }

    private mutating func tellOfPresent(
        _ version: ChildStanding.Version, of person: PersonID, _ held: DiscussionHeld, _ unheard: Set<AgencyCode>
    ) {
        guard let place = changes.firstIndex(where: { $0.id == version.id }),
            let number = changes[place].parts.lastIndex(where: { $0.person == person && $0.version == version.number }),
            changes[place].parts[number].effectiveAt.map({ held.heldAt <= $0 }) == true
        else { return }
        changes[place].parts[number].hearers.formUnion(unheard)
    }

    /// Whether something that comes late could hold the settled change again: it is in effect, and the level was not raised since.
    package func mayBeHeldAgain(_ change: Change) -> Bool {
        change.parts.contains { part in
            guard part.state == .inEffect, part.isLowering, change.isLatest(part) else { return false }
            guard !part.isUrgent else { return part.settledBy != nil }
            var child = children[part.person]
            return child?.takeBack(change.version(of: part), from: part.from) != nil
        }
    }

    /// What was in effect waits again: for its consultees, or, if it is urgent, for its discussion.
    private mutating func reopen(part number: Int, ofChangeAt place: Int) {
        let part = changes[place].parts[number]
        if part.isUrgent {
            guard part.settledBy != nil else { return }
            changes[place].parts[number].awaitsDiscussion = true
            changes[place].parts[number].settledBy = nil
            changes[place].parts[number].turn += 1
            return
        }
        let version = changes[place].version(of: part)
        guard let undone = children[part.person]?.takeBack(version, from: part.from) else { return }
        // What has gone on from there has lost its ground: a higher level has begun again (R9).
        for later in changes.indices {
            for number in changes[later].parts.indices where changes[later].parts[number].person == part.person {
                let part = changes[later].parts[number]
                guard part.state == .inEffect, undone.contains(changes[later].version(of: part)) else { continue }
                changes[later].parts[number].go(to: .overtaken)
                changes[later].parts[number].awaitsDiscussion = false
            }
        }
        changes[place].parts[number].go(to: .held)
        changes[place].parts[number].effectiveAt = nil
        changes[place].parts[number].settledBy = nil
    }

    /// An attendee disputes what the record says of it: what the discussion let go is held again, and the agency objects (R8).
    mutating func dispute(_ id: OwnName, _ agency: AgencyCode) throws(RegisterRefusals) -> [RegisterAction] {
        guard let number = discussions.lastIndex(where: { $0.held.name == id }),
            discussions[number].held.attendees.keys.contains(agency)
        else { throw RegisterRefusals(.unknownSubject) }
        guard discussions[number].disputedBy.insert(agency).inserted else { throw RegisterRefusals(.onRecord) }
        for place in changes.indices {
            var people: Set<PersonID> = []
            for part in changes[place].parts.indices where changes[place].parts[part].discussions.contains(id) {
                let isLatest = changes[place].isLatest(changes[place].parts[part])
                if changes[place].parts[part].settledBy == id, isLatest {
                    reopen(part: part, ofChangeAt: place)
                    people.insert(changes[place].parts[part].person)
                } else if changes[place].parts[part].isOpen {
                    people.insert(changes[place].parts[part].person)
                }
            }
            if !people.isEmpty { object(agency, .challenge, people, by: agency, at: place) }
        }
        return []
    }
}
