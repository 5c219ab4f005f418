import DecisionRules
import Safeguarding

/// What has been accepted so far, and what the contract says of it: an account of its own, made from the history of facts and
/// the actions that followed. Of the register it looks at what it did (levels, states), never at why.
struct Oracle: Sendable {
    /// A part of a decision: what the oracle counts by.
    struct PartKey: Hashable, Sendable {
        let decisionID: OwnName
        let version: Int
        let child: PersonID
    }

    /// An agency and a part.
    struct Hearing: Hashable, Sendable {
        let agency: AgencyCode
        let part: PartKey
    }

    /// That a change ended for a child.
    struct Ending: Hashable, Sendable {
        let decisionID: OwnName
        let child: PersonID
        let place: Int
    }

    let terms: RegisterTerms
    var history: [RegisterFact] = []
    /// What each agency was told of each part, in order.
    var told: [Hearing: [ChangePart.State]] = [:]
    /// The numbers of those states.
    var turns: [Hearing: Set<Int>] = [:]
    var asked: [Hearing: Int] = [:]
    var clocks: Set<RegisterClock> = []
    /// Since when each child is at its level, as the register has it.
    var levelsSince: [PersonID: Instant] = [:]
    /// Which change ended for which child, with the place in the history of the fact that ended it.
    var ends: [Ending] = []
    /// When each child left an enquiry, with the decision that took it away.
    var exits: [PersonID: [(decision: DecisionMade, at: Instant)]] = [:]

    init(terms: RegisterTerms) { self.terms = terms }

    /// A step that the register took: what of it the contract does not allow, in words.
    mutating func check(
        _ fact: RegisterFact, _ actions: [RegisterAction], before: HouseholdRegister, after: HouseholdRegister
    ) -> [String] {
        history.append(fact)
        levelsSince = after.children.compactMapValues(\.levelSince)
        var found = after.violations()
        if before == after, actions.isEmpty { found.append("It was accepted, and changed nothing.") }
        found += permission(of: fact, before)
        count(actions, &found)
        found += effects(before, after)
        found += enquiries(fact, after)
        found += hearings(before, after, actions)
        found += endings(before, after, actions)
        found += waiting(after)
        found += consequences(of: fact, before, after, actions)
        return found
    }

    private mutating func count(_ actions: [RegisterAction], _ found: inout [String]) {
        for action in actions {
            switch action {
            case .tell(let step):
                for (agency, party) in step.parties {
                    for child in party.children {
                        let part = PartKey(decisionID: step.decisionID, version: step.version, child: child)
                        let key = Hearing(agency: agency, part: part)
                        let last = told[key, default: []].last
                        // An urgent change is in effect before its discussion was held, and after it: these are two states.
                        let isNew = turns[key, default: []].insert(step.turn).inserted
                        if !isNew || last == step.state && !(step.isUrgent && step.state == .inEffect) {
                            found.append("\(agency) is told the same of \(step.decisionID.id) twice (N1).")
                        }
                        told[key, default: []].append(step.state)
                    }
                }
            case .ask(let agency, let id, let version, let children):
                for child in children {
                    let key = Hearing(agency: agency, part: .init(decisionID: id, version: version, child: child))
                    asked[key, default: 0] += 1
                    if asked[key, default: 0] > 1 { found.append("\(agency) is asked about \(id.id) twice (N1).") }
                }
            case .arm(let clock): clocks.insert(clock)
            case .disarm(let clock): clocks.remove(clock)
            default: break
            }
        }
    }

    /// Facts that must not be accepted: R3, R4, R13.
    private func permission(of fact: RegisterFact, _ before: HouseholdRegister) -> [String] {
        switch fact {
        case .discussion(let discussion):
            let present = Set(discussion.attendees.keys)
            guard terms.recorders.contains(discussion.recordedBy) else {
                return ["\(discussion.recordedBy) records a strategy discussion (R3)."]
            }
            guard !discussion.hasQuorumException, terms.quorum.contains(where: { $0.isDisjoint(with: present) }) else {
                return []
            }
            return ["A discussion without its quorum is accepted (R3)."]
        case .challengeEnded(let name, _, let agency, _, .decider):
            return ["\(name.agency) closes the challenge of \(agency) against what it decided itself (R15)."]
        case .decision(let decision):
            var found: [String] = []
            for child in decision.children {
                if let level = before.children[child.person]?.level, level != child.from {
                    found.append("A decision from a level that the child is not at is accepted (R13).")
                }
            }
            if let urgency = decision.urgency, !urgency.hasReason || !urgency.isAttested {
                found.append("An urgent change without its manager is accepted (R4).")
            }
            return found
        default: return []
        }
    }

    /// What a challenge that ends as changed is about is undone, or the challenge goes on (R16); whoever joins is told where the
    /// child stands, once (R19).
    private func consequences(
        of fact: RegisterFact, _ before: HouseholdRegister, _ after: HouseholdRegister, _ actions: [RegisterAction]
    ) -> [String] {
        switch fact {
        case .challengeEnded(let name, _, let agency, .changed, _):
            let isOver = actions.contains {
                if case .objectionEnded(agency, name, _, _) = $0 { true } else { false }
            }
            let objections = before.changes.first { $0.id == name }?.objections.filter { $0.agency == agency } ?? []
            let children = objections.reduce(into: Set<PersonID>()) { $0.formUnion($1.children) }
            let stands = after.changes.first { $0.id == name }?.parts.contains { part in
                children.contains(part.person) && part.state == .inEffect
                    && after.children[part.person]?.level == part.to
            }
            guard isOver, stands == true else { return [] }
            return ["The challenge of \(agency) ends as changed, and \(name.id) is in effect as before (R16)."]
        case .joined(let child, let agency):
            let told = actions.count {
                if case .status(agency, let children) = $0 { children.contains(child) } else { false }
            }
            guard after.children[child]?.level != nil, told != 1 else { return [] }
            return ["\(agency) joins, and is told \(told) times where the child stands (R19)."]
        default: return []
        }
    }

    /// Held parts have their clock, and every objection somebody to answer for what it is against (R20, R11, R17).
    private func waiting(_ after: HouseholdRegister) -> [String] {
        var found: [String] = []
        for change in after.changes {
            let waits = change.parts.contains { $0.isHeld }
            if waits, !clocks.contains(.silence(decisionID: change.id)) {
                found.append("\(change.id.id) is held, and no clock runs (R20).")
            }
            for objection in change.objections {
                let live = change.parts.contains { objection.children.contains($0.person) && $0.isLive }
                if !live {
                    found.append(
                        "The challenge of \(objection.agency) goes on, and there is nothing left of \(change.id.id) (R17)."
                    )
                }
            }
        }
        return found
    }

    /// No objection goes without an ending that its raiser is told, and no held child without what became of it (R7, R10, R17).
    private func endings(_ before: HouseholdRegister, _ after: HouseholdRegister, _ actions: [RegisterAction])
        -> [String]
    {
        var found: [String] = []
        for change in before.changes {
            let now = after.changes.first { $0.id == change.id }
            for objection in change.objections
            where now?.objections.contains(where: { $0.agency == objection.agency }) != true {
                let isTold = actions.contains {
                    if case .objectionEnded(objection.agency, change.id, _, _) = $0 { true } else { false }
                }
                if !isTold { found.append("The objection of \(objection.agency) to \(change.id.id) vanishes (R17).") }
            }
            for part in change.parts where part.isHeld {
                let goesOn = now?.parts.contains { $0.person == part.person } ?? false
                if !goesOn { found.append("What was held for \(change.id.id) vanishes untold (R10).") }
            }
        }
        return found
    }
}
