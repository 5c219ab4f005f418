import Contracts
import DecisionDocument
import DecisionRules
import Policy
import Safeguarding

/// How a matter moves on its ladder: pure functions of an escalation, what is said, and the time.
struct LadderRules: Sendable {
    let policy: Policy
    /// Under which terms decisions are taken.
    let terms: RegisterTerms

    /// A policy's ladders.
    init(policy: Policy) {
        self.policy = policy
        terms = RegisterTerms(policy)
    }

    /// The escalation at its first stage, or at a higher one where a child is at immediate risk.
    func open(
        _ subject: Escalation.Subject, _ occasion: Escalation.Occasion, children: Set<PersonID>,
        challenger: AgencyCode, decider: AgencyCode, openedBy: AgencyCode, id: EscalationID, stage: Int = 1,
        isUrgent: Bool, isLate: Bool = false, now: Instant
    ) -> Escalation {
        let ladder = policy.ladder(of: subject.ladderSubject)
        let stage = min(max(stage, 1), ladder.top)
        var escalation = Escalation(
            id: id, subject: subject, occasion: occasion, children: children, challenger: challenger,
            decider: decider, arbiter: arbiter(on: ladder, besides: [challenger, decider], parties: []),
            openedBy: openedBy,
            ladder: ladder.name, openedAt: now, isUrgent: isUrgent, stage: stage, due: now, isLate: isLate)
        if ladder.limit(of: stage) != nil { escalation.limitFrom = now }
        escalation.due = clock(of: escalation, from: now).due
        return escalation
    }

    /// Who closes a challenge where its ladder ends: the first of the ladder's and of policy's who is neither side nor party (R15). If
    /// there is no such one it is whoever would be, who is called again and again and closes nothing while it is party.
    func arbiter(on ladder: Ladder, besides sides: Set<AgencyCode>, parties: Set<AgencyCode>) -> AgencyCode {
        let others = ([ladder.arbiter].compactMap(\.self) + policy.arbiters).filter { !sides.contains($0) }
        return others.first { !parties.contains($0) } ?? others.first ?? policy.agencies.businessUnit
    }

    /// One side says something. The side that decided answers; the one that challenged is not satisfied.
    func respond(_ said: EscalationResponded, by agency: AgencyCode, in escalation: inout Escalation, now: Instant)
        throws(EscalationRefusal) -> EscalationMove
    {
        guard let side = escalation.side(of: agency) else { throw .unknown }
        if let outcome = escalation.outcome { throw .alreadyClosed(outcome) }
        guard said.stage == escalation.stage else { throw .wrongStage(current: escalation.stage) }
        let speaker = Speaker(agency: agency, person: said.by)
        let isOnTime = now <= escalation.due
        guard side != .arbiter || escalation.awaits != .arbiter else { throw .arbiterCloses }
        if let target = said.escalateTo, !isTakenFurther(to: target, said, side, escalation) {
            try checkTarget(target, said, side, escalation)
            escalation.isUrgent = true
            return advance(
                &escalation, to: target, .immediateRisk, now, by: speaker, text: said.response, isOnTime: isOnTime)
        }
        if escalation.awaitsFollowThrough { throw .agreed(until: escalation.due) }
        guard side == escalation.awaits else {
            throw .notYourTurn(awaited: escalation.agency(of: escalation.awaits), until: escalation.due)
        }
        if let meeting = said.meetingAt { try checkMeeting(at: meeting, side, escalation, now) }
        let next = escalation.stage + 1
        switch side {
        case .decider where said.escalateTo != nil:
            return advance(
                &escalation, to: next, .takenFurther, now, by: speaker, text: said.response, isOnTime: isOnTime)
        case .decider, .arbiter:
            if said.willChange || said.newDecisionID != nil { escalation.isConceded = true }
            (escalation.awaits, escalation.meetingAt) = (.challenger, said.meetingAt)
            escalation.words.note(answer: said.response)
            let kind: EscalationMove.Kind = said.meetingAt == nil ? .answered : .meetingSet
            return move(kind, &escalation, now, by: speaker, text: said.response, isOnTime: isOnTime)
        case .challenger:
            guard let stage = ladder(of: escalation)[next] else {
                return refer(&escalation, now, by: speaker, text: said.response, isOnTime: isOnTime)
            }
            guard stage.isEntered(by: .challenger, isManager: isManager(speaker)) else {
                throw .mayNotEnter(stage: next, by: stage.entrance)
            }
            return advance(
                &escalation, to: next, .dissatisfaction, now, by: speaker, text: said.response, isOnTime: isOnTime)
        }
    }

    /// Somebody closes it: the agency that challenged, or the arbiter where the ladder ends (R15). One that ends as changed stays
    /// open until that is on record, if it is not yet (R16).
    func close(
        _ said: EscalationClosed, by agency: AgencyCode, in escalation: inout Escalation, isToFollow: Bool,
        parties: Set<AgencyCode> = [], now: Instant
    ) throws(EscalationRefusal) -> EscalationMove {
        guard let closer = escalation.closer(agency) else { throw .unknown }
        if let outcome = escalation.outcome { throw .alreadyClosed(outcome) }
        if closer == .arbiter, parties.contains(agency) { throw .arbiterIsParty }
        let top = ladder(of: escalation).top
        let standing = ChallengeStanding(isLastStage: escalation.stage == top, isConceded: escalation.isConceded)
        if let refusal = terms.refusal(of: said.outcome, by: closer, standing) {
            throw .closing(refusal, arbiter: escalation.arbiter, top: top)
        }
        if closer == .challenger, said.outcome != .withdrawn, !stage(of: escalation).closedBy.contains(.challenger) {
            throw .notClosedByChallenger(stage: escalation.stage)
        }
        let speaker = Speaker(agency: agency, person: said.by)
        guard said.outcome == .changed, isToFollow else {
            return end(
                &escalation, EscalationEnding(said.outcome), now, by: speaker, text: said.reason,
                childsView: said.childsView, isLesson: said.isLesson)
        }
        if escalation.awaitsFollowThrough { throw .agreed(until: escalation.due) }
        let isOnTime = now <= escalation.due
        (escalation.awaitsFollowThrough, escalation.awaits) = (true, .decider)
        var agreed = move(.agreed, &escalation, now, by: speaker, text: said.reason, isOnTime: isOnTime)
        (agreed.childsView, agreed.isLesson) = (said.childsView, said.isLesson)
        return agreed
    }

    /// What a challenge ended with is on record (R16).
    func follow(_ escalation: inout Escalation, now: Instant) -> EscalationMove {
        endWithSubject(
            &escalation, .changed, because: "What the challenge ended with is on record: it has been changed.", now: now
        )
    }

    /// The side that challenged says more while its challenge is open: that can only raise it (R7). `nil` if it brings nothing.
    func add(
        _ children: Set<PersonID>, isUrgent: Bool, stage: Int, by speaker: Speaker?, text: String?, desired: String?,
        to escalation: inout Escalation, now: Instant
    ) -> EscalationMove? {
        let stage = min(stage, ladder(of: escalation).top)
        guard !children.isSubset(of: escalation.children) || text != nil || stage > escalation.stage else { return nil }
        let wasUrgent = escalation.isUrgent
        escalation.children.formUnion(children)
        escalation.isUrgent = wasUrgent || isUrgent
        if stage > escalation.stage {
            var raised = advance(
                &escalation, to: stage, .immediateRisk, now, by: speaker, text: text, isOnTime: true)
            (raised.desiredOutcome, raised.isGrounds) = (desired, true)
            return raised
        }
        escalation.moves += 1
        // Nobody gains time by it; a child that cannot wait shortens it.
        let sooner = clock(of: escalation, from: now).due
        let isSooner = isUrgent && !wasUrgent && sooner < escalation.due
        if isSooner { escalation.due = sooner }
        return EscalationMove(
            kind: .added, escalation: escalation, at: now, by: speaker, text: text, desiredOutcome: desired,
            keepsDeadline: !isSooner)
    }

    /// A version took the place of the challenged one, and the challenge goes on against it (R17). If it had ended as changed and
    /// that is not what was agreed on, whoever decided has to answer again (R16).
    func carry(
        _ escalation: inout Escalation, to subject: Escalation.Subject, isPromised: Bool, now: Instant
    ) -> EscalationMove {
        let version = subject.version.map(String.init) ?? ""
        let text = "Version \(version) has taken the place of what was challenged. The challenge goes on against it."
        return carry(&escalation, to: subject, because: text, isPromised: isPromised, now: now)
    }

    /// What was challenged has ended, and another decision does the same under an identifier of its own: the challenge goes on
    /// against that one, at its stage and with its deadline (R17).
    func carryOver(_ escalation: inout Escalation, to decision: OwnName, version: Int, now: Instant) -> EscalationMove {
        escalation.decider = decision.agency
        let text =
            "What was challenged has ended, and the decision \(decision.id) takes the child from the same level to a lower one. "
            + "The challenge goes on against that."
        return carry(
            &escalation, to: .decision(decision, version: version), because: text,
            isPromised: !escalation.awaitsFollowThrough, now: now)
    }

    private func carry(
        _ escalation: inout Escalation, to subject: Escalation.Subject, because text: String, isPromised: Bool,
        now: Instant
    ) -> EscalationMove {
        escalation.subject = subject
        escalation.moves += 1
        let isBroken = escalation.awaitsFollowThrough && !isPromised
        if isBroken {
            (escalation.awaitsFollowThrough, escalation.isConceded) = (false, false)
            escalation.due = clock(of: escalation, from: now).due
        }
        return EscalationMove(
            kind: .carried, escalation: escalation, at: now, text: text,
            keepsDeadline: !isBroken)
    }

    /// What was challenged is no more, and the challenge with it (R17). It counts as changed where whoever decided had said that it
    /// changes it (R15): else nobody knows whether it was for the challenge, and whoever challenged has not been satisfied.
    func lapse(_ escalation: inout Escalation, because text: String, now: Instant) -> EscalationMove {
        endWithSubject(
            &escalation, escalation.isConceded || escalation.awaitsFollowThrough ? .changed : .lapsed, because: text,
            now: now)
    }

    /// What a challenge is about has brought it to its end.
    func endWithSubject(
        _ escalation: inout Escalation, _ outcome: EscalationEnding, because text: String, now: Instant
    ) -> EscalationMove {
        end(&escalation, outcome, now, by: nil, text: text, childsView: nil, isLesson: false)
    }

    /// An objection that was taken back in a further consultation ends the challenge that it began (row B4).
    func withdrawObjection(in escalation: inout Escalation, now: Instant) -> EscalationMove {
        end(
            &escalation, .withdrawn, now, by: nil,
            text: "The agency that objected has been consulted again and objects no longer.", childsView: nil,
            isLesson: false)
    }

    /// A side has let its time go by: the matter goes up, at the last stage to the arbiter, who is called again and again (rows B5,
    /// R15). So it does if what it ended with is not on record in time (R16).
    func expire(_ escalation: inout Escalation, parties: Set<AgencyCode> = [], now: Instant) -> EscalationMove? {
        guard escalation.isOpen, escalation.due <= now else { return nil }
        guard escalation.awaits != .arbiter else {
            let arbiter = "The arbiter, \(policy.agencies.name(of: escalation.arbiter)), "
            let text =
                parties.contains(escalation.arbiter)
                ? arbiter
                    + "is party to the matter itself, and cannot close it. The partnership has to name another in its policy "
                    + "(arbiter), or the agency that challenged comes to terms."
                : arbiter + "has not closed it in time."
            return move(.stalled, &escalation, now, by: nil, text: text, isOnTime: false)
        }
        let name = policy.agencies.name(of: escalation.agency(of: escalation.awaits))
        let isBroken = escalation.awaitsFollowThrough
        let text =
            isBroken
            ? "It ended with the decision changed, and \(name) has not put that on record in time."
            : "\(name) has not answered in time."
        (escalation.awaitsFollowThrough, escalation.isConceded) = (false, escalation.isConceded && !isBroken)
        guard escalation.stage < ladder(of: escalation).top else {
            return refer(&escalation, now, by: nil, text: text, isOnTime: false)
        }
        // At the last of those stages it is silence like any other.
        if !isBroken, let limit = jointLimit(of: escalation), limit.clock.due <= now,
            escalation.stage < limit.stages.upperBound
        {
            let (first, last) = (limit.stages.lowerBound, limit.stages.upperBound)
            let over = "The time that stages \(first) to \(last) have together (\(limit.clock.rule)) is over."
            return advance(
                &escalation, to: min(last + 1, ladder(of: escalation).top), .jointLimit, now, by: nil, text: over,
                isOnTime: false)
        }
        return advance(
            &escalation, to: escalation.stage + 1, isBroken ? .noFollowThrough : .silence, now, by: nil, text: text,
            isOnTime: false)
    }

    /// The ladder ends, and the sides have not agreed.
    private func refer(
        _ escalation: inout Escalation, _ now: Instant, by speaker: Speaker?, text: String, isOnTime: Bool
    ) -> EscalationMove {
        escalation.awaits = .arbiter
        return move(.referred, &escalation, now, by: speaker, text: text, isOnTime: isOnTime)
    }

    /// The stage that the matter stands at.
    func stage(of escalation: Escalation) -> Stage {
        let ladder = ladder(of: escalation)
        return ladder[escalation.stage] ?? ladder.stages[ladder.top - 1]
    }

    /// The ladder on which it began; the present one, if policy has no such ladder any more.
    func ladder(of escalation: Escalation) -> Ladder { policy.ladders[escalation.ladder] ?? policy.ladder }

    private func checkTarget(
        _ target: Int, _ said: EscalationResponded, _ side: Escalation.Side, _ escalation: Escalation
    ) throws(EscalationRefusal) {
        guard side == .challenger || escalation.challenger == escalation.decider else { throw .targetByDecider }
        guard said.isImmediateRisk else { throw .targetWithoutRisk }
        let top = ladder(of: escalation).top
        guard target > escalation.stage, target <= top else {
            throw .targetNotHigher(current: escalation.stage, top: top)
        }
    }

    /// Whether the side that decided takes the matter to the next stage itself, where the ladder lets it.
    private func isTakenFurther(
        to target: Int, _ said: EscalationResponded, _ side: Escalation.Side, _ escalation: Escalation
    ) -> Bool {
        guard side == .decider, !said.isImmediateRisk, target == escalation.stage + 1,
            let stage = ladder(of: escalation)[target]
        else { return false }
        return stage.isEntered(
            by: .decider, isManager: isManager(Speaker(agency: escalation.agency(of: side), person: said.by)))
    }

    private func isManager(_ speaker: Speaker) -> Bool {
        policy.agencies[speaker.agency]?.isManager(speaker.person.role) ?? false
    }

    private func checkMeeting(
        at meeting: Instant, _ side: Escalation.Side, _ escalation: Escalation, _ now: Instant
    ) throws(EscalationRefusal) {
        guard stage(of: escalation).meeting != nil else { throw .noMeeting(stage: escalation.stage) }
        guard side == .decider else { throw .meetingByChallenger }
        guard meeting > now, meeting <= escalation.due else { throw .meetingOutOfTime(until: escalation.due) }
    }

    private func advance(
        _ escalation: inout Escalation, to stage: Int, _ cause: EscalationMove.AdvanceCause, _ now: Instant,
        by speaker: Speaker?, text: String?, isOnTime: Bool
    ) -> EscalationMove {
        precondition(stage > escalation.stage, "a challenge came down its ladder: who was called first would be again")
        let limit = ladder(of: escalation).limit(of: stage)
        if limit == nil {
            escalation.limitFrom = nil
        } else if escalation.limitFrom == nil || limit?.stages.contains(escalation.stage) == false {
            escalation.limitFrom = now
        }
        (escalation.stage, escalation.meetingAt) = (stage, nil)
        (escalation.awaits, escalation.awaitsFollowThrough) = (.decider, false)
        return move(.advanced(cause), &escalation, now, by: speaker, text: text, isOnTime: isOnTime)
    }

    private func move(
        _ kind: EscalationMove.Kind, _ escalation: inout Escalation, _ now: Instant, by speaker: Speaker?,
        text: String?, isOnTime: Bool
    ) -> EscalationMove {
        precondition(escalation.isOpen, "a challenge that has ended moved: its clock would be set again")
        escalation.moves += 1
        escalation.due = clock(of: escalation, from: now).due
        return EscalationMove(
            kind: kind, escalation: escalation, at: now, by: speaker, text: text, isOnTime: isOnTime)
    }

    private func end(
        _ escalation: inout Escalation, _ outcome: EscalationEnding, _ now: Instant, by speaker: Speaker?,
        text: String, childsView: String?, isLesson: Bool
    ) -> EscalationMove {
        precondition(escalation.isOpen, "a challenge ended twice: its first outcome would be lost")
        let isOnTime = now <= escalation.due
        escalation.moves += 1
        (escalation.outcome, escalation.awaitsFollowThrough) = (outcome, false)
        return EscalationMove(
            kind: .closed(outcome), escalation: escalation, at: now, by: speaker, text: text, childsView: childsView,
            isLesson: isLesson, isOnTime: isOnTime)
    }
}
