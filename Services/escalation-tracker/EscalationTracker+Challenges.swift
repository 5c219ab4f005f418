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
        var desiredOutcome: String?
    }

    /// A party says something to a notice: a challenge begins, or a question goes to whoever decided (row A3). Agreement
    /// changes nothing here. Both are answered here, if the notifier has not refused them: once they are taken up, or cannot be.
    func take(_ answer: AnswerFact, _ fact: Fact, _ casebook: inout Casebook, _ context: Announcements.Context)
        throws(FactRefusal) -> [Effect<EscalationRow>]
    {
        guard answer.answer != .agree else { return [] }
        let challenge = Challenge(answer, fact, causedBy: context.origin.causationID)
        guard var target = casebook.target(of: challenge.notice, toldTo: challenge.agency, context.household) else {
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
        guard let named = casebook.register.named(challenge.children, by: challenge.agency, among: target.children)
        else { throw FactRefusal(.strangers) }
        target.children = named
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
        for child in result.notices.children { casebook.register.know(child.references, of: child.person) }
        return shelve(OutcomeShelf.Outcome(result.itemID, result.notices), &casebook, context)
    }

    /// A rating was lowered: the referrer is told by whoever published it; every other party is told here (row A6).
    func shelve(_ lowered: RatingLowered, _ casebook: inout Casebook, _ context: Announcements.Context)
        -> [Effect<EscalationRow>]
    {
        for child in lowered.notices.children { casebook.register.know(child.references, of: child.person) }
        let order = DecisionNotices(policy: policy).ratingLowered(lowered, casebook.register)
        let told = Set(order?.receivers.map(\.agency) ?? [])
        return [order].compactMap(\.self).map { announcements.order($0, casebook.register, context) }
            + shelve(OutcomeShelf.Outcome(lowered.itemID, lowered.notices, told: told), &casebook, context)
    }

    private func shelve(
        _ outcome: OutcomeShelf.Outcome?, _ casebook: inout Casebook, _ context: Announcements.Context
    ) -> [Effect<EscalationRow>] {
        guard let outcome else { return [] }
        let waiting = casebook.outcomes.add(outcome, in: context.household)
        return waiting.flatMap { challenge -> [Effect<EscalationRow>] in
            // It was found by the outcome, which is on the shelf; so it is found again.
            guard var target = casebook.target(of: challenge.notice, toldTo: challenge.agency, context.household)
            else { return [] }
            // Whom it names was not known when it came; it is not lost for a name that nobody knows.
            target.children =
                casebook.register.named(challenge.children, by: challenge.agency, among: target.children)
                ?? target.children
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
            kind: .raised, escalation: escalation, at: context.now, by: speaker, text: raising.text,
            desiredOutcome: raising.desiredOutcome)
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
            by: challenge.by, text: challenge.grounds, desiredOutcome: challenge.desiredOutcome)
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
    /// What a notice was about, who decided it, and about which children.
    struct Target {
        let subject: Escalation.Subject
        let decider: AgencyCode
        var children: Set<PersonID>
        /// The stage at which a challenge begins.
        var stage = 1
    }

    /// Notices that can be challenged.
    fileprivate static let answerable: [NoticeKind] = [.thresholdChanged, .consultationRequested, .changeConfirmed]

    /// Finds what a notice was about by deriving the notices that each decision, discussion and outcome can have brought.
    func target(of notice: NoticeID, toldTo agency: AgencyCode, _ household: HouseholdID) -> Target? {
        func target(
            _ subject: Escalation.Subject, _ decider: AgencyCode, _ all: Set<PersonID>, _ discussion: DiscussionRecord?,
            stage: Int = 1
        ) -> Target {
            let children = register.children(all, of: agency, discussion: discussion)
            return Target(subject: subject, decider: decider, children: children, stage: stage)
        }
        func isNotice(of cause: String, _ kinds: [NoticeKind]) -> Bool {
            kinds.contains { NoticeID(household: household, cause: cause, kind: $0, agency: agency) == notice }
        }
        if let outcome = outcomes.find(notice, of: agency, household) {
            return target(.outcome(outcome.item), outcome.decidedBy, outcome.children, nil)
        }
        for change in register.changes.reversed()
        where change.causes.contains(where: { isNotice(of: $0, Casebook.answerable) }) {
            let discussion = change.discussion.flatMap { register.discussion($0) }
            return target(change.subject, change.agency, Set(change.children.map(\.person)), discussion)
        }
        for discussion in register.discussions where !discussion.decidedOnEnquiry {
            guard isNotice(of: discussion.cause, [.thresholdChanged]) else { continue }
            return target(
                .discussion(discussion.name), discussion.name.agency, discussion.children, discussion)
        }
        // The offer to challenge that nothing happens (row B6): at the managers' stage.
        guard let offer = progress.offer, isNotice(of: offer.cause, [.taskDue]) else { return nil }
        return target(.delay(id: offer.cause), offer.decider, offer.children, nil, stage: 2)
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
                Casebook.answerable.contains { kind in
                    NoticeID(household: household, cause: cause, kind: kind, agency: agency) == notice
                }
            }
        }
    }
}

extension RefusalReason {
    /// A name that is no child's of the notice.
    fileprivate static let strangers = RefusalReason(
        path: "/data/children", code: .unknownSubject,
        message: "Not all of these are children of the notice. Name them as the notice does.")
}
