import Contracts
import Messaging
import Policy
import PostgresClient
import ReferralIntakeSpec
import Safeguarding

/// Consultations that wait for their decision are handed back once they have waited for as long as policy says (R6).
extension ReferralIntake {
    /// The deadline of an event that waits.
    public var clockKinds: [ClockKind] {
        [
            ClockKind(
                .waitingEvent,
                "If the decision has not been made, the consultation that waits for it is handed back to its agency.")
        ]
    }

    /// Each event that waits is the household of its own deadline, so that however many fall due together are handed back a
    /// batch at a time.
    static func household(of event: EventIdentity) -> HouseholdID { HouseholdID(event.uuid) }

    /// The events whose deadlines have fallen due, under the register's lock.
    public func reads(firing households: [HouseholdID]) -> [Query] {
        var request = RegisterRequest()
        request.kind = .deadlines
        request.events = Set(households.map { EventIdentity($0.uuid) })
        return request.queries
    }

    /// An event has waited long enough.
    public func fire(_ deadline: DueDeadline, in workspace: inout Workspace, now: Instant) -> [Effect<NoRows>] {
        let event = EventIdentity(deadline.household.uuid)
        guard deadline.key.kind == DeadlineKind.waitingEvent.rawValue,
            let waiting = workspace.register.waiting.values.lazy.joined().first(where: { $0.event == event })
        else { return [] }
        return handBack(waiting, &workspace.register, now)
    }

    private static let decisionNotMade = RefusalReason(
        path: "/data/decisionId", code: .decisionNotMade,
        message:
            "No decision that your view could be joined to came in the time for which a view waits. Your view has no "
            + "effect. Check the identifier; once the decision is made, send the view again.")

    /// The event has no effect after all, and its sender hears so. Its id is free again.
    private func handBack(_ waiting: WaitingEvent, _ register: inout Register, _ now: Instant)
        -> [Effect<NoRows>]
    {
        register.endWaiting(of: [waiting])
        let clock = Effect<NoRows>.disarm(WaitingEvent.deadline(of: waiting.event))
        guard let entry = register.journal[waiting.event] else { return [clock] }
        let verdict = KeptVerdict(
            reference: register.reference(of: entry.event, attempt: entry.attempt), recordedAt: now,
            reasons: [Self.decisionNotMade])
        guard register.keep(verdict, on: entry.event) else { return [clock] }
        return [clock, receipts(register, now).handedBack(entry, verdict.reasons)]
    }
}

extension RefusalCode {
    /// A view came before its decision, and the decision did not come.
    static let decisionNotMade = RefusalCode(rawValue: "decision-not-made")
    /// As many views as may wait for a decision are waiting already.
    static let tooManyWaiting = RefusalCode(rawValue: "too-many-waiting")
}
