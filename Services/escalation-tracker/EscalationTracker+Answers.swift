import Contracts
import DecisionRules
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// What agencies answer to notices: challenges, questions, views that they confirm or dispute.
extension EscalationTracker {
    /// A party says something to a notice: a challenge begins, a question goes to whoever decided (row A3), a view that another
    /// recorded is confirmed or disputed (R5), or a record of who was at a discussion is disputed (R8). Agreement with anything
    /// else changes nothing here. All of these are answered here, if the notifier has not refused them: once they are taken up,
    /// or cannot be.
    func take(_ answer: AnswerFact, _ fact: Fact, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        throws(FactRefusal) -> [Effect<EscalationRow>]
    {
        var challenge = Challenge(answer, fact, causedBy: context.origin.causationID)
        switch state.record(behind: challenge.notice, of: challenge.agency, context.household) {
        case .view(let decision, let number): return try confirm(challenge, decision, number, &state, context)
        case .discussion(let name): return try dispute(challenge, name, &state, context)
        case nil: break
        }
        guard answer.answer != .agree else { return [] }
        guard
            var target = state.target(
                of: challenge.notice, toldTo: challenge.agency, context.household, terms, policy)
        else {
            if let version = state.version(replacing: challenge.notice, of: challenge.agency, context.household) {
                let refusal = RefusalReason(
                    path: "/data/noticeId", code: .superseded,
                    message:
                        "Version \(version) of this decision has taken its place. Answer the notice of that version.")
                throw FactRefusal(refusal)
            }
            // The outcome that it is about may still come: between topics there is no order.
            return try wait(with: challenge, &state, context)
        }
        guard
            let named = state.references.named(challenge.children, by: challenge.agency, among: target.children)
        else { throw FactRefusal(.strangers) }
        if target.isOf(challenge.agency), challenge.answer == .challenge {
            throw FactRefusal(.ofOwnDecision(at: "/data/noticeId"))
        }
        target.children = named
        challenge.isLate = terms.isLate(challenge.answeredAt, after: target.answerBy)
        if challenge.answer == .challenge, state.escalations.open(target.subject, by: challenge.agency) == nil,
            let refusal = ChallengeLimits.exceeded(by: challenge.agency, in: state, at: "/data/noticeId")
        {
            throw FactRefusal(refusal)
        }
        return try takeUp(challenge, to: target, &state, context)
    }

    /// It is in effect from here on: its sender gets the receipt, and the notice counts as answered. One that can have no effect
    /// is refused.
    func takeUp(
        _ challenge: Challenge, to target: TrackerState.Target, _ state: inout TrackerState,
        _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        let taken = [
            publisher.answer(challenge, reasons: [], context), publisher.taken(challenge, context),
        ]
        guard challenge.answer == .needInformation else {
            return taken + (try raise(challenge, against: target, &state, context))
        }
        return taken + (try ask(challenge, about: target, &state, context))
    }

    /// A challenge of a decision holds it as well, if it is not in effect (R7).
    private func raise(
        _ challenge: Challenge, against target: TrackerState.Target, _ state: inout TrackerState,
        _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        guard case .decision(let decision, let version) = target.subject else {
            return raise(by: proposal(challenge, of: target), &state, context)
        }
        let fact = RegisterFact.challenged(
            decisionID: decision, version: version, agency: challenge.agency, children: target.children)
        switch state.register.apply(fact, under: terms, now: context.now) {
        case .success(let actions):
            return carryOut(actions, Errand(opener: challenge.agency, challenge: challenge), &state, context)
        case .failure(let refusals) where refusals.all == [.onRecord]:
            // It has challenged these children's change before. What it says now is added to that.
            return raise(by: proposal(challenge, of: target), &state, context)
        case .failure(let refusals): throw FactRefusal(reasons: refusals.reasons.map { $0.at("/data/noticeId") })
        }
    }

    /// An agency says whether what another recorded for it is its view.
    private func confirm(
        _ challenge: Challenge, _ decision: OwnName, _ number: Int, _ state: inout TrackerState,
        _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        let version = state.register.change(decision)?.version ?? 0
        let fact: RegisterFact
        switch challenge.answer {
        case .agree:
            fact = .confirmedView(
                decisionID: decision, version: version, agency: challenge.agency, number: number)
        case .challenge:
            fact = .disputedView(
                decisionID: decision, version: version, agency: challenge.agency, number: number)
        case .needInformation: return []
        }
        var register = state.register
        guard case .success(let actions) = register.apply(fact, under: terms, now: context.now) else {
            let refusal = RefusalReason(
                path: "/data/noticeId", code: .superseded,
                message:
                    "This record of your agency's view does not stand any more: another has taken its place, your agency "
                    + "has spoken for itself, or the version was replaced. Answer the latest notice, or publish "
                    + "consultation.recorded.")
            throw FactRefusal(refusal)
        }
        state.register = register
        return [publisher.answer(challenge, reasons: [], context), publisher.taken(challenge, context)]
            + carryOut(actions, Errand(opener: challenge.agency), &state, context)
    }

    /// An agency says that the record of a discussion has it wrong: what the discussion let go is held again, and whatever else
    /// becomes of it, whoever recorded it has to answer.
    private func dispute(
        _ challenge: Challenge, _ name: OwnName, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        guard challenge.answer == .challenge, let held = state.register.discussion(name)?.held else { return [] }
        guard name.agency != challenge.agency else { throw FactRefusal(.ofOwnDecision(at: "/data/noticeId")) }
        if let refusal = ChallengeLimits.exceeded(by: challenge.agency, in: state, at: "/data/noticeId") {
            throw FactRefusal(refusal)
        }
        var register = state.register
        let fact = RegisterFact.disputedDiscussion(id: name, agency: challenge.agency)
        switch register.apply(fact, under: terms, now: context.now) {
        case .failure(let refusals): throw FactRefusal(reasons: refusals.reasons.map { $0.at("/data/noticeId") })
        case .success(let actions):
            state.register = register
            var effects = [
                publisher.answer(challenge, reasons: [], context), publisher.taken(challenge, context),
            ]
            effects += carryOut(
                actions, Errand(opener: challenge.agency, challenge: challenge), &state, context)
            let isRaised = actions.contains { if case .challenge = $0 { true } else { false } }
            guard !isRaised else { return effects }
            let target = TrackerState.Target(
                subject: .discussion(name), decider: name.agency, children: held.children)
            return effects + raise(by: proposal(challenge, of: target), &state, context)
        }
    }

    /// So long a challenge or a question waits for what it is about. Between topics there is no order, but none is days behind
    /// another.
    private static let challengeWaits = ClockLength.hours(24)

    /// Keeps a challenge until its subject comes, or hands it back.
    private func wait(
        with challenge: Challenge, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        var refusal =
            challenge.answer == .challenge
            ? ChallengeLimits.exceeded(by: challenge.agency, in: state, at: "/data/noticeId") : nil
        if refusal == nil, state.outcomes.isFull(for: challenge.agency) {
            refusal = RefusalReason(
                path: "/data/noticeId", code: .tooManyWaiting,
                message:
                    "\(ChallengeableOutcomes.maximumWaiting) answers of your agency wait for what their notices are about, "
                    + "which is as many as can. Check the identifier, and send this one again when the others are in effect."
            )
        }
        if let refusal { throw FactRefusal(refusal) }
        state.outcomes.wait(challenge)
        let due = policy.due(Self.challengeWaits, from: context.now)
        let key = TrackerClock.waitingChallenge.key(challenge.identifier)
        return [.arm(Deadline(key: key, household: context.household, due: due))]
    }

    /// What a challenge is about has not come, or has left: its sender gets it back.
    func handBack(_ identifier: String, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        guard let challenge = state.outcomes.endWaiting(identifier) else { return [] }
        let reason = RefusalReason(
            path: "/data/noticeId", code: .unknownSubject,
            message:
                "What this notice tells of has been replaced, or has ended too long ago. Your answer has no effect. "
                + "Answer the latest notice about the child, or ask for a conference.")
        return [publisher.answer(challenge, reasons: [reason], context)]
    }

    /// The outcome of a referral: its referrer can challenge it, and may have done so already (row B1).
    func recordOutcome(_ result: ReferralOutcome, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        for child in result.notices.children { state.references.know(child.references, of: child.person) }
        return recordOutcome(ChallengeableOutcomes.Outcome(result.itemID, result.notices), &state, context)
    }

    /// A rating was lowered: the referrer is told by whoever published it; every other party is told here (row A6).
    func recordOutcome(_ lowered: RatingLowered, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        for child in lowered.notices.children { state.references.know(child.references, of: child.person) }
        let draft = DiscussionNotices(register: state.register, terms: terms).ratingLowered(lowered)
        let told = Set(draft?.receivers.map(\.agency) ?? [])
        return [draft].compactMap(\.self).map { publisher.notices($0, state, context) }
            + recordOutcome(ChallengeableOutcomes.Outcome(lowered.itemID, lowered.notices, told: told), &state, context)
    }

    private func recordOutcome(
        _ outcome: ChallengeableOutcomes.Outcome?, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        guard let outcome else { return [] }
        let waiting = state.outcomes.add(outcome, in: context.household)
        return waiting.flatMap { challenge -> [Effect<EscalationRow>] in
            // It was found by the outcome, which is on the shelf; so it is found again.
            guard
                var target = state.target(
                    of: challenge.notice, toldTo: challenge.agency, context.household, terms, policy)
            else { return [] }
            var challenge = challenge
            challenge.isLate = terms.isLate(challenge.answeredAt, after: target.answerBy)
            // Whom it names was not known when it came; it is not lost for a name that nobody knows.
            target.children =
                state.references.named(challenge.children, by: challenge.agency, among: target.children)
                ?? target.children
            return [.disarm(TrackerClock.waitingChallenge.key(challenge.identifier))]
                + takeUpLate(challenge, to: target, &state, context)
        }
    }

    /// What it is about has come. If it can have no effect after all, it goes back.
    private func takeUpLate(
        _ challenge: Challenge, to target: TrackerState.Target, _ state: inout TrackerState,
        _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        do throws(FactRefusal) {
            return try takeUp(challenge, to: target, &state, context)
        } catch {
            return [publisher.answer(challenge, reasons: error.reasons, context)]
        }
    }
}

extension RefusalReason {
    /// The same, of another place in the event.
    fileprivate func at(_ path: String) -> RefusalReason { RefusalReason(path: path, code: code, message: message) }
}

extension RefusalReason {
    /// Nobody consults or challenges itself: whoever decided decides anew.
    static func ofOwnDecision(at path: String) -> RefusalReason {
        RefusalReason(
            path: path, code: .notAllowed,
            message:
                "Your agency decided or recorded this itself, so nobody else could answer. Publish the next version, or another "
                + "discussion.")
    }

    /// A name that is no child's of the notice.
    fileprivate static let strangers = RefusalReason(
        path: "/data/children", code: .unknownSubject,
        message: "Not all of these are children of the notice. Name them as the notice does.")
}
