import Safeguarding

// Views and objections: R5, R6, R7.
extension HouseholdRegister {
    /// A view is joined to its version, or waits.
    mutating func take(_ view: ViewGiven, _ terms: RegisterTerms) throws(RegisterRefusals) -> [RegisterAction] {
        guard let place = joinable(view, terms) else {
            try wait(view)
            return []
        }
        return try judge(view, at: place, terms)
    }

    /// The place of the decision that a view can be joined to now. Of one to which its agency, or the one that recorded it, is no
    /// party nothing is said: neither may find out that it was made (N4), and each may still become party.
    private func joinable(_ view: ViewGiven, _ terms: RegisterTerms) -> Int? {
        guard let place = changes.firstIndex(where: { $0.id == view.decisionID }),
            view.version <= changes[place].version || !terms.rules.keeps(.r6)
        else { return nil }
        let audience = audience(of: changes[place], terms)
        guard audience.contains(view.agency),
            audience.contains(view.recordedBy) || view.recordedBy == changes[place].agency
        else { return nil }
        return place
    }

    private mutating func judge(_ view: ViewGiven, at place: Int, _ terms: RegisterTerms) throws(RegisterRefusals)
        -> [RegisterAction]
    {
        if view.version < changes[place].version, terms.rules.keeps(.r6),
            !changes[place].leavesOpen(view.version, for: view)
        {
            throw RegisterRefusals(.versionReplaced(by: changes[place].version))
        }
        guard !view.isEarly || !view.put.isEmpty || !terms.rules.keeps(.r6) else { throw RegisterRefusals(.notMadeYet) }
        let change = changes[place]
        let version = terms.rules.keeps(.r6) ? view.version : change.version
        let parts = change.parts.filter { part in
            part.version == version && view.isAbout(part.person) && change.isLatest(part)
        }
        guard !parts.isEmpty, view.fits(parts) || !terms.rules.keeps(.r6) else {
            throw RegisterRefusals(.otherChildren)
        }
        var people = Set(parts.filter { $0.isLive }.map(\.person))
        guard !people.isEmpty else { throw RegisterRefusals(.changeEnded) }
        if !view.isOwn, terms.rules.keeps(.r5) {
            people = people.filter { !change.hasOwnView(view.agency, on: $0) }
            guard !people.isEmpty else { throw RegisterRefusals(.saidItself) }
        }
        let same = change.views.first {
            $0.agency == view.agency && $0.position == view.position && $0.isOwn == view.isOwn
                && $0.recordedBy == view.recordedBy && $0.children.isSuperset(of: people)
                && (view.note == nil || view.note == $0.note)
        }
        // An objection that its agency has lifted since is raised again by saying the same again.
        let stands = change.objections.contains { $0.agency == view.agency && $0.children.isSuperset(of: people) }
        guard same == nil || view.position == .object && !stands else { throw RegisterRefusals(.onRecord) }
        return [.counted(view)] + record(view, on: people, at: place, terms)
    }

    /// Puts a view on record for these children; of another's record those of whom the agency has said nothing itself. Only the
    /// agency's own lifts an objection of its own (R7).
    mutating func record(_ view: ViewGiven, on people: Set<PersonID>, at place: Int, _ terms: RegisterTerms)
        -> [RegisterAction]
    {
        let isOwn = view.isOwn || !terms.rules.keeps(.r5)
        changes[place].removeViews(of: view.agency, on: people, ownToo: isOwn)
        changes[place].viewsRecorded += 1
        let number = changes[place].viewsRecorded
        changes[place].views.append(
            View(
                number: number, agency: view.agency, recordedBy: view.recordedBy, position: view.position, at: view.at,
                children: people, isOwn: isOwn, note: view.note))
        var actions: [RegisterAction] = []
        if !isOwn {
            actions.append(
                .confirmView(
                    agency: view.agency, decisionID: view.decisionID, version: changes[place].version, number: number))
        }
        if view.position == .object {
            object(view.agency, .view, people, by: view.recordedBy, at: place)
        } else if isOwn {
            actions += lift(at: place, .lifted) {
                $0.agency == view.agency && $0.origin == .view
            } on: { _ in
                people
            }
        }
        return actions
    }

    /// An agency says that what was recorded for it is its own view (R5).
    mutating func confirmView(_ id: OwnName, _ version: Int, _ agency: AgencyCode, _ number: Int?)
        throws(RegisterRefusals) -> [RegisterAction]
    {
        let (place, confirmed) = try secondHand(id, version, agency, number)
        for view in changes[place].views.indices where confirmed.contains(changes[place].views[view]) {
            changes[place].views[view].isOwn = true
        }
        let supported = confirmed.filter { $0.position != .object }.reduce(into: Set()) { $0.formUnion($1.children) }
        return lift(at: place, .lifted) {
            $0.agency == agency && $0.origin == .view
        } on: { _ in
            supported
        }
    }

    /// An agency says that what was recorded for it is not its view: that record is gone, and an objection with it.
    mutating func disputeView(_ id: OwnName, _ version: Int, _ agency: AgencyCode, _ number: Int?)
        throws(RegisterRefusals) -> [RegisterAction]
    {
        let (place, disputed) = try secondHand(id, version, agency, number)
        changes[place].views.removeAll { disputed.contains($0) }
        let people = disputed.reduce(into: Set()) { $0.formUnion($1.children) }
        return lift(at: place, .disowned) {
            $0.agency == agency && $0.origin == .view && $0.openedBy != agency
        } on: { _ in
            people
        }
    }

    /// What others have recorded for an agency, and it has said nothing of.
    private func secondHand(_ id: OwnName, _ version: Int, _ agency: AgencyCode, _ number: Int?)
        throws(RegisterRefusals) -> (place: Int, views: [View])
    {
        let place = try place(of: id, version: version)
        let views = changes[place].views.filter {
            $0.agency == agency && !$0.isOwn && $0.number == number ?? $0.number
        }
        guard !views.isEmpty else { throw RegisterRefusals(.unknownSubject) }
        return (place, views)
    }

    mutating func challenge(_ id: OwnName, _ version: Int, _ agency: AgencyCode, _ people: Set<PersonID>)
        throws(RegisterRefusals) -> [RegisterAction]
    {
        let place = try place(of: id, version: version)
        let parts = changes[place].parts.filter { people.contains($0.person) }
        guard !parts.isEmpty else { throw RegisterRefusals(.otherChildren) }
        let live = Set(parts.filter { $0.isLive }.map(\.person))
        guard !live.isEmpty else { throw RegisterRefusals(.changeEnded) }
        let known = changes[place].objections.filter { $0.agency == agency && $0.origin == .challenge }
            .reduce(into: Set<PersonID>()) { $0.formUnion($1.children) }
        guard !live.isSubset(of: known) else { throw RegisterRefusals(.onRecord) }
        object(agency, .challenge, live, by: agency, at: place)
        return []
    }

    mutating func endChallenge(
        _ id: OwnName, _ version: Int, _ agency: AgencyCode, _ outcome: ChallengeOutcome, by closer: ChallengeCloser,
        _ terms: RegisterTerms
    ) throws(RegisterRefusals) -> [RegisterAction] {
        guard closer != .decider || !terms.rules.keeps(.r15) else { throw RegisterRefusals(.mayNotClose) }
        let place = try place(of: id, version: version)
        let own = changes[place].objections.filter { $0.agency == agency }
        guard !own.isEmpty else { throw RegisterRefusals(.unknownSubject) }
        switch outcome {
        case .lifted:
            return lift(at: place, .lifted) {
                $0.agency == agency
            } on: {
                $0.children
            }
        case .compromise:
            guard own.contains(where: { $0.promise != .compromise }) else { throw RegisterRefusals(.onRecord) }
            promise(.compromise, to: agency, at: place)
            return []
        case .changed:
            guard own.contains(where: { $0.promise != .changed }) else { throw RegisterRefusals(.onRecord) }
            let people = own.reduce(into: Set<PersonID>()) { $0.formUnion($1.children) }
            for part in changes[place].parts.indices
            where changes[place].parts[part].isHeld && people.contains(changes[place].parts[part].person) {
                changes[place].parts[part].go(to: .withdrawn(.challenge(by: agency)))
            }
            let undue = terms.rules.keeps(.r16) ? people.intersection(inEffect(at: place)) : []
            promise(.changed, to: agency, at: place)
            return lift(at: place, .lifted) {
                $0.agency == agency
            } on: {
                $0.children.subtracting(undue)
            }
        }
    }

    /// Children for whom a challenge of the agency's that ends as changed leaves something to be undone (R16): what is held is
    /// withdrawn by it, what is in effect is not.
    package func toBeUndone(of id: OwnName, for agency: AgencyCode) -> Set<PersonID> {
        guard let place = changes.firstIndex(where: { $0.id == id }) else { return [] }
        let people = changes[place].objections.filter { $0.agency == agency }
            .reduce(into: Set<PersonID>()) { $0.formUnion($1.children) }
        return people.intersection(inEffect(at: place))
    }

    /// Children that are where a change has brought them.
    private func inEffect(at place: Int) -> Set<PersonID> {
        Set(changes[place].parts.filter { $0.state == .inEffect && !isUndone($0) }.map(\.person))
    }

    /// Whether the child is at a higher level than the one that the change has brought it to.
    private func isUndone(_ part: ChangePart) -> Bool {
        children[part.person]?.level.map { $0.rank < part.to.rank } ?? false
    }

    private mutating func promise(_ promise: Objection.Promise, to agency: AgencyCode, at place: Int) {
        for objection in changes[place].objections.indices
        where changes[place].objections[objection].agency == agency {
            changes[place].objections[objection].promise = promise
        }
    }

    /// What ended as changed has been undone for some children, by whatever event (R16).
    mutating func keepPromises(at place: Int) -> [RegisterAction] {
        guard changes[place].objections.contains(where: { $0.promise == .changed }) else { return [] }
        let undone = Set(changes[place].parts.filter { isUndone($0) }.map(\.person))
        guard !undone.isEmpty else { return [] }
        return lift(at: place, .followed) {
            $0.promise == .changed
        } on: { _ in
            undone
        }
    }

    /// An agency has something against the change of these children. A second voice of it is added to what it said.
    mutating func object(
        _ agency: AgencyCode, _ origin: Objection.Origin, _ people: Set<PersonID>, by recorder: AgencyCode,
        at place: Int
    ) {
        let known = changes[place].objections.firstIndex { $0.agency == agency && $0.origin == origin }
        if let known {
            changes[place].objections[known].children.formUnion(people)
            changes[place].objections[known].promise = nil
        } else {
            changes[place].objections.append(
                Objection(agency: agency, children: people, origin: origin, openedBy: recorder))
        }
    }

    /// Takes children out of objections; what has none left ends, and is told so.
    mutating func lift(
        at place: Int, _ ending: ObjectionEnding, _ isMeant: (Objection) -> Bool,
        on people: (Objection) -> Set<PersonID>
    ) -> [RegisterAction] {
        var ended: Set<AgencyCode> = []
        for objection in changes[place].objections.indices where isMeant(changes[place].objections[objection]) {
            changes[place].objections[objection].children.subtract(people(changes[place].objections[objection]))
            if changes[place].objections[objection].children.isEmpty {
                ended.insert(changes[place].objections[objection].agency)
            }
        }
        changes[place].objections.removeAll { $0.children.isEmpty }
        let change = changes[place]
        return ended.sorted().map {
            .objectionEnded(agency: $0, decisionID: change.id, version: change.version, ending)
        }
    }

    /// Keeps a view until it can be joined to something. Of each agency that records them so many, the latest: nobody's push out
    /// another's, and whoever took it in hands back what never counts.
    private mutating func wait(_ view: ViewGiven) throws(RegisterRefusals) {
        var view = view
        view.isEarly = view.isEarly || !changes.contains { $0.id == view.decisionID && $0.version >= view.version }
        guard !waiting.contains(view) else { throw RegisterRefusals(.onRecord) }
        waiting.append(view)
        guard waiting.count(where: { $0.recordedBy == view.recordedBy }) > HouseholdRegister.maximumWaiting,
            let oldest = waiting.firstIndex(where: { $0.recordedBy == view.recordedBy })
        else { return }
        waiting.remove(at: oldest)
    }

    /// Views that waited and can be joined to something now count, if they fit it, or go back.
    mutating func releaseWaiting(_ terms: RegisterTerms, _ now: Instant) -> [RegisterAction] {
        guard !waiting.isEmpty else { return [] }
        waiting.removeAll { $0.isOver(at: now) }
        var actions: [RegisterAction] = []
        for view in waiting {
            guard let place = joinable(view, terms) else { continue }
            waiting.removeAll { $0 == view }
            do throws(RegisterRefusals) {
                actions += try judge(view, at: place, terms)
            } catch {
                actions.append(.handBack(view, error))
            }
        }
        return actions
    }
}

extension ViewGiven {
    /// Whether it is about a child: all are meant, if none is named.
    func isAbout(_ person: PersonID) -> Bool {
        if let children { return children.contains(person) }
        return put.isEmpty || put.contains { $0.person == person }
    }

    /// Whether what was put to the agency is what was decided (R6).
    func fits(_ parts: [ChangePart]) -> Bool {
        put.allSatisfy { put in
            !isAbout(put.person) || parts.contains { $0.person == put.person && $0.from == put.from && $0.to == put.to }
        }
    }
}
