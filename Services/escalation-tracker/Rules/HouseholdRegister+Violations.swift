import Safeguarding

// What must be so after each fact, whatever it was. The explorer asks after every step.
extension HouseholdRegister {
    /// Says in words what is not as it must be; nothing, if all is well.
    package func violations() -> [String] {
        changes.flatMap { change in
            change.parts.flatMap { violations(of: $0, in: change) }
                + change.objections.filter { $0.children.isEmpty }.map {
                    "An objection of \($0.agency) to \(change.id.id) is about nobody."
                }
                + change.views.filter { $0.children.isEmpty }.map {
                    "A view of \($0.agency) on \(change.id.id) is about nobody."
                }
        } + waitingTooMany
    }

    private func violations(of part: ChangePart, in change: Change) -> [String] {
        var found: [String] = []
        if part.isHeld, children[part.person]?.level != part.from {
            found.append("\(change.id.id) is held for a child that is not at the level which it leaves (R9).")
        }
        if part.isOpen, !change.isClockArmed { found.append("\(change.id.id) waits without a deadline (R20, R11).") }
        if part.isHeld, part.effectiveAt != nil { found.append("\(change.id.id) is held and in effect.") }
        if part.version > change.version { found.append("\(change.id.id) has a part of a version to come (R10).") }
        return found
    }

    private var waitingTooMany: [String] {
        Dictionary(grouping: waiting, by: \.recordedBy).filter { $0.value.count > HouseholdRegister.maximumWaiting }
            .map { "\($0.value.count) views of \($0.key) wait (R6)." }
    }
}
