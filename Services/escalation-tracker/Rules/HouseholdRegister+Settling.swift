import Safeguarding

// After each fact: what takes effect or ends, who is told, who is asked, which challenges begin, which clocks run.
extension HouseholdRegister {
    mutating func settle(_ terms: RegisterTerms, _ now: Instant, since before: HouseholdRegister) -> [RegisterAction] {
        var actions = releaseWaiting(terms, now)
        var overridden: [ChildStanding.Version: Set<PersonID>] = [:]
        // Before anything moves: what is said against one decision must not be off between its end and the next.
        var carried = carryObjections(terms)
        while let (place, part) = nextMove(terms) {
            let (version, isOverridden) = move(part, ofChangeAt: place, terms, now)
            if isOverridden { overridden[version, default: []].insert(changes[place].parts[part].person) }
            carried += carryObjections(terms)
        }
        dropReplaced()
        forgetDetours(since: before)
        actions += overridden.sorted { $0.key.id < $1.key.id }.map {
            .overridden(decisionID: $0.key.id, version: $0.key.number, children: $0.value)
        }
        actions += tellOfDiscussions()
        // What was decided last is told last, whichever decision has it: whoever hears of several at once takes the last as how it is.
        let places = changes.indices.sorted { (changes[$0].decidedAt, $0) < (changes[$1].decidedAt, $1) }
        for place in places {
            actions += tell(at: place, terms)
            actions += ask(at: place, terms)
            actions += keepPromises(at: place)
        }
        actions += carried
        for place in places { actions += endObjections(at: place, terms) }
        for place in places {
            actions += raiseObjections(at: place, terms)
            actions += watch(at: place, terms)
        }
        return actions
    }

    /// A version that was in effect is no more once a later one is, unless something is still to come of it.
    private mutating func dropReplaced() {
        for (place, change) in changes.enumerated() where change.parts.count > 1 {
            changes[place].parts.removeAll { part in
                part.state == .inEffect && !part.isOpen
                    && change.parts.contains {
                        $0.person == part.person && $0.version > part.version && $0.state == .inEffect
                    }
            }
        }
    }

    /// A part that is where it was before the fact has been nowhere: what nobody was told of is no state (N1).
    private mutating func forgetDetours(since before: HouseholdRegister) {
        for place in changes.indices {
            guard let old = before.change(changes[place].id), old != changes[place] else { continue }
            for (number, part) in changes[place].parts.enumerated() {
                let was = old.parts.last { $0.person == part.person && $0.version == part.version }
                guard let was, was.state == part.state, was.awaitsDiscussion == part.awaitsDiscussion else { continue }
                changes[place].parts[number].turn = was.turn
            }
        }
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
        case discussed(OwnName)
    }

    private func movement(of part: ChangePart, in change: Change, _ terms: RegisterTerms) -> Movement? {
        let level = children[part.person]?.level
        switch part.state {
        case .held:
            if level != part.from, terms.rules.keeps(.r9) { return .end(.overtaken) }
            if let id = settlingDiscussion(of: part, in: change, onEnquiry: true, terms) {
                return .end(.withdrawn(.discussion(id)))
            }
            return clearance(of: part, in: change, terms).map { .takeEffect($0) }
        case .inEffect where part.awaitsDiscussion:
            if let level, level.rank <= part.from.rank { return .end(.withdrawn(.undone)) }
            if !terms.rules.keeps(.r8) { return part.discussions.last.map { .discussed($0) } }
            guard objecting(to: part, in: change, under: terms).isEmpty else { return nil }
            return settlingDiscussion(of: part, in: change, onEnquiry: false, terms).map {
                // Another change has gone on from there: what is confirmed is not what the child's level is (R9).
                level == part.to ? .discussed($0) : .end(.overtaken)
            }
        default: return nil
        }
    }

    /// Moves a part one step on: of which version it is, and whether it took effect before everybody had a say.
    private mutating func move(_ number: Int, ofChangeAt place: Int, _ terms: RegisterTerms, _ now: Instant)
        -> (version: ChildStanding.Version, isOverridden: Bool)
    {
        let change = changes[place]
        let part = change.parts[number]
        let version = change.version(of: part)
        switch movement(of: part, in: change, terms) {
        case .end(let state): changes[place].parts[number].go(to: state)
        case .discussed(let id):
            changes[place].parts[number].go(to: .inEffect)
            changes[place].parts[number].settledBy = id
        case .takeEffect(let clearance):
            // Those who are party to the child's old level hear what became of it.
            let hearers = audience(of: part, in: change, terms).keys
            changes[place].parts[number].hearers.formUnion(hearers)
            changes[place].parts[number].go(to: .inEffect)
            changes[place].parts[number].effectiveAt = now
            if case .discussion(let id) = clearance { changes[place].parts[number].settledBy = id }
            let unsettled = sinceUnsettled(above: part.to, of: part.person, terms)
            children[part.person, default: ChildStanding()].enter(part.to, at: change.decidedAt, by: version)
            if let since = unsettled { children[part.person]?.goOn(since: since) }
            guard clearance == .urgent, terms.rules.keeps(.r11) else { break }
            changes[place].parts[number].awaitsDiscussion = true
            return (version, true)
        case nil: break
        }
        return (version, false)
    }

    /// Attendees of discussions that are about a change hear that they are on record as present, each once (R8).
    private mutating func tellOfDiscussions() -> [RegisterAction] {
        guard discussions.contains(where: { !$0.isTold }) else { return [] }
        let about = Set(changes.flatMap(\.parts).flatMap(\.discussions))
        var actions: [RegisterAction] = []
        for place in discussions.indices
        where !discussions[place].isTold && about.contains(discussions[place].held.name) {
            discussions[place].isTold = true
            actions.append(.discussionRecorded(discussions[place].held.name))
        }
        return actions
    }

    /// Everybody who has not heard of a part's present state hears of it now, and nobody twice: of all the children in that state
    /// together (N1).
    private mutating func tell(at place: Int, _ terms: RegisterTerms) -> [RegisterAction] {
        let change = changes[place]
        var steps: [Step] = []
        for (number, part) in change.parts.enumerated() {
            let parties = audience(of: part, in: change, terms).filter { part.told[$0.key] != part.turn }
            guard !parties.isEmpty else { continue }
            for agency in parties.keys { changes[place].parts[number].told[agency] = part.turn }
            // Whoever has heard of it hears of it to the end by that.
            changes[place].parts[number].hearers.subtract(parties.keys)
            var step = Step(of: part, change.id)
            if step.isRaise, !terms.rules.keeps(.r12) { continue }
            let known = steps.firstIndex { $0.isSameState(as: step) }
            if let known { step = steps[known] }
            for (agency, because) in parties { step.parties[agency, default: Party()].add(part.person, because) }
            if let known { steps[known] = step } else { steps.append(step) }
        }
        return steps.map { .tell($0) }
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
        let live = Set(changes[place].parts.filter { $0.isLive }.map(\.person))
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
    mutating func silence(of id: OwnName, _ terms: RegisterTerms) throws(RegisterRefusals) -> [RegisterAction] {
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
