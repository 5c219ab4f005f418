import Contracts
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// Drift: where nothing happens for too long, somebody is asked why (row B6).
extension EscalationTracker {
    /// Something has happened: remembered, and watched from now on if a matter is open.
    func recordProgress(_ state: inout TrackerState, after fact: Fact, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        guard let moment = fact.body.progress(by: context.now) else { return [] }
        // What was typed in late counts from when it was, and nothing if something has happened since.
        if state.progress.lastAt.map({ moment > $0 }) ?? true {
            state.progress.lastAt = moment
            state.progress.breaches = 0
        }
        guard let pressing = state.register.mostPressing(policy.clocks.noProgress),
            pressing.level.rank < state.progress.watched?.rank ?? .max
        else { return [] }
        return watch(pressing.level, since: state.progress.lastAt ?? moment, &state, context)
    }

    /// The clock has fallen due: perhaps something has happened since it was set, perhaps nothing.
    func checkProgress(_ state: inout TrackerState, _ context: TrackerPublisher.Context) -> [Effect<EscalationRow>] {
        state.progress.watched = nil
        guard let (level, children) = state.register.mostPressing(policy.clocks.noProgress),
            let length = policy.clocks.noProgress[level], let last = state.progress.lastAt
        else { return [] }
        guard policy.due(length, from: last).due <= context.now else {
            return watch(level, since: last, &state, context)
        }
        state.progress.breaches += 1
        let notices = ProgressNotices(policy: policy)
        let draft = notices.draft(level, children, state.progress, state.register, in: context.household)
        if state.progress.breaches > 1 {
            state.progress.offer = Progress.Offer(
                cause: draft.cause, children: children, decider: notices.lead(level, state.register))
        }
        return [publisher.notices(draft, state, context)]
            + watch(level, since: context.now, &state, context)
    }

    private func watch(
        _ level: ThresholdLevel, since start: Instant, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        guard let length = policy.clocks.noProgress[level] else { return [] }
        state.progress.watched = level
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
