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
                .waitingEvent, "If the consultation counts for no decision yet, it is handed back to its agency.")
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
            workspace.register.waiting.values.lazy.joined().contains(where: { $0.event == event })
        else { return [] }
        return handBack(event, &workspace.register, now)
    }

    private static let decisionNotMade = RefusalReason(
        path: "/data/decisionId", code: .decisionNotMade,
        message:
            "There was no decision that your view could be joined to in the time for which a view waits. Your view has no "
            + "effect. Check the identifier; once the decision is made and you are asked, send the view again.")

    /// Whether the reasons are those of an event that has waited for long enough: it can be sent again as it is.
    static func isHandedBack(_ reasons: [RefusalReason]) -> Bool { reasons.contains { $0.code == .decisionNotMade } }

    /// The event has no effect, and its sender hears so. Its id is free again.
    private func handBack(_ event: EventIdentity, _ register: inout Register, _ now: Instant) -> [Effect<NoRows>] {
        register.endWaiting(of: event)
        let clock = Effect<NoRows>.disarm(WaitingEvent.deadline(of: event))
        guard let entry = register.journal[event] else { return [clock] }
        let ruling = KeptRuling(
            reference: register.reference(of: entry.event, attempt: entry.attempt), recordedAt: now,
            reasons: [Self.decisionNotMade])
        guard register.keep(ruling, on: entry.event) else { return [clock] }
        return [clock] + answer(entry, register, now)
    }
}

extension RefusalCode {
    /// A view could be joined to no decision in the time for which a view waits.
    static let decisionNotMade = RefusalCode(rawValue: "decision-not-made")
    /// As many views as may wait for a decision are waiting already.
    static let tooManyWaiting = RefusalCode(rawValue: "too-many-waiting")
}
