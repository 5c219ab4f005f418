import Safeguarding

// Decisions and their versions: R10, R13, and what an urgent one needs (R4).
extension HouseholdRegister {
    mutating func decide(_ decision: DecisionMade, _ terms: RegisterTerms) throws(RegisterRefusals) -> [RegisterAction]
    {
        let refusals = refusals(of: decision, terms)
        guard refusals.isEmpty else { throw RegisterRefusals(all: refusals) }
        guard let place = changes.firstIndex(where: { $0.id == decision.name }) else {
            changes.append(Change(id: decision.name, version: 0, decidedAt: decision.decidedAt))
            return takeUp(decision, at: changes.count - 1, heard: [:], terms)
        }
        if decision.isTakingBack {
            return takeBack(decision, at: place, terms)
        }
        // Whoever heard of the version before hears what came of it, party or not.
        let heard = changes[place].parts.reduce(into: [PersonID: Set<AgencyCode>]()) { heard, part in
            heard[part.person, default: []].formUnion(part.hearers.union(part.told.keys))
        }
        let actions = replace(at: place, by: decision, terms)
        return actions + takeUp(decision, at: place, heard: heard, terms)
    }

    private func refusals(of decision: DecisionMade, _ terms: RegisterTerms) -> [RegisterRefusal] {
        let known = changes.first { $0.id == decision.name }
        let next = (known?.version ?? 0) + 1
        guard decision.version == next else { return [.staleVersion(expected: next)] }
        if decision.isTakingBack {
            let inVain = decision.children.firstIndex { known?.part(of: $0.person)?.isHeld != true }
            if let inVain { return [.nothingToTakeBack(child: inVain)] }
        }
        var refusals: [RegisterRefusal] = []
        for (place, child) in decision.children.enumerated() {
            if !child.hasRationale { refusals.append(.rationaleMissing(child: place)) }
            if terms.rules.keeps(.r13), let recorded = children[child.person]?.level, recorded != child.from {
                refusals.append(.staleDecision(child: place, recorded: recorded))
            }
        }
        if let urgency = decision.urgency, terms.rules.keeps(.r4) {
            if !urgency.hasReason { refusals.append(.urgentWithoutReason) }
            if !urgency.isAttested { refusals.append(.authoriserNotAttested) }
        }
        return refusals
    }

    /// What was held for these children is not to be after all; what is left out goes with it.
    private mutating func takeBack(_ decision: DecisionMade, at place: Int, _ terms: RegisterTerms) -> [RegisterAction]
    {
        let listed = Set(decision.children.map(\.person))
        changes[place].version = decision.version
        changes[place].decidedAt = decision.decidedAt
        changes[place].views = []
        for part in changes[place].parts.indices where changes[place].parts[part].isHeld {
            let isListed = listed.contains(changes[place].parts[part].person)
            changes[place].parts[part].go(to: .withdrawn(isListed ? .takenBack : .leftOut))
        }
        // What was said against the version that is in effect, and stays so, was carried to the one that is taken back (R17).
        return changes[place].objections.compactMap { objection in
            let stands = changes[place].parts.contains { $0.isLive && objection.children.contains($0.person) }
            guard stands else { return nil }
            return .objectionEnded(
                agency: objection.agency, decisionID: decision.name, version: decision.version - 1,
                .carried(toVersion: decision.version))
        }
    }

    /// The version before ends: its views do not count any more, its objections go on against the new one where that lowers the
    /// child's threshold too, and children that the new one leaves out are withdrawn (R6, R10, R17).
    private mutating func replace(at place: Int, by decision: DecisionMade, _ terms: RegisterTerms) -> [RegisterAction]
    {
        let old = changes[place]
        var actions: [RegisterAction] = []
        let listed = Set(decision.children.map(\.person))
        // Children that it leaves out, and whose urgent change still waits for its discussion, stay with the views on them.
        let unsettled = Set(old.parts.filter(\.awaitsDiscussion).map(\.person)).subtracting(listed)
        if terms.rules.keeps(.r6) {
            actions += Set(old.views.filter { !$0.children.isSubset(of: unsettled) }.map(\.agency)).sorted().map {
                .viewNoLongerCounts(agency: $0, decisionID: old.id, version: old.version)
            }
            for view in old.views.indices { changes[place].views[view].children.formIntersection(unsettled) }
            changes[place].views.removeAll { $0.children.isEmpty }
        }
        let lowered = Set(decision.children.filter { $0.from.isLowered(to: $0.to) }.map(\.person))
        changes[place].objections = []
        for var objection in old.objections where terms.rules.keeps(.r17) {
            let goesOn = objection.children.intersection(lowered)
            objection.children = goesOn.union(objection.children.subtracting(listed))
            let isOver = objection.promise == .compromise || objection.children.isEmpty
            // That it lowers the child's threshold once more is not what was agreed on.
            if !goesOn.isEmpty { objection.promise = nil }
            if !isOver { changes[place].objections.append(objection) }
            actions.append(
                .objectionEnded(
                    agency: objection.agency, decisionID: old.id, version: old.version,
                    isOver ? .replaced(byVersion: decision.version) : .carried(toVersion: decision.version)))
        }
        changes[place].parts.removeAll { part in
            // What is in effect stays until the new version is: that may be taken back.
            if listed.contains(part.person) { return part.state != .inEffect }
            return part.isHeld && !terms.rules.keeps(.r10)
        }
        for part in changes[place].parts.indices
        where changes[place].parts[part].isHeld && !listed.contains(changes[place].parts[part].person) {
            changes[place].parts[part].go(to: .withdrawn(.leftOut))
        }
        return actions
    }

    private mutating func takeUp(
        _ decision: DecisionMade, at place: Int, heard: [PersonID: Set<AgencyCode>], _ terms: RegisterTerms
    ) -> [RegisterAction] {
        changes[place].version = decision.version
        changes[place].decidedAt = decision.decidedAt
        changes[place].discussionID = decision.discussionID
        changes[place].reviewers = Set(decision.review.keys).subtracting([decision.agency])
        for child in decision.children {
            var part = ChangePart(
                person: child.person, from: child.from, to: child.to, version: decision.version,
                isUrgent: decision.urgency != nil && child.from.isLowered(to: child.to))
            part.isCalled = part.isUrgent
            part.discussions = discussions.map(\.held)
                .filter { $0.names(decision.name) && $0.isReconvened(for: child.person, after: decision.decidedAt) }
                .map(\.name)
            part.hearers = heard[child.person] ?? []
            changes[place].parts.append(part)
            if children[child.person]?.level == nil {
                children[child.person, default: ChildStanding()].spans = [.init(level: child.from)]
            }
            for agency in decision.review.keys {
                let last = children[child.person]?.reviewed[agency] ?? decision.decidedAt
                children[child.person]?.reviewed[agency] = max(last, decision.decidedAt)
            }
        }
        var actions: [RegisterAction] = []
        takeUpDisputes(at: place)
        let listed = Set(decision.children.map(\.person))
        for (agency, position) in decision.review.sorted(by: { $0.key < $1.key }) {
            let view = ViewGiven(
                decisionID: decision.name, version: decision.version, agency: agency, recordedBy: decision.agency,
                position: position, at: decision.decidedAt)
            actions += record(view, on: listed, at: place, terms)
        }
        return actions
    }

    /// What an attendee has said against a discussion that names the decision stands against the decision as well, though that
    /// came after it.
    private mutating func takeUpDisputes(at place: Int) {
        let change = changes[place]
        for discussion in discussions {
            let people = Set(
                change.parts.filter { $0.version == change.version && $0.discussions.contains(discussion.held.name) }
                    .map(\.person))
            guard !people.isEmpty else { continue }
            for agency in discussion.disputedBy.sorted() { object(agency, .challenge, people, by: agency, at: place) }
        }
    }
}

extension DiscussionHeld {
    /// Whether it names the decision. It gives the identifier alone, so whoever decided has recorded it or was there.
    func names(_ decision: OwnName) -> Bool {
        about.contains(decision.id) && (recordedBy == decision.agency || attendees.keys.contains(decision.agency))
    }

    /// Whether it was about the child and held after the decision.
    func isReconvened(for person: PersonID, after decidedAt: Instant) -> Bool {
        children.contains(person) && heldAt >= decidedAt
    }
}
