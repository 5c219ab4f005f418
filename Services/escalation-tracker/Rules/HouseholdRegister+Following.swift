import Safeguarding

// Objections follow the matter, and not its identifier: R7, R17.
extension HouseholdRegister {
    /// Agencies that object to another decision that is to take the child from the same level, and is held for it: under a new
    /// identifier the change would be free of what was said against it. One that has a view of its own on this one has said here
    /// what it thinks; a challenge goes on until it is ended.
    func objectingElsewhere(to part: ChangePart, in change: Change) -> Set<AgencyCode> {
        guard part.isLowering else { return [] }
        var agencies: Set<AgencyCode> = []
        for other in changes where other.id != change.id && !other.objections.isEmpty {
            guard let twin = other.part(of: part.person), twin.isHeld, twin.isSameStep(as: part) else { continue }
            agencies.formUnion(other.objections.filter { follows($0, part, in: change) }.map(\.agency))
        }
        return agencies
    }

    private func follows(_ objection: Objection, _ part: ChangePart, in change: Change) -> Bool {
        objection.children.contains(part.person) && objection.agency != change.agency
            && (objection.origin == .challenge || !change.hasOwnView(objection.agency, on: part.person))
    }

    /// Objections to children's changes that have ended go on against another decision that lowers the same child's threshold from the
    /// same level, if there is one.
    mutating func carryObjections(_ terms: RegisterTerms) -> [RegisterAction] {
        guard terms.rules.keeps(.r17) else { return [] }
        return changes.indices.flatMap { changes[$0].objections.isEmpty ? [] : carryObjections(at: $0) }
    }

    private mutating func carryObjections(at place: Int) -> [RegisterAction] {
        let change = changes[place]
        var actions: [RegisterAction] = []
        for (number, objection) in change.objections.enumerated() where objection.promise == nil {
            for person in objection.children.sorted() {
                guard let ended = change.part(of: person), !ended.isLive,
                    let heir = heir(of: objection, ended, in: change)
                else { continue }
                changes[place].objections[number].children.remove(person)
                let isWhole = changes[place].objections[number].children.isEmpty
                let isKnown = changes[heir].objections.contains { $0.agency == objection.agency }
                object(objection.agency, objection.origin, [person], by: objection.openedBy, at: heir)
                // The challenge goes with its last child; of one that stays behind it stays, and another begins.
                guard isWhole else { continue }
                if !isKnown, let own = changes[heir].objections.lastIndex(where: { $0.agency == objection.agency }) {
                    changes[heir].objections[own].raised.formUnion(objection.raised.intersection([person]))
                }
                let next = changes[heir]
                actions.append(
                    .objectionEnded(
                        agency: objection.agency, decisionID: change.id, version: change.version,
                        isKnown ? .changeEnded : .carriedOver(to: next.id, version: next.version)))
            }
        }
        changes[place].objections.removeAll { $0.children.isEmpty }
        return actions
    }

    private func heir(of objection: Objection, _ ended: ChangePart, in change: Change) -> Int? {
        changes.firstIndex { other in
            guard other.id != change.id, let part = other.part(of: ended.person), part.isLive, part.isLowering else {
                return false
            }
            return part.isSameStep(as: ended) && follows(objection, part, in: other)
        }
    }
}

extension ChangePart {
    /// Whether it takes the same child down from the same level.
    fileprivate func isSameStep(as other: ChangePart) -> Bool {
        person == other.person && from == other.from && isLowering && other.isLowering
    }
}
