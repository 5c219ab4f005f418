import Contracts
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// Challenges: how they begin, move and end, and what that does to what was challenged.
extension EscalationTracker {
    /// What a challenge is to begin from.
    struct Raising {
        let subject: Escalation.Subject
        let occasion: Escalation.Occasion
        let children: Set<PersonID>
        let challenger: AgencyCode
        let decider: AgencyCode
        /// Whose event it is.
        let openedBy: AgencyCode
        var stage = 1
        var isUrgent = false
        var by: Person?
        var text: String?
    }

    /// A party says something to a notice: a challenge begins, or a question goes to whoever decided (row A3). Agreement
    /// changes nothing here. Both are answered here, if the notifier has not refused them: once they are taken up, or cannot be.
    func take(_ answer: AnswerFact, _ fact: Fact, _ casebook: inout Casebook, _ context: Announcements.Context)
        throws(FactRefusal) -> [Effect<EscalationRow>]
    {
        guard answer.answer != .agree else { return [] }
        let challenge = Challenge(answer, fact, causedBy: context.origin.causationID)
        guard let target = casebook.target(of: challenge.notice, toldTo: challenge.agency, context.household) else {
            if let change = casebook.register.change(
                replacing: challenge.notice, of: challenge.agency, context.household)
            {
                let refusal = RefusalReason(
                    path: "/data/noticeId", code: .superseded,
                    message:
                        "Version \(change.version) of this decision has taken its place. Answer the notice of that version."
                )
                throw FactRefusal(refusal)
            }
            // The outcome that it is about may still come: between topics there is no order.
            return try wait(with: challenge, &casebook, context)
        }
        if challenge.answer == .challenge,
            casebook.escalations.open(target.subject, by: challenge.agency) == nil,
            let refusal = ChallengeLimits.exceeded(by: challenge.agency, in: casebook, at: "/data/noticeId")
        {
            throw FactRefusal(refusal)
        }
        return takeUp(challenge, to: target, &casebook, context)
    }

    /// It is in effect from here on: its sender gets the receipt, and the notice counts as answered.
    private func takeUp(
        _ challenge: Challenge, to target: Casebook.Target, _ casebook: inout Casebook, _ context: Announcements.Context
    ) -> [Effect<EscalationRow>] {
        let effects = [
            announcements.answer(challenge, reasons: [], context), announcements.taken(challenge, context),
        ]
        guard challenge.answer == .needInformation else {
            return effects + raise(by: raising(challenge, of: target), &casebook, context)
        }
        let due = policy.due(policy.clocks.informationRequest, from: context.now).due
        let order = DecisionNotices(policy: policy).informationNeeded(
            target.subject, children: target.children, from: target.decider, asked: challenge.agency,
            by: challenge.by, challenge.grounds, eventID: challenge.eventID, answerBy: due)
        return effects + [announcements.order(order, casebook.register, context)]
    }

    /// So long a challenge or a question waits for what it is about. Between topics there is no order, but none is days behind
    /// another.
    private static let challengeWaits = ClockLength.hours(24)

    /// Keeps a challenge until its subject comes, or hands it back.
    private func wait(
        with challenge: Challenge, _ casebook: inout Casebook, _ context: Announcements.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        var refusal =
            challenge.answer == .challenge
            ? ChallengeLimits.exceeded(by: challenge.agency, in: casebook, at: "/data/noticeId") : nil
        if refusal == nil, casebook.outcomes.isFull(for: challenge.agency) {
            refusal = RefusalReason(
                path: "/data/noticeId", code: .tooManyWaiting,
                message:
                    "\(OutcomeShelf.maximumWaiting) answers of your agency wait for what their notices are about, "
                    + "which is as many as can. Check the identifier, and send this one again when the others are in effect."
            )
        }
        if let refusal { throw FactRefusal(refusal) }
        casebook.outcomes.wait(challenge)
        let due = policy.due(Self.challengeWaits, from: context.now)
        let key = TrackerClock.waitingChallenge.key(challenge.identifier)
        return [.arm(Deadline(key: key, household: context.household, due: due))]
    }

    /// What a challenge is about has not come, or has left: its sender gets it back.
    func handBack(_ identifier: String, _ casebook: inout Casebook, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        guard let challenge = casebook.outcomes.endWaiting(identifier) else { return [] }
        let reason = RefusalReason(
            path: "/data/noticeId", code: .unknownSubject,
            message:
                "What this notice tells of has been replaced, or has ended too long ago. Your answer has no effect. "
                + "Answer the latest notice about the child, or ask for a conference.")
        return [announcements.answer(challenge, reasons: [reason], context)]
    }

    /// The outcome of a referral: its referrer can challenge it, and may have done so already (row B1).
    func shelve(_ result: ReferralOutcome, _ casebook: inout Casebook, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        for child in result.children { casebook.register.know(child.references, of: child.person) }
        return shelve(OutcomeShelf.Outcome(result), &casebook, context)
    }

    /// A rating was lowered: the referrer is told by whoever published it; every other party is told here (row A6).
    func shelve(_ lowered: RatingLowered, _ casebook: inout Casebook, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        for child in lowered.children { casebook.register.know(child.references, of: child.person) }
        let orders = DecisionNotices(policy: policy).ratingLowered(lowered, casebook.register)
        let told = orders.reduce(into: Set<AgencyCode>()) { $0.formUnion($1.receivers.map(\.agency)) }
        return orders.map { announcements.order($0, casebook.register, context) }
            + shelve(OutcomeShelf.Outcome(lowered, told: told), &casebook, context)
    }

    private func shelve(
        _ outcome: OutcomeShelf.Outcome, _ casebook: inout Casebook, _ context: Announcements.Context
    ) -> [Effect<EscalationRow>] {
        let waiting = casebook.outcomes.add(outcome, in: context.household)
        return waiting.flatMap { challenge -> [Effect<EscalationRow>] in
            // It was found by the outcome, which is on the shelf; so it is found again.
            guard let target = casebook.target(of: challenge.notice, toldTo: challenge.agency, context.household)
            else { return [] }
            return [.disarm(TrackerClock.waitingChallenge.key(challenge.identifier))]
                + takeUp(challenge, to: target, &casebook, context)
        }
    }

    /// Begins a challenge. A second one of the same subject by the same agency joins the first: it brings its children.
    func raise(by raising: Raising, _ casebook: inout Casebook, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        if var open = casebook.escalations.open(raising.subject, by: raising.challenger) {
            open.children.formUnion(raising.children)
            casebook.escalations.keep(open)
            return []
        }
        let id = casebook.escalations.nextID(of: raising.subject, by: raising.challenger, in: context.household)
        let escalation = rules.open(
            raising.subject, raising.occasion, children: raising.children, challenger: raising.challenger,
            decider: raising.decider, openedBy: raising.openedBy, id: id, stage: raising.stage,
            isUrgent: raising.isUrgent, now: context.now)
        casebook.escalations.add(escalation)
        let speaker = raising.by.map { Speaker(agency: raising.challenger, person: $0) }
        let move = EscalationMove(
            kind: .raised, escalation: escalation, at: context.now, by: speaker, text: raising.text)
        return carryOut(move, casebook, context)
    }

    /// One side of a challenge speaks. It is answered here and nowhere else.
    func move(_ said: EscalationFact, _ fact: Fact, _ casebook: inout Casebook, _ context: Announcements.Context)
        throws(FactRefusal) -> [Effect<EscalationRow>]
    {
        do throws(EscalationRefusal) {
            guard var escalation = casebook.escalations[said.escalationID] else { throw .unknown }
            let agency = fact.context.agency
            let move =
                switch said.action {
                case .responded(let event):
                    try rules.respond(event, by: agency, in: &escalation, now: context.now)
                case .closed(let event):
                    try rules.close(event, by: agency, in: &escalation, now: context.now)
                }
            casebook.escalations.keep(escalation)
            return [announcements.verdict(on: fact, reasons: [], context)] + carryOut(move, casebook, context)
                + settle(move, &casebook, context)
        } catch {
            throw FactRefusal(error.reason)
        }
    }

    /// The side whose turn it was has let its time go by.
    func lapse(_ id: String, _ casebook: inout Casebook, _ context: Announcements.Context) -> [Effect<EscalationRow>] {
        guard let id = EscalationID(id), var escalation = casebook.escalations[id],
            let move = rules.lapse(&escalation, now: context.now)
        else { return [] }
        casebook.escalations.keep(escalation)
        return carryOut(move, casebook, context)
    }

    /// An agency that objected has been consulted again: the challenge that its objection began ends (row B4).
    func liftObjection(
        of agency: AgencyCode, to decisionID: String, _ casebook: inout Casebook, _ context: Announcements.Context
    ) -> [Effect<EscalationRow>] {
        guard let change = casebook.register.changes.first(where: { $0.decisionID == decisionID }),
            var escalation = casebook.escalations.open(change.subject, by: agency), escalation.occasion == .objection
        else { return [] }
        let move = rules.liftObjection(in: &escalation, now: context.now)
        casebook.escalations.keep(escalation)
        return carryOut(move, casebook, context)
    }

    /// The challenge that an objection begins (row B4).
    func objection(of agency: AgencyCode, to change: ChangeRecord) -> Raising {
        Raising(
            subject: change.subject, occasion: .objection, children: Set(change.children.map(\.person)),
            challenger: agency, decider: change.agency,
            openedBy: change.consultations.first { $0.agency == agency }?.recordedBy ?? agency)
    }

    private func raising(_ challenge: Challenge, of target: Casebook.Target) -> Raising {
        Raising(
            subject: target.subject, occasion: .challenge, children: target.children, challenger: challenge.agency,
            decider: target.decider, openedBy: challenge.agency, stage: challenge.escalateTo ?? target.stage,
            isUrgent: challenge.isUrgent,
            by: challenge.by, text: challenge.grounds)
    }

    /// Notices, the clock and the record of one move.
    private func carryOut(_ move: EscalationMove, _ casebook: Casebook, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        let orders = EscalationNotices(rules: rules).orders(for: move, casebook)
        var effects = orders.map { announcements.order($0, casebook.register, context) }
        let key = TrackerClock.escalationStage.key(move.escalation.id.text)
        if move.escalation.isOpen {
            let due = rules.clock(of: move.escalation, from: context.now)
            effects.append(.arm(Deadline(key: key, household: context.household, due: due)))
        } else {
            effects.append(.disarm(key))
        }
        effects.append(.record(EscalationRow(move, household: context.household)))
        return effects
    }

    /// A challenge that has ended acts on what was challenged.
    private func settle(_ move: EscalationMove, _ casebook: inout Casebook, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        guard case .closed(let outcome) = move.kind,
            case .decision(let decisionID, let version) = move.escalation.subject
        else { return [] }
        let actions = casebook.register.settle(
            decisionID, version: version, challengedBy: move.escalation.challenger, outcome, move.escalation.id)
        return carryOut(actions, &casebook, context)
    }
}

extension ChangeRecord {
    /// What a challenge of this version is about.
    var subject: Escalation.Subject { .decision(id: self.decisionID, version: self.version) }
}

extension Casebook {
    /// What a notice was about, who decided it, and about which child.
    struct Target {
        let subject: Escalation.Subject
        let decider: AgencyCode
        let children: Set<PersonID>
        /// The stage at which a challenge begins.
        var stage = 1
    }

    /// Notices that can be challenged.
    fileprivate static let answerable: [NoticeKind] = [.thresholdChanged, .consultationRequested, .changeConfirmed]

    /// Finds what a notice was about by deriving the notices that each decision, discussion and outcome can have brought.
    func target(of notice: NoticeID, toldTo agency: AgencyCode, _ household: HouseholdID) -> Target? {
        if let (outcome, child) = outcomes.find(notice, of: agency, household) {
            return Target(subject: .outcome(outcome.item), decider: outcome.decidedBy, children: [child])
        }
        for change in register.changes.reversed() {
            for child in change.children {
                let isIt = change.causes.contains { cause in
                    Casebook.answerable.contains { kind in
                        NoticeID(household: household, cause: cause, kind: kind, person: child.person, agency: agency)
                            == notice
                    }
                }
                guard isIt else { continue }
                return Target(subject: change.subject, decider: change.agency, children: [child.person])
            }
        }
        for discussion in register.discussions where !discussion.decidedOnEnquiry {
            let child = discussion.children.first { child in
                NoticeID(
                    household: household, cause: discussion.cause, kind: .thresholdChanged, person: child,
                    agency: agency) == notice
            }
            guard let child else { continue }
            return Target(
                subject: .discussion(discussion.name), decider: discussion.name.agency, children: [child])
        }
        return offer(behind: notice, toldTo: agency, household)
    }

    /// The offer to challenge that nothing happens (row B6): at the managers' stage.
    private func offer(behind notice: NoticeID, toldTo agency: AgencyCode, _ household: HouseholdID) -> Target? {
        guard let offer = progress.offer else { return nil }
        let child = offer.children.first { child in
            NoticeID(household: household, cause: offer.cause, kind: .taskDue, person: child, agency: agency) == notice
        }
        guard let child else { return nil }
        return Target(subject: .delay(id: offer.cause), decider: offer.decider, children: [child], stage: 2)
    }
}

extension RefusalCode {
    /// A later version has taken the place of what the notice tells.
    static let superseded = RefusalCode(rawValue: "superseded")
}

extension DecisionRegister {
    /// The change whose later version has taken the place of what the notice told.
    func change(replacing notice: NoticeID, of agency: AgencyCode, _ household: HouseholdID) -> ChangeRecord? {
        changes.last { change in
            change.pastCauses.contains { cause in
                children.keys.contains { child in
                    Casebook.answerable.contains { kind in
                        NoticeID(household: household, cause: cause, kind: kind, person: child, agency: agency)
                            == notice
                    }
                }
            }
        }
    }
}
