import Contracts
import DecisionRules
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// Facts that the register takes: discussions, decisions, views.
extension EscalationTracker {
    /// Facts that nobody waits for an answer to. One that is on record already changes nothing.
    func note(
        _ facts: [RegisterFact], under terms: RegisterTerms? = nil, because reason: String? = nil,
        _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        let actions = state.register.apply(facts, under: terms ?? self.terms, now: context.now)
        return actions.isEmpty ? [] : carryOut(actions, Errand(reason: reason), &state, context)
    }

    /// A strategy discussion. Intake has looked at who records it and who was there, and answered it; that is not judged again. The
    /// same once more is one.
    func hold(
        _ discussion: DiscussionFact, _ fact: Fact, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        var attendees: [AgencyCode: ConsultationView?] = [:]
        for attendee in discussion.attendees {
            // Where several practitioners of an agency were there, an objection counts.
            let known = attendees[attendee.agency].flatMap(\.self)
            attendees[attendee.agency] = .some(known == .object ? .object : attendee.view ?? known)
        }
        let held = DiscussionHeld(
            id: discussion.discussionID, recordedBy: fact.context.agency, heldAt: discussion.heldAt,
            children: Set(fact.children.map(\.person)), attendees: attendees,
            decidedOnEnquiry: discussion.decision == .section47, about: Set(discussion.aboutDecisions),
            hasQuorumException: discussion.hasQuorumException)
        return note(
            [.discussion(held)], under: termsHavingAccepted(held), because: discussion.reason, &state, context)
    }

    /// The terms under which a discussion is taken that intake has accepted. Who must be there (R3) was judged then, by the policy of
    /// that moment: one that has lost an agency since would undo what everybody at the table decided. So was who may record it;
    /// only an agency that the policy knows as something else is held to that here as well.
    private func termsHavingAccepted(_ discussion: DiscussionHeld) -> RegisterTerms {
        var terms = terms
        terms.quorum = []
        if policy.agencies[discussion.recordedBy] == nil { terms.recorders.insert(discussion.recordedBy) }
        return terms
    }

    /// A view. One that counts is answered here; of one that can be joined to nothing nothing is said, since its agency may not
    /// learn that there is such a decision (N4): intake hands it back in the end. An objection that would open a challenge too
    /// many is refused and lets nothing go: what waits for the view goes on waiting for it.
    func consult(
        _ consultation: ConsultationFact, _ fact: Fact, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        let view = ViewGiven(consultation, fact, causedBy: context.origin.causationID)
        guard !view.isHandedBack(at: context.now) else { return [] }
        guard view.agency != view.decisionID.agency else { throw FactRefusal(.ofOwnDecision(at: "/data/agency")) }
        if let refusal = DecisionLimits.exceeded(by: view, in: state) { throw FactRefusal(refusal) }
        return try apply(.view(view), Errand(path: "/data/view", opener: fact.context.agency), &state, context)
    }

    /// A decision is answered here and nowhere else: its ruling and its effects are one transaction.
    func decide(
        _ decision: DecisionFact, _ fact: Fact, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        let made = DecisionMade(decision, agency: fact.context.agency)
        let statement = DecisionStatement(decision, recordedAt: context.now)
        if let refusal = DecisionLimits.exceeded(by: made, saying: statement, in: state) { throw FactRefusal(refusal) }
        let errand = Errand(
            reason: made.isTakingBack ? decision.reason : nil, path: "/data/attendees", opener: made.agency,
            statement: (made.name, statement))
        return [publisher.ruling(on: fact, reasons: [], context)]
            + (try apply(.decision(made), errand, &state, context))
    }

    /// Takes a fact that somebody waits for an answer to, or refuses it as a whole.
    func apply(
        _ fact: RegisterFact, _ errand: Errand, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        var register = state.register
        switch register.apply(fact, under: terms, now: context.now) {
        case .failure(let refusals): throw FactRefusal(reasons: refusals.reasons)
        case .success(let actions):
            let opens = state.challenges(openedBy: errand.opener, by: actions)
            if let opener = errand.opener, opens > 0,
                let refusal = ChallengeLimits.exceeded(by: opener, opening: opens, in: state, at: errand.path)
            {
                throw FactRefusal(refusal)
            }
            if let (name, statement) = errand.statement {
                let parts = state.register.change(name)?.parts ?? []
                state.statements.keep(statement, of: name, wasInEffect: parts.contains { $0.state == .inEffect })
            }
            state.register = register
            return carryOut(actions, errand, &state, context)
        }
    }
}

/// What comes with a fact beside what the rules look at.
struct Errand {
    /// What whoever speaks says about it, for the notices that follow.
    var reason: String?
    /// Where in the event it stands what opens a challenge.
    var path = "/data"
    /// Whose event it is: what it opens counts as that agency's.
    var opener: AgencyCode?
    /// The challenge that it is.
    var challenge: Challenge?
    /// What is written about the decision that it is.
    var statement: (OwnName, DecisionStatement)?
}

extension TrackerState {
    /// Challenges that begin by these actions, by an agency's event, beside those that are open already.
    fileprivate func challenges(openedBy opener: AgencyCode?, by actions: [RegisterAction]) -> Int {
        var begun: Set<AgencyCode> = []
        for case .challenge(let agency, let decision, _, _, opener) in actions
        where escalations.open(decision, by: agency) == nil {
            begun.insert(agency)
        }
        return begun.count
    }
}

extension ViewGiven {
    fileprivate init(_ consultation: ConsultationFact, _ fact: Fact, causedBy factID: String) {
        let put = consultation.children.compactMap { child -> Put? in
            guard let from = child.from, let to = child.to else { return nil }
            return Put(child.person, from: from, to: to)
        }
        self.init(
            decisionID: OwnName(consultation.decisionID, of: consultation.decidedBy), version: consultation.version,
            agency: consultation.agency, recordedBy: fact.context.agency, position: consultation.view,
            at: consultation.at,
            children: consultation.children.isEmpty ? nil : Set(consultation.children.map(\.person)), put: Set(put),
            note: consultation.note,
            origin: Origin(eventID: fact.context.eventID, factID: factID, until: consultation.until))
    }
}

extension DecisionMade {
    fileprivate init(_ decision: DecisionFact, agency: AgencyCode) {
        var review: [AgencyCode: ConsultationView] = [:]
        for view in decision.review?.views ?? [] where review[view.agency] != .object {
            // Where several practitioners of an agency were there, an objection counts.
            review[view.agency] = view.view
        }
        // Nobody is consulted by itself.
        review[agency] = nil
        self.init(
            id: decision.decisionID, version: decision.version, agency: agency, decidedAt: decision.decidedAt,
            children: decision.changes.map {
                Child($0.person, from: $0.from, to: $0.to, hasRationale: !$0.rationale.isEmpty)
            },
            // Intake has looked whether the authoriser is a manager whom the agency has attested: their names stay there.
            urgency: decision.isUrgent
                ? Urgency(hasReason: decision.urgentReason != nil, isAttested: true) : nil,
            discussionID: decision.discussionID, review: review)
    }
}

extension DecisionStatement {
    fileprivate init(_ decision: DecisionFact, recordedAt: Instant) {
        let rationales = decision.changes.map { ($0.person, $0.rationale) }
        self.init(
            authoriserRole: decision.authoriserRole, recordedAt: recordedAt, reason: decision.reason,
            urgentReason: decision.urgentReason, rationales: Dictionary(rationales) { first, _ in first })
    }
}
