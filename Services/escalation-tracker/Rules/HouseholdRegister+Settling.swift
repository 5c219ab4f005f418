import Safeguarding

// After each fact: what takes effect or ends, who is told, who is asked, which challenges begin, which clocks run.
extension HouseholdRegister {
    mutating func settle(_ terms: RegisterTerms, _ now: Instant) -> [RegisterAction] {
        var actions: [RegisterAction] = []
        while let (place, part) = nextMove(terms) { actions += move(part, ofChangeAt: place, terms, now) }
        for place in changes.indices {
            actions += tell(at: place, terms)
            actions += ask(at: place, terms)
            actions += endObjections(at: place, terms)
            actions += raiseObjections(at: place, terms)
            actions += watch(at: place, terms)
        }
        return actions
    }

    /// The first part that has to move: one at a time, since what one does can end another (R9).
    private func nextMove(_ terms: RegisterTerms) -> (place: Int, part: Int)? {
        for (place, change) in changes.enumerated() {
            for (number, part) in change.parts.enumerated() where movement(of: part, in: change, terms) != nil {
                return (place, number)
            }
        }
        return nil
    }

    private enum Movement {
        case end(ChangePart.State)
        case takeEffect(Clearance)
        case discussed(String)
    }

    private func movement(of part: ChangePart, in change: Change, _ terms: RegisterTerms) -> Movement? {
        let level = children[part.person]?.level
        switch part.state {
        case .held:
            if level != part.from, terms.rules.keeps(.r9) { return .end(.overtaken) }
            if let id = settlingDiscussion(of: part, in: change, onEnquiry: true, terms) {
                return .end(.withdrawn(.discussion(id: id)))
            }
            return clearance(of: part, in: change, terms).map { .takeEffect($0) }
        case .inEffect where part.awaitsDiscussion:
            if let level, level.rank <= part.from.rank { return .end(.withdrawn(.undone)) }
            if !terms.rules.keeps(.r8) { return part.discussions.last.map { .discussed($0) } }
            guard objecting(to: part, in: change, under: terms).isEmpty else { return nil }
            return settlingDiscussion(of: part, in: change, onEnquiry: false, terms).map { .discussed($0) }
        default: return nil
        }
    }

    private mutating func move(_ number: Int, ofChangeAt place: Int, _ terms: RegisterTerms, _ now: Instant)
        -> [RegisterAction]
    {
        let change = changes[place]
        let part = change.parts[number]
        switch movement(of: part, in: change, terms) {
        case .end(let state): changes[place].parts[number].go(to: state)
        case .discussed(let id):
            changes[place].parts[number].go(to: .inEffect)
            changes[place].parts[number].awaitsDiscussion = false
            changes[place].parts[number].settledBy = id
        case .takeEffect(let clearance):
            // Those who are party to the child's old level hear what became of it.
            let hearers = audience(of: part, in: change, terms).keys
            changes[place].parts[number].hearers.formUnion(hearers)
            changes[place].parts[number].go(to: .inEffect)
            changes[place].parts[number].effectiveAt = now
            if case .discussion(let id) = clearance { changes[place].parts[number].settledBy = id }
            children[part.person, default: ChildStanding()].enter(
                part.to, at: change.decidedAt, by: change.version(of: part))
            guard clearance == .urgent, terms.rules.keeps(.r11) else { return [] }
            changes[place].parts[number].awaitsDiscussion = true
            return [.overridden(decisionID: change.id, version: part.version, children: [part.person])]
        case nil: break
        }
        return []
    }

    /// Everybody who has not heard of a part's present state hears of it now, and nobody twice (N1).
    private mutating func tell(at place: Int, _ terms: RegisterTerms) -> [RegisterAction] {
        struct Group: Hashable {
            let version: Int
            let state: ChangePart.State
            let turn: Int
            let isUrgent: Bool
            let isRaise: Bool
            let parties: [AgencyCode: Set<PartyReason>]
        }
        let change = changes[place]
        var order: [Group] = []
        var groups: [Group: Set<PersonID>] = [:]
        for (number, part) in change.parts.enumerated() {
            let parties = audience(of: part, in: change, terms).filter { part.told[$0.key] != part.turn }
            guard !parties.isEmpty else { continue }
            for agency in parties.keys { changes[place].parts[number].told[agency] = part.turn }
            let isRaise = part.to.isLowered(to: part.from)
            if isRaise, !terms.rules.keeps(.r12) { continue }
            let group = Group(
                version: part.version, state: part.state, turn: part.turn, isUrgent: part.isUrgent, isRaise: isRaise,
                parties: parties)
            if groups[group] == nil { order.append(group) }
            groups[group, default: []].insert(part.person)
        }
        return order.map { group in
            .tell(
                Step(
                    decisionID: change.id, version: group.version, state: group.state, turn: group.turn,
                    isUrgent: group.isUrgent, isRaise: group.isRaise, children: groups[group] ?? [],
                    parties: group.parties))
        }
    }

    /// Consultees that have no say and were not asked are asked now, also of an urgent change (R2, R11).
    private mutating func ask(at place: Int, _ terms: RegisterTerms) -> [RegisterAction] {
        let change = changes[place]
        var asked: [AgencyCode: Set<PersonID>] = [:]
        for (number, part) in change.parts.enumerated() where part.isOpen && part.version == change.version {
            for agency in silent(on: part, in: change, under: terms).subtracting(part.asked) {
                changes[place].parts[number].asked.insert(agency)
                asked[agency, default: []].insert(part.person)
            }
        }
        return asked.sorted { $0.key < $1.key }.map {
            .ask(agency: $0.key, decisionID: change.id, version: change.version, children: $0.value)
        }
    }

    /// What ends a child's change ends what was said against it, and says so (R17).
    private mutating func endObjections(at place: Int, _ terms: RegisterTerms) -> [RegisterAction] {
        guard terms.rules.keeps(.r17), !changes[place].objections.isEmpty else { return [] }
        let change = changes[place]
        let live = Set(change.parts.filter { $0.isHeld || $0.state == .inEffect }.map(\.person))
        return lift(at: place, .changeEnded, { _ in true }, on: { $0.children.subtracting(live) })
    }

    /// An objection of a party opens a challenge; one of somebody who is none waits until it is (R7).
    private mutating func raiseObjections(at place: Int, _ terms: RegisterTerms) -> [RegisterAction] {
        let change = changes[place]
        var actions: [RegisterAction] = []
        for (number, objection) in change.objections.enumerated() {
            let people = objection.children.subtracting(objection.raised).filter { person in
                change.part(of: person).map { audience(of: $0, in: change, terms)[objection.agency] != nil } ?? false
            }
            guard !people.isEmpty else { continue }
            changes[place].objections[number].raised.formUnion(people)
            actions.append(
                .challenge(
                    agency: objection.agency, decisionID: change.id, version: change.version, children: people,
                    openedBy: objection.openedBy))
        }
        return actions
    }

    /// Nothing waits without a clock (R11, R20).
    private mutating func watch(at place: Int, _ terms: RegisterTerms) -> [RegisterAction] {
        let change = changes[place]
        let waits = change.parts.contains { $0.isHeld && terms.rules.keeps(.r20) || $0.awaitsDiscussion }
        guard waits != change.isClockArmed else { return [] }
        changes[place].isClockArmed = waits
        return [waits ? .arm(.silence(decisionID: change.id)) : .disarm(.silence(decisionID: change.id))]
    }

    /// The clock has fallen due: whoever is silent is asked again, and a discussion is called for (R11, R20).
    mutating func silence(of id: String, _ terms: RegisterTerms) throws(RegisterRefusals) -> [RegisterAction] {
        guard let place = changes.firstIndex(where: { $0.id == id && $0.isClockArmed }) else {
            throw RegisterRefusals(.nothingAwaited)
        }
        changes[place].lapses += 1
        let change = changes[place]
        var silent: Set<AgencyCode> = []
        for (number, part) in change.parts.enumerated() where part.isOpen {
            changes[place].parts[number].isCalled = true
            silent.formUnion(self.silent(on: part, in: change, under: terms))
        }
        let people = Set(change.parts.filter { $0.isOpen }.map(\.person))
        var actions: [RegisterAction] = []
        if !silent.isEmpty {
            actions.append(.silent(silent, decisionID: id, version: change.version, stage: 1 + change.lapses))
        }
        actions.append(
            .discussionRequired(decisionID: id, version: change.version, children: people, times: change.lapses))
        return actions + [.arm(.silence(decisionID: id))]
    }
}
