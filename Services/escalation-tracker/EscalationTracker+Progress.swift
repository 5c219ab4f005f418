import Contracts
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// Drift: where nothing happens for too long, somebody is asked why (row B6).
extension EscalationTracker {
    /// Something has happened: remembered, and watched from now on if a matter is open.
    func keepWatch(_ casebook: inout Casebook, after fact: Fact, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        guard let moment = fact.body.progress(by: context.now) else { return [] }
        // What was typed in late counts from when it was, and nothing if something has happened since.
        if casebook.progress.lastAt.map({ moment > $0 }) ?? true {
            casebook.progress.lastAt = moment
            casebook.progress.breaches = 0
        }
        guard let pressing = casebook.register.mostPressing(policy.clocks.noProgress),
            pressing.level.rank < casebook.progress.watched?.rank ?? .max
        else { return [] }
        return watch(pressing.level, since: casebook.progress.lastAt ?? moment, &casebook, context)
    }

    /// The clock has fallen due: perhaps something has happened since it was set, perhaps nothing.
    func lookBack(_ casebook: inout Casebook, _ context: Announcements.Context) -> [Effect<EscalationRow>] {
        casebook.progress.watched = nil
        guard let (level, children) = casebook.register.mostPressing(policy.clocks.noProgress),
            let length = policy.clocks.noProgress[level], let last = casebook.progress.lastAt
        else { return [] }
        guard policy.due(length, from: last).due <= context.now else {
            return watch(level, since: last, &casebook, context)
        }
        casebook.progress.breaches += 1
        let notices = ProgressNotices(policy: policy)
        let order = notices.order(level, children, casebook.progress, casebook.register, in: context.household)
        if casebook.progress.breaches > 1 {
            casebook.progress.offer = Progress.Offer(
                cause: order.cause, children: children, decider: notices.lead(level, casebook.register))
        }
        return [announcements.order(order, casebook, context)]
            + watch(level, since: context.now, &casebook, context)
    }

    private func watch(
        _ level: ThresholdLevel, since start: Instant, _ casebook: inout Casebook, _ context: Announcements.Context
    ) -> [Effect<EscalationRow>] {
        guard let length = policy.clocks.noProgress[level] else { return [] }
        casebook.progress.watched = level
        let key = TrackerClock.progress.key(context.household.text)
        return [
            .arm(
                Deadline(
                    key: key, household: context.household,
                    due: policy.due(length, from: start, setting: .noProgress(level))))
        ]
    }
}

extension FactBody {
    /// When it moved the matter on, if it does. That a notice was seen or answered does not. Of an observation it is the moment
    /// that it is about: what nobody has done anything about for weeks is not moved on by what somebody saw before.
    fileprivate func progress(by now: Instant) -> Instant? {
        switch self {
        case .referral, .involvement, .discussion, .decision, .consultation, .escalation, .information, .conference,
            .supervision:
            now
        case .observation(let observation): min(observation.at, now)
        case .acknowledgement, .answer, .screening, .attestation: nil
        }
    }
}
