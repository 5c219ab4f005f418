import Contracts
import DecisionRules
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// Challenges: how they begin, move and end, and what that does to what was challenged.
extension EscalationTracker {
    /// What a challenge is to begin from.
    struct EscalationProposal {
        let subject: Escalation.Subject
        let occasion: Escalation.Occasion
        let children: Set<PersonID>
        let challenger: AgencyCode
        let decider: AgencyCode
        /// Whose event it is.
        let openedBy: AgencyCode
        var stage = 1
        var isUrgent = false
        var isLate = false
        var by: Person?
        var text: String?
        var desiredOutcome: String?
    }

    /// Begins a challenge. A second voice of the same agency about the same subject is added to the first, and can only raise it
    /// (R7).
    func raise(by proposal: EscalationProposal, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        let speaker = proposal.by.map { Speaker(agency: proposal.challenger, person: $0) }
        if var open = state.escalations.open(proposal.subject, by: proposal.challenger) {
            let move = rules.add(
                proposal.children, isUrgent: proposal.isUrgent, stage: proposal.stage, by: speaker, text: proposal.text,
                desired: proposal.desiredOutcome, to: &open, now: context.now)
            state.escalations.keep(open)
            return move.map { carryOut($0, state, context) } ?? []
        }
        let id = state.escalations.nextID(of: proposal.subject, by: proposal.challenger, in: context.household)
        var escalation = rules.open(
            proposal.subject, proposal.occasion, children: proposal.children, challenger: proposal.challenger,
            decider: proposal.decider, openedBy: proposal.openedBy, id: id, stage: proposal.stage,
            isUrgent: proposal.isUrgent, isLate: proposal.isLate, now: context.now)
        nameArbiter(of: &escalation, state)
        escalation.words = EscalationWords(grounds: proposal.text, desiredOutcome: proposal.desiredOutcome)
        state.escalations.add(escalation)
        let move = EscalationMove(
            kind: .raised, escalation: escalation, at: context.now, by: speaker, text: proposal.text,
            desiredOutcome: proposal.desiredOutcome, isOnTime: !proposal.isLate)
        return carryOut(move, state, context)
    }

    /// One side of a challenge speaks. It is answered here and nowhere else.
    func move(_ said: EscalationFact, _ fact: Fact, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        throws(FactRefusal) -> [Effect<EscalationRow>]
    {
        do throws(EscalationRefusal) {
            guard var escalation = state.escalations[said.escalationID] else { throw .unknown }
            let agency = fact.context.agency
            nameArbiter(of: &escalation, state)
            let move =
                switch said.action {
                case .responded(let event):
                    try rules.respond(event, by: agency, in: &escalation, now: context.now)
                case .closed(let event):
                    try rules.close(
                        event, by: agency, in: &escalation,
                        isToFollow: FollowThrough.isToFollow(escalation, state.register),
                        parties: parties(to: escalation, state), now: context.now)
                }
            state.escalations.keep(escalation)
            return [publisher.ruling(on: fact, reasons: [], context)] + carryOut(move, state, context)
                + settle(move, by: agency, &state, context)
        } catch {
            throw FactRefusal(error.reason)
        }
    }

    /// The side whose turn it was has let its time go by.
    func expire(_ id: String, _ state: inout TrackerState, _ context: TrackerPublisher.Context) -> [Effect<
        EscalationRow
    >] {
        guard let id = EscalationID(id), var escalation = state.escalations[id] else { return [] }
        nameArbiter(of: &escalation, state)
        guard let move = rules.expire(&escalation, parties: parties(to: escalation, state), now: context.now) else {
            return []
        }
        state.escalations.keep(escalation)
        return carryOut(move, state, context)
    }

    /// What an objection was about has ended, or goes on in another version, or whoever objected does so no longer (R17).
    func end(
        _ agency: AgencyCode, _ decision: OwnName, _ version: Int, _ ending: ObjectionEnding,
        _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        guard var escalation = state.escalations.open(decision, by: agency) else { return [] }
        let change = state.register.change(decision)
        let left = change?.objections.filter { $0.agency == agency } ?? []
        let move: EscalationMove
        switch ending {
        case .carried(let next):
            move = rules.carry(
                &escalation, to: .decision(decision, version: next),
                isPromised: left.contains { $0.promise == .changed }, now: context.now)
        case .carriedOver(let next, let version):
            move = rules.carryOver(&escalation, to: next, version: version, now: context.now)
        // It has something else against it still.
        case _ where !left.isEmpty: return []
        case .followed: move = rules.follow(&escalation, now: context.now)
        case .lifted: move = rules.withdrawObjection(in: &escalation, now: context.now)
        case .disowned:
            move = rules.endWithSubject(
                &escalation, .withdrawn,
                because: policy.agencies.name(of: agency)
                    + " says that the objection was never its own; another agency had recorded it.",
                now: context.now)
        case .replaced(let next):
            move = rules.lapse(
                &escalation, because: "Version \(next) of the decision has taken the place of what was challenged.",
                now: context.now)
        case .changeEnded:
            move = rules.lapse(
                &escalation, because: change.endingWords(of: escalation.children, policy.agencies), now: context.now)
        }
        state.escalations.keep(escalation)
        return carryOut(move, state, context)
    }

    /// The challenge that an objection begins (row B4), or that the agency has sent.
    func proposal(
        _ agency: AgencyCode, against decision: OwnName, _ version: Int, of children: Set<PersonID>,
        openedBy opener: AgencyCode, _ errand: Errand, _ state: TrackerState
    ) -> EscalationProposal {
        let subject = Escalation.Subject.decision(decision, version: version)
        guard let challenge = errand.challenge, challenge.agency == agency else {
            return EscalationProposal(
                subject: subject, occasion: .objection, children: children, challenger: agency,
                decider: decision.agency, openedBy: opener)
        }
        return proposal(
            challenge, of: TrackerState.Target(subject: subject, decider: decision.agency, children: children))
    }

    func proposal(_ challenge: Challenge, of target: TrackerState.Target) -> EscalationProposal {
        EscalationProposal(
            subject: target.subject, occasion: .challenge, children: target.children, challenger: challenge.agency,
            decider: target.decider, openedBy: challenge.agency, stage: challenge.escalateTo ?? target.stage,
            isUrgent: challenge.isUrgent, isLate: challenge.isLate,
            by: challenge.by, text: challenge.grounds, desiredOutcome: challenge.desiredOutcome)
    }

    /// Notices, the clock and the record of one move.
    private func carryOut(_ move: EscalationMove, _ state: TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        let drafts = EscalationNotices(rules: rules).drafts(for: move, state)
        var effects = drafts.map { publisher.notices($0, state, context) }
        let key = TrackerClock.escalationStage.key(move.escalation.id.text)
        if move.keepsDeadline {
            // Nobody gains or loses time by it.
        } else if move.escalation.isOpen {
            let due = rules.clock(of: move.escalation, from: context.now)
            effects.append(.arm(Deadline(key: key, household: context.household, due: due)))
        } else {
            effects.append(.disarm(key))
        }
        effects.append(.record(EscalationRow(move, household: context.household)))
        return effects
    }

    /// A challenge that has ended, or is to end, acts on what was challenged.
    private func settle(
        _ move: EscalationMove, by agency: AgencyCode, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        let outcome: EscalationEnding
        switch move.kind {
        case .closed(let ended): outcome = ended
        case .agreed: outcome = .changed
        default: return []
        }
        guard case .decision(let decision, let version) = move.escalation.subject,
            let closer = move.escalation.closer(agency), let outcome = ChallengeOutcome(outcome)
        else { return [] }
        let fact = RegisterFact.challengeEnded(
            decisionID: decision, version: version, agency: move.escalation.challenger, outcome, by: closer)
        return note([fact], &state, context)
    }

    /// Challenges that ended as changed, of something else than a decision, for which this is what was to come (R16).
    func followThrough(after fact: Fact, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        state.escalations.all.filter { FollowThrough.isBrought(by: fact, $0) }.flatMap {
            escalation -> [Effect<EscalationRow>] in
            var escalation = escalation
            let move = rules.follow(&escalation, now: context.now)
            state.escalations.keep(escalation)
            return carryOut(move, state, context)
        }
    }

    /// Who is above both sides is looked up at each move: whoever has become party since is none (R15).
    private func nameArbiter(of escalation: inout Escalation, _ state: TrackerState) {
        escalation.arbiter = rules.arbiter(
            on: rules.ladder(of: escalation), besides: [escalation.challenger, escalation.decider],
            parties: parties(to: escalation, state))
    }

    private func parties(to escalation: Escalation, _ state: TrackerState) -> Set<AgencyCode> {
        Set(state.parties(to: escalation, terms).keys)
    }
}

extension ChallengeOutcome {
    /// The decision stands and what was held for the objection can take effect; it is given up; or a version of its own is needed,
    /// which a person decides (rows B4 and B5).
    fileprivate init?(_ ending: EscalationEnding) {
        switch ending {
        case .upheld, .withdrawn: self = .lifted
        case .changed: self = .changed
        case .compromise: self = .compromise
        // What was challenged has ended already.
        case .lapsed: return nil
        }
    }
}
