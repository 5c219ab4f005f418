import DecisionRules
import Safeguarding

// What took effect, and who heard of it.
extension Oracle {
    /// Whatever took effect by this step was allowed to (R4, R8, R9).
    mutating func effects(_ before: HouseholdRegister, _ after: HouseholdRegister) -> [String] {
        var found: [String] = []
        for change in after.changes {
            let old = before.changes.first { $0.id == change.id }
            for part in change.parts {
                let was = old?.parts.last { $0.person == part.person && $0.version == part.version }
                if part.isEnded, was?.isEnded == false {
                    ends.append(Ending(decisionID: change.id, child: part.person, place: history.count - 1))
                }
                // Held again, or undone before it was settled: then nobody has left what it left.
                if was?.state == .inEffect, part.isHeld || part.state.isWithdrawn {
                    exits[part.person]?.removeAll {
                        $0.decision.name == change.id && $0.decision.version == part.version
                    }
                }
                guard part.state == .inEffect, was?.state != .inEffect, part.from.isLowered(to: part.to) else {
                    continue
                }
                found += effect(of: change.id, part, levelBefore: before.children[part.person]?.level)
                found += followed(change.id, part, before)
                let isUnsettled = after.changes.flatMap(\.parts).contains {
                    $0.awaitsDiscussion && $0.person == part.person && $0.from.isLowered(to: part.from)
                }
                if isUnsettled, !part.isUrgent {
                    found.append("\(change.id.id) takes effect before an urgent change is settled (R11).")
                }
                if part.from == .section47, let decision = decision(change.id, part.version) {
                    exits[part.person, default: []].append((decision, decision.decidedAt))
                }
            }
        }
        return found
    }

    /// An enquiry on which a discussion has decided goes on, whenever that is recorded, until somebody has left it (R12).
    func enquiries(_ fact: RegisterFact, _ after: HouseholdRegister) -> [String] {
        guard case .discussion(let held) = fact, held.decidedOnEnquiry else { return [] }
        return held.children.compactMap { child in
            guard let level = after.children[child]?.level, level != .section47,
                exits[child, default: []].allSatisfy({ $0.at < held.heldAt })
            else { return nil }
            return "An enquiry that \(held.id) decided on has no effect (R12)."
        }
    }

    private func effect(of id: OwnName, _ part: ChangePart, levelBefore: ThresholdLevel?) -> [String] {
        guard let decision = decision(id, part.version),
            let child = decision.children.first(where: { $0.person == part.person })
        else { return ["\(id.id) takes effect, and nobody decided it."] }
        var found: [String] = []
        if let levelBefore, levelBefore != part.from { found.append("\(id.id) takes effect from another level (R9).") }
        if decision.urgency != nil { return found }
        let consultees = consultees(decision, child)
        let silent = consultees.filter { !hasSay($0, decision, child) }
        let heard = told.keys.filter { $0.part.decisionID == id && $0.part.child == part.person }.map(\.agency)
        let objecting = objecting(decision, child).intersection(
            parties(to: part.person).union(consultees).union(heard))
        let isDiscussed = isDiscussed(decision, child, consultees)
        if !objecting.isEmpty {
            found.append("\(id.id) takes effect while \(names(objecting)) objects (R4, R7, R8).")
        }
        if !silent.isEmpty, !isDiscussed {
            found.append("\(id.id) takes effect without a say of \(names(silent)) (R2, R4).")
        }
        return found
    }

    /// What is said against a decision that was held holds another that takes the child down from the same level: a new identifier
    /// sheds nothing (R7, R17). Whoever has given its own view on that one has said there what it thinks.
    private func followed(_ id: OwnName, _ part: ChangePart, _ before: HouseholdRegister) -> [String] {
        guard let decision = decision(id, part.version), decision.urgency == nil,
            let child = decision.children.first(where: { $0.person == part.person })
        else { return [] }
        return before.changes.flatMap { other -> [String] in
            guard other.id != id, let twin = other.parts.last(where: { $0.person == part.person }), twin.isHeld,
                twin.from == part.from, twin.isLowering, let earlier = self.decision(other.id, twin.version),
                let same = earlier.children.first(where: { $0.person == part.person })
            else { return [] }
            let heard = told.keys.filter { $0.part.decisionID == other.id && $0.part.child == part.person }.map(
                \.agency)
            let objecting = objecting(earlier, same).intersection(heard).filter { !hasSay($0, decision, child) }
            return objecting.isEmpty
                ? [] : ["\(id.id) takes effect while \(names(objecting)) objects to it as \(other.id.id) (R7, R17)."]
        }
    }

    /// Every party has heard of every child's present state, and every consultee was asked (R1, R11, R12, N1).
    func hearings(_ before: HouseholdRegister, _ after: HouseholdRegister, _ actions: [RegisterAction]) -> [String] {
        var found: [String] = []
        for change in after.changes {
            for part in change.parts {
                let key = PartKey(decisionID: change.id, version: part.version, child: part.person)
                guard let decision = decision(change.id, part.version),
                    let child = decision.children.first(where: { $0.person == part.person })
                else { continue }
                let consultees = part.from.isLowered(to: part.to) ? consultees(decision, child) : []
                let heard = Set(told.keys.filter { $0.part == key }.map(\.agency))
                var due = heard
                if part.isHeld { due.formUnion(consultees.union(parties(to: part.person))) }
                let untold = due.filter { told[Hearing(agency: $0, part: key)]?.last != part.state }
                if !untold.isEmpty { found.append("\(names(untold)) did not hear what \(change.id.id) is now (R1).") }
                guard part.isHeld || part.isUrgent && part.state == .inEffect, part.version == change.version else {
                    continue
                }
                let unasked = consultees.filter {
                    asked[Hearing(agency: $0, part: key)] == nil && !hasSay($0, decision, child)
                }
                let isOver = part.isUrgent && isDiscussed(decision, child, consultees)
                if !unasked.isEmpty, !isOver {
                    found.append("\(names(unasked)) was not asked about \(change.id.id) (R2, R11).")
                }
            }
        }
        return found + raises(before, after, actions)
    }

    private func raises(_ before: HouseholdRegister, _ after: HouseholdRegister, _ actions: [RegisterAction])
        -> [String]
    {
        after.children.flatMap { child, standing -> [String] in
            guard let now = standing.level, let old = before.children[child]?.level, now.isLowered(to: old) else {
                return []
            }
            let heard = actions.reduce(into: Set<AgencyCode>()) { heard, action in
                switch action {
                case .raised(_, _, let parties):
                    heard.formUnion(parties.filter { $0.value.children.contains(child) }.keys)
                case .tell(let step): heard.formUnion(step.parties.filter { $0.value.children.contains(child) }.keys)
                default: break
                }
            }
            let untold = parties(to: child).subtracting(heard)
            return untold.isEmpty ? [] : ["\(names(untold)) did not hear that a level was raised (R12)."]
        }
    }

    private func names(_ agencies: some Collection<AgencyCode>) -> String {
        agencies.map(\.text).sorted().joined(separator: ", ")
    }
}

extension ChangePart.State {
    fileprivate var isWithdrawn: Bool {
        if case .withdrawn = self { true } else { false }
    }
}

extension ChangePart {
    /// Whether it is withdrawn or overtaken.
    fileprivate var isEnded: Bool { !isHeld && state != .inEffect }
}
