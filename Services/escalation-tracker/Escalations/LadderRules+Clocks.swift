import DecisionRules
import Policy
import Safeguarding

// Until when: a side's own time at its stage, and the time that several stages have together.
extension LadderRules {
    /// The clock of the side whose turn it is, from a moment on: of its own time and the stages' together whichever is over
    /// first. What comes after a meeting is counted from the meeting.
    func clock(of escalation: Escalation, from start: Instant) -> DueTime {
        if escalation.awaitsFollowThrough {
            return policy.due(policy.clocks.followThrough, from: start, setting: .followThrough)
        }
        if escalation.awaits == .arbiter, !escalation.isUrgent {
            return policy.due(policy.clocks.arbitration, from: start, setting: .arbitration)
        }
        let stage = stage(of: escalation)
        let side: LadderSide = escalation.awaits == .challenger ? .challenger : .decider
        let from = side == .challenger ? max(start, escalation.meetingAt ?? start) : start
        let own = policy.due(
            stage.length(of: side, isUrgent: escalation.isUrgent), from: from,
            setting: .stage(
                ladder: ladder(of: escalation).name, number: stage.number, isUrgent: escalation.isUrgent, side: side))
        // One that is over counts no more: at the top each side has its own time again.
        guard let limit = jointLimit(of: escalation)?.clock, limit.due > start, limit.due < own.due else { return own }
        return limit
    }

    /// The time that the stage has together with others, and which they are; `nil` if it has none.
    func jointLimit(of escalation: Escalation) -> (stages: ClosedRange<Int>, clock: DueTime)? {
        let ladder = ladder(of: escalation)
        guard let start = escalation.limitFrom, let limit = ladder.limit(of: escalation.stage) else { return nil }
        let clock = policy.due(
            limit.length(isUrgent: escalation.isUrgent), from: start,
            setting: .limit(ladder: ladder.name, from: limit.stages.lowerBound, isUrgent: escalation.isUrgent))
        return (limit.stages, clock)
    }
}

extension Stage {
    /// Who takes a matter here, in words.
    var entrance: String {
        let words = Stage.Entry.allCases.filter(enteredBy.contains).map { entry in
            switch entry {
            case .challenger: "the side that challenges"
            case .decider: "the side that decided"
            case .challengerManager: "a manager of the side that challenges"
            case .deciderManager: "a manager of the side that decided"
            }
        }
        return (words + ["silence"]).joined(separator: ", or ")
    }
}
