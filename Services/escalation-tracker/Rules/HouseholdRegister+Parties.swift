import Safeguarding

// Who has to do with a change, for each child by itself: R1, R2, R4, R7, R8.
extension HouseholdRegister {
    /// Who is party to what is decided about the child now, and why (R1).
    package func parties(of person: PersonID, under terms: RegisterTerms) -> [AgencyCode: Set<PartyReason>] {
        guard let child = children[person] else { return [:] }
        var parties: [AgencyCode: Set<PartyReason>] = [:]
        for agency in attendees(of: person, since: child.levelSince, terms) {
            parties[agency, default: []].insert(.attendee)
        }
        for (agency, at) in child.reviewed where at >= child.levelSince ?? at {
            parties[agency, default: []].insert(.attendee)
        }
        // Whoever has heard of an urgent change hears of whatever comes before it is settled (R11).
        for (part, change) in unsettled(of: person, terms) {
            for agency in part.told.keys where agency != change.agency {
                parties[agency, default: []].insert(.attendee)
            }
        }
        for agency in child.referrers { parties[agency, default: []].insert(.referrer) }
        for agency in child.involved { parties[agency, default: []].insert(.involved) }
        return parties
    }

    /// Everybody who is party to any of the children, and to which.
    package func parties(to people: Set<PersonID>, under terms: RegisterTerms) -> [AgencyCode: Party] {
        people.reduce(into: [:]) { all, person in
            for (agency, because) in parties(of: person, under: terms) {
                all[agency, default: Party()].add(person, because)
            }
        }
    }

    /// Whoever was at a strategy discussion about the child since a moment. With R1 and R2 off, at the latest one alone.
    func attendees(of person: PersonID, since: Instant?, _ terms: RegisterTerms, all: Rule = .r1) -> Set<AgencyCode> {
        guard terms.rules.keeps(all) else {
            return discussions.filter { $0.held.children.contains(person) }.max { $0.held.heldAt < $1.held.heldAt }
                .map { Set($0.held.attendees.keys) } ?? []
        }
        return children[person]?.discussed(since: since) ?? []
    }

    /// Urgent changes of the child that wait for their discussion still (R11).
    func unsettled(of person: PersonID, _ terms: RegisterTerms) -> [(part: ChangePart, change: Change)] {
        guard terms.rules.keeps(.r11) else { return [] }
        return changes.flatMap { change in
            change.parts.filter { $0.awaitsDiscussion && $0.person == person }.map { ($0, change) }
        }
    }

    /// Those of them that have left a level above this one's: whoever must have a say on them must have one on what lowers the child
    /// further, or two steps would go where one may not.
    package func unsettled(above part: ChangePart, _ terms: RegisterTerms) -> [(part: ChangePart, change: Change)] {
        guard part.isLowering else { return [] }
        // Each stands above the one that asks, so that this comes to an end.
        return unsettled(of: part.person, terms).filter { $0.part.from.isLowered(to: part.from) }
    }

    /// Since when the child was at a level that one of them has left, where this level is that one or above it: then nobody has ended
    /// what began there. Whoever had a say on it has one on the next change that would end it, and hears of this one (R1, R2, R11).
    func sinceUnsettled(above level: ThresholdLevel, of person: PersonID, _ terms: RegisterTerms) -> Instant?? {
        unsettled(of: person, terms).first { level.rank <= $0.part.from.rank }.map {
            children[person]?.since(beforeEffectOf: $0.change.version(of: $0.part))
        }
    }

    /// The discussion that a decision names: its own agency's of that identifier, or else another's at which its agency was.
    package func discussion(namedBy change: Change) -> Discussion? {
        guard let id = change.discussionID else { return nil }
        return discussion(OwnName(id, of: change.agency))
            ?? discussions.last { $0.held.id == id && $0.held.attendees.keys.contains(change.agency) }
    }

    /// Who hears what becomes of these children's change, and of which of them.
    package func hearers(of people: Set<PersonID>, in change: Change, under terms: RegisterTerms) -> [AgencyCode: Party]
    {
        var hearers: [AgencyCode: Party] = [:]
        for person in people {
            guard let part = change.part(of: person) else { continue }
            for (agency, because) in audience(of: part, in: change, terms) {
                hearers[agency, default: Party()].add(person, because)
            }
        }
        return hearers
    }

    /// Who hears of anything about the change.
    func audience(of change: Change, _ terms: RegisterTerms) -> Set<AgencyCode> {
        change.parts.reduce(into: []) { $0.formUnion(audience(of: $1, in: change, terms).keys) }
    }

    /// Who hears of each of the change's states: parties, consultees, and whoever has heard of it before.
    package func audience(of part: ChangePart, in change: Change, _ terms: RegisterTerms) -> [AgencyCode: Set<
        PartyReason
    >] {
        var audience: [AgencyCode: Set<PartyReason>] = [:]
        if part.isOpen || part.told.isEmpty && part.state == .inEffect {
            audience = parties(of: part.person, under: terms)
            for agency in consultees(of: part, in: change, under: terms) {
                audience[agency, default: []].insert(.attendee)
            }
            // Whoever objects to it under another identifier hears of it, party still or not.
            if terms.rules.keeps(.r17) {
                for agency in objectingElsewhere(to: part, in: change) { audience[agency, default: []].formUnion([]) }
            }
        }
        let known = part.isOpen ? [:] : parties(of: part.person, under: terms)
        for agency in part.hearers.union(part.told.keys) {
            audience[agency, default: []].formUnion(known[agency] ?? [])
        }
        return audience
    }

    /// Agencies whose objections to the child's change stand (R7): of parties, whoever else has said something.
    package func objecting(to part: ChangePart, in change: Change, under terms: RegisterTerms) -> Set<AgencyCode> {
        var objecting = Set(change.objections.filter { $0.children.contains(part.person) }.map(\.agency))
        if terms.rules.keeps(.r17) { objecting.formUnion(objectingElsewhere(to: part, in: change)) }
        guard !objecting.isEmpty else { return [] }
        guard terms.rules.keeps(.r7) else {
            return objecting.intersection(consultees(of: part, in: change, under: terms))
        }
        return objecting.intersection(audience(of: part, in: change, terms).keys)
    }

    /// What lets a held change take effect.
    enum Clearance: Hashable {
        case raised
        case urgent
        case everybody
        case discussion(OwnName)
    }

    /// What lets the child's change take effect now; `nil` while it has to wait (R4, R8).
    func clearance(of part: ChangePart, in change: Change, _ terms: RegisterTerms) -> Clearance? {
        guard part.isLowering else { return .raised }
        if part.isUrgent { return .urgent }
        guard unsettled(above: part, terms).isEmpty else { return nil }
        guard terms.rules.keeps(.r8) else {
            // The fault that R8 is against: whatever discussion comes lets it go.
            if let any = part.discussions.last, discussion(any)?.held.decidedOnEnquiry == false {
                return .discussion(any)
            }
            return isCleared(part, in: change, terms) ? .everybody : nil
        }
        guard objecting(to: part, in: change, under: terms).isEmpty else { return nil }
        if isCleared(part, in: change, terms) { return .everybody }
        return settlingDiscussion(of: part, in: change, onEnquiry: false, terms).map { .discussion($0) }
    }

    private func isCleared(_ part: ChangePart, in change: Change, _ terms: RegisterTerms) -> Bool {
        let waits = waits(of: part, in: change, under: terms)
        guard !terms.rules.keeps(.r4) else { return waits.isEmpty }
        // The fault that R4 is against: one say is enough.
        let silent = waits.count { $0.isForView }
        let consultees = consultees(of: part, in: change, under: terms)
        return waits.allSatisfy { $0.isForView || $0 == .anybodyOnRecord }
            && (silent < consultees.count || consultees.isEmpty)
    }

    /// A discussion that settles the child's change one way or the other: every consultee was present, or is on record (R8).
    func settlingDiscussion(of part: ChangePart, in change: Change, onEnquiry: Bool, _ terms: RegisterTerms) -> OwnName?
    {
        guard part.from == .section47 else { return nil }
        return part.discussions.last { id in
            guard let discussion = discussion(id), discussion.held.decidedOnEnquiry == onEnquiry else { return false }
            return silent(on: part, in: change, under: terms).isSubset(of: discussion.present)
        }
    }
}
