import Contracts
import DecisionRules
import Policy
import Safeguarding

/// Who is told what by a move of an escalation (domain.md section 2): both sides with the contacts that the stage is for,
/// the parties of the matter, and whoever the ladder names beside them.
struct EscalationNotices: Sendable {
    /// The contacts that stand for line managers and for directors on every ladder.
    private static let lineManagerStage = 2
    private static let directorStage = 4

    let rules: LadderRules

    func drafts(for move: EscalationMove, _ state: TrackerState) -> [NoticeDraft] {
        let escalation = move.escalation
        switch move.kind {
        case .answered:
            // The answer is for the side that challenged: it closes the matter or takes it further.
            return [
                draft(
                    move, escalation.children, state,
                    [receiver(escalation.challenger, .taskDue, .settleEscalation, [contact(of: escalation)])])
            ]
        case .raised, .added, .carried: return [toEverybody(move, .challengeRaised, state)]
        case .advanced, .meetingSet, .referred, .agreed: return [toEverybody(move, .escalationAdvanced, state)]
        case .closed: return [toEverybody(move, .escalationClosed, state)]
        case .stalled:
            let unit = rules.policy.agencies.businessUnit
            let contact = contact(of: escalation)
            var receivers = [receiver(escalation.arbiter, .taskDue, .arbitrate, [contact])]
            if unit != escalation.arbiter { receivers.append(receiver(unit, .taskDue, .arbitrate, [contact])) }
            return [draft(move, escalation.children, state, receivers)]
        }
    }

    private func toEverybody(_ move: EscalationMove, _ kind: NoticeKind, _ state: TrackerState) -> NoticeDraft {
        let escalation = move.escalation
        let parties = state.parties(to: escalation, rules.terms)
        return draft(move, escalation.children, state, receivers(move, kind, parties))
    }

    private func receivers(_ move: EscalationMove, _ kind: NoticeKind, _ parties: [AgencyCode: Party])
        -> [NoticeDue.Receiver]
    {
        let escalation = move.escalation
        let also = alsoTold(move)
        let contact = contact(of: escalation)
        let unit = rules.policy.agencies.businessUnit
        var stages: [AgencyCode: Set<Int>] = [:]
        for agency in parties.keys { stages[agency] = also.contains(.allParties) ? [contact] : [] }
        for side in [escalation.challenger, escalation.decider] {
            stages[side] = [contact]
            if also.contains(.lineManagers) { stages[side]?.insert(EscalationNotices.lineManagerStage) }
            if also.contains(.directors) { stages[side]?.insert(EscalationNotices.directorStage) }
        }
        if also.contains(.businessUnit) { stages[unit, default: []].insert(contact) }
        // Both sides are told of all the children of the challenge, and so are the arbiter and whoever is told as the business unit.
        var ofAll = Set([escalation.challenger, escalation.decider])
        if also.contains(.businessUnit) { ofAll.insert(unit) }
        if escalation.stage == rules.ladder(of: escalation).top {
            stages[escalation.arbiter, default: []].insert(contact)
            ofAll.insert(escalation.arbiter)
        }
        let roles = roles(also, among: Set(stages.keys).union([unit]))
        if roles[unit] != nil { ofAll.insert(unit) }
        for agency in roles.keys where stages[agency] == nil { stages[agency] = [] }
        return stages.sorted { $0.key < $1.key }.map { agency, stages in
            var party = parties[agency] ?? Party()
            if ofAll.contains(agency) { party.children = escalation.children }
            let contacts = rules.policy.addressees(of: agency, stages: stages)
            let named = (roles[agency] ?? []).filter { !contacts.contains($0) }
            // Once the meeting has its date it is the challenging side's to say how it went.
            let isToSettle = move.kind == .meetingSet && agency == escalation.challenger
            return NoticeDue.Receiver(
                agency, party, of: escalation.children, kind: kind,
                task: isToSettle ? .settleEscalation : escalation.task(of: agency), addressedTo: contacts + named)
        }
    }

    /// Whom the ladder names at this stage; of an ending everybody hears whom any stage so far has named, and whoever hears of
    /// endings alone.
    private func alsoTold(_ move: EscalationMove) -> Set<Stage.AlsoTold> {
        guard case .closed = move.kind else { return rules.stage(of: move.escalation).alsoTold }
        return rules.ladder(of: move.escalation).stages.prefix(move.escalation.stage)
            .reduce(into: []) { $0.formUnion($1.alsoTold.union($1.toldAtClosing)) }
    }

    /// Contacts that the ladder names by their role, of agencies that hear of the matter anyhow and of the business unit: nobody
    /// hears of a family for a role alone.
    private func roles(_ also: Set<Stage.AlsoTold>, among agencies: Set<AgencyCode>)
        -> [AgencyCode: [NoticeIssued.Addressee]]
    {
        var found: [AgencyCode: [NoticeIssued.Addressee]] = [:]
        for agency in agencies {
            let contacts = rules.policy.agencies[agency]?.contacts ?? []
            let named = contacts.filter { also.contains(.role($0.role)) }
            if !named.isEmpty {
                found[agency] = named.map { NoticeIssued.Addressee(stage: $0.stage, role: $0.role) }
            }
        }
        return found
    }

    /// The contacts that the stage is for.
    private func contact(of escalation: Escalation) -> Int { rules.stage(of: escalation).contact }

    private func receiver(_ agency: AgencyCode, _ kind: NoticeKind, _ task: NoticeTask, _ stages: Set<Int>)
        -> NoticeDue.Receiver
    {
        NoticeDue.Receiver(
            agency: agency, kind: kind, task: task, addressedTo: rules.policy.addressees(of: agency, stages: stages))
    }

    private func draft(
        _ move: EscalationMove, _ children: Set<PersonID>, _ state: TrackerState,
        _ receivers: [NoticeDue.Receiver]
    ) -> NoticeDraft {
        let escalation = move.escalation
        var body = NoticeBody.about(
            NoticeSubject(escalation.subject, challengedBy: escalation.challenger))
        body.escalationID = escalation.id
        body.stage = escalation.stage
        let stage = rules.stage(of: escalation)
        body.stageWords = stage.words
        body.meeting = stage.meeting.map { NoticeMeeting(chair: $0.chair, at: escalation.meetingAt) }
        body.isUrgent = escalation.isUrgent ? true : nil
        body.respondBy = escalation.isOpen ? escalation.due : nil
        // Who closes it where the ladder ends, if the two sides do not (R15): from then on both know whom they speak to.
        let isAtTop = escalation.stage == rules.ladder(of: escalation).top
        body.arbiter = escalation.isOpen && isAtTop ? escalation.arbiter : nil
        body.state = state.standing(of: escalation)
        body.outcome = move.kind == .agreed ? .changed : escalation.outcome
        body.isLate = escalation.isLate ? true : nil
        // Row B7: a challenge that changed a decision is good practice, and its agency hears so.
        body.isGoodPractice = escalation.outcome == .changed ? true : nil
        if move.kind == .raised || move.kind == .added || move.isGrounds {
            body.raisedBy = NoticeAuthor(escalation.challenger, role: move.by?.person.role)
            body.grounds = move.text
            // Whoever challenged decided nothing: who did is named beside (N3).
            body.decidedBy = NoticeAuthor(escalation.decider, role: nil)
            body.desiredOutcome = move.desiredOutcome
        } else {
            body.raisedBy = NoticeAuthor(escalation.challenger, role: nil)
            body.decidedBy = move.by.map { NoticeAuthor($0.agency, role: $0.person.role) }
            body.reason = move.text
            // Whoever hears of it at this stage for the first time has to know what it is about (N3).
            body.grounds = escalation.words.grounds
            body.desiredOutcome = escalation.words.desiredOutcome
            body.answer = move.kind == .answered || move.kind == .meetingSet ? nil : escalation.words.answer
        }
        return NoticeDraft(
            cause: "escalation/\(escalation.id.text)/\(escalation.moves)", children: children,
            details: state.levels(of: escalation),
            receivers: receivers, body: body)
    }
}

extension Escalation {
    /// What an agency is to do about it now.
    fileprivate func task(of agency: AgencyCode) -> NoticeTask? {
        guard isOpen, agency == self.agency(of: awaits) else { return nil }
        switch awaits {
        case .decider: return awaitsFollowThrough ? .followThrough : .respondToEscalation
        case .arbiter: return .arbitrate
        case .challenger: return nil
        }
    }
}

extension TrackerState {
    /// Whether what is challenged is in effect; nothing, where it is no decision or has ended.
    fileprivate func standing(of escalation: Escalation) -> ChangeState? {
        guard case .decision(let name, let version) = escalation.subject else { return nil }
        let parts = register.change(name)?.parts.filter {
            $0.version == version && $0.isLive && escalation.children.contains($0.person)
        }
        guard let parts, !parts.isEmpty else { return nil }
        return parts.contains { $0.isHeld } ? .held : .changed
    }

    /// From which level to which each child goes by what is challenged.
    fileprivate func levels(of escalation: Escalation) -> [PersonID: ChildDetail] {
        guard case .decision(let name, let version) = escalation.subject, let change = register.change(name) else {
            return [:]
        }
        return escalation.children.reduce(into: [:]) { details, child in
            let own = change.parts.last { $0.person == child && $0.version == version }
            guard let part = own ?? change.part(of: child) else { return }
            details[child] = ChildDetail(from: part.from, to: part.to)
        }
    }

    /// Who is party to a challenged matter, and to which of its children.
    func parties(to escalation: Escalation, _ terms: RegisterTerms) -> [AgencyCode: Party] {
        switch escalation.subject {
        case .decision(let name, _):
            let parties = register.parties(to: escalation.children, under: terms)
            guard let change = register.change(name) else { return parties }
            // Whoever heard of it hears of this as well, party still or not.
            return parties.merging(register.hearers(of: escalation.children, in: change, under: terms)) {
                Party(children: $0.children.union($1.children), because: $0.because.union($1.because))
            }
        case .discussion(let name):
            var parties = register.parties(to: escalation.children, under: terms)
            guard let held = register.discussion(name)?.held else { return parties }
            for agency in held.attendees.keys {
                parties[agency, default: Party()].children.formUnion(escalation.children)
                parties[agency, default: Party()].because.insert(.attendee)
            }
            return parties
        case .conference, .delay: return register.parties(to: escalation.children, under: terms)
        // How a referral ended is between its referrer and the hub.
        case .outcome: return [:]
        }
    }
}
