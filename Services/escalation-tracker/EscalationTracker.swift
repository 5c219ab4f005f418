import Contracts
import EscalationTrackerSpec
import Messaging
import Policy
import PostgresClient
import Safeguarding

/// The decision register and the ladder: takes facts about a household, answers decisions and challenges with a verdict,
/// and says what changes, to whom, and who is to be asked.
public struct EscalationTracker: HouseholdProcedure {
    let policy: Policy
    let announcements: Announcements
    let rules: LadderRules

    /// A tracker under one policy.
    public init(policy: Policy, topics: Topics) {
        self.policy = policy
        announcements = Announcements(policy: policy, topics: topics)
        rules = LadderRules(policy: policy)
    }

    /// What the notifier settles by itself, and what it delivers.
    public var ignoredTypes: Set<String> {
        [AcknowledgementFact.type.text, NoticeDue.type.text]
    }

    /// One event of the household.
    public func handle(
        _ event: ReceivedEvent, of household: HouseholdID, state casebook: inout Casebook, now: Instant
    ) throws(MessageFailure) -> [Effect<EscalationRow>] {
        let context = Announcements.Context(household: household, origin: Origin(event.envelope), now: now)
        switch event.envelope.type {
        case ReferralOutcome.type.text: return shelve(try ReferralOutcome.reading(event), &casebook, context)
        case RatingLowered.type.text: return shelve(try RatingLowered.reading(event), &casebook, context)
        default: break
        }
        let fact = try Fact.reading(event)
        for child in fact.children { casebook.register.know(child.references, of: child.person) }
        do throws(FactRefusal) {
            let effects = try take(fact, &casebook, context)
            // A view that counts for nothing yet moves nothing on, and may be handed back.
            if case .consultation = fact.body, effects.isEmpty { return [] }
            return effects + keepWatch(&casebook, after: fact, context)
        } catch {
            // A refused event has no effect at all (contract section 5): nor does it look as if something happened.
            return [announcements.verdict(on: fact, reasons: error.reasons, context)]
        }
    }

    /// An event that waits for an operator: whoever sent it is told.
    public func delayed(_ event: ReceivedEvent, of household: HouseholdID, behind hold: HouseholdHold, now: Instant)
        -> [OutgoingRecord]
    {
        announcements.delay(of: event, household, ignoring: ignoredTypes, now: now)
    }

    /// An event that an operator has taken out: whoever sent it is told. A screener's action has all its effect elsewhere.
    public func discarded(_ event: ReceivedEvent, of household: HouseholdID, now: Instant) -> [OutgoingRecord] {
        let types = ignoredTypes.union([ScreeningFact.type.text])
        return announcements.discard(of: event, household, ignoring: types, now: now)
    }

    /// Whoever refuses does it before anything is changed.
    private func take(_ fact: Fact, _ casebook: inout Casebook, _ context: Announcements.Context)
        throws(FactRefusal) -> [Effect<EscalationRow>]
    {
        switch fact.body {
        case .referral:
            for child in fact.children { casebook.register.refer(child.person, by: fact.context.agency) }
            return []
        case .involvement(let involvement):
            record(involvement, fact, in: &casebook.register)
            return []
        case .discussion(let discussion):
            let held = DiscussionRecord(discussion, fact)
            let effects = carryOut(casebook.register.hold(held, now: context.now), &casebook, context)
            casebook.register.forgetReason(of: held.name)
            return effects
        case .decision(let decision):
            return try decide(decision, fact, &casebook, context)
        case .consultation(let consultation): return try consult(consultation, fact, &casebook, context)
        case .answer(let answer): return try take(answer, fact, &casebook, context)
        case .escalation(let escalation): return try move(escalation, fact, &casebook, context)
        case .conference(let conference): return try take(conference, fact, &casebook, context)
        case .attestation(let attestation): return attest(attestation, by: fact.context.agency, &casebook)
        case .supervision, .acknowledgement, .screening, .observation: return []
        }
    }

    /// One clock of the household that has fallen due.
    public func fire(_ deadline: DueDeadline, state casebook: inout Casebook, now: Instant) -> [Effect<EscalationRow>] {
        let context = Announcements.Context(household: deadline.household, origin: Origin(deadline), now: now)
        switch TrackerClock(rawValue: deadline.key.kind) {
        case .reconvenedDiscussion:
            let actions = casebook.register.discussionOverdue(deadline.key.subject)
            return carryOut(actions, &casebook, context)
        case .escalationStage: return lapse(deadline.key.subject, &casebook, context)
        case .conferenceRequest: return conferenceUnanswered(deadline.key.subject, &casebook, context)
        case .waitingChallenge: return handBack(deadline.key.subject, &casebook, context)
        case .progress: return lookBack(&casebook, context)
        case .attestation: return attestationDue(deadline.key.subject, &casebook, context)
        case nil: return []
        }
    }

    /// The statements that write the record of challenges.
    public func writes(_ rows: [EscalationRow]) -> [Query] { EscalationRow.writes(rows) }

    private func record(_ involvement: InvolvementFact, _ fact: Fact, in register: inout DecisionRegister) {
        for child in fact.children {
            switch involvement.state {
            case .opened: register.openInvolvement(of: fact.context.agency, with: child.person)
            case .closed: register.closeInvolvement(of: fact.context.agency, with: child.person)
            }
        }
    }

    /// A view. One that counts is answered here; of one that does not nothing is said, since its agency may not learn that there
    /// is such a decision (N4): intake hands it back in the end. An objection that would open a challenge too many is refused and
    /// lets nothing go: what waits for the view goes on waiting for it.
    private func consult(
        _ consultation: ConsultationFact, _ fact: Fact, _ casebook: inout Casebook, _ context: Announcements.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        let decisionID = consultation.decisionID
        let origin = ViewOrigin(
            eventID: fact.context.eventID, factID: context.origin.causationID, until: consultation.until)
        guard !origin.isOver(at: context.now) else { return [] }
        let view = Consultation(
            agency: consultation.agency, recordedBy: fact.context.agency, view: consultation.view)
        let change = casebook.register.changes.first { $0.decisionID == decisionID && $0.accepts(view) }
        let opens = change.map { casebook.escalations.open($0.subject, by: consultation.agency) == nil } ?? false
        if consultation.view == .object, opens,
            let refusal = ChallengeLimits.exceeded(by: fact.context.agency, in: casebook, at: "/data/view")
        {
            throw FactRefusal(refusal)
        }
        return carryOut(casebook.register.consult(decisionID, view, from: origin), &casebook, context)
    }

    /// A decision is answered here and nowhere else: its verdict and its effects are one transaction.
    private func decide(
        _ decision: DecisionFact, _ fact: Fact, _ casebook: inout Casebook, _ context: Announcements.Context
    ) throws(FactRefusal) -> [Effect<EscalationRow>] {
        let proposal = DecisionRegister.Proposal(decision, agency: fact.context.agency)
        let objecting = Set(proposal.views.filter { $0.view == .object }.map(\.agency)).count
        if objecting > 0,
            let refusal = ChallengeLimits.exceeded(
                by: proposal.agency, opening: objecting, in: casebook, at: "/data/attendees")
        {
            throw FactRefusal(refusal)
        }
        switch casebook.register.decide(proposal, now: context.now) {
        case .success(let actions):
            return [announcements.verdict(on: fact, reasons: [], context)] + carryOut(actions, &casebook, context)
        case .failure(let refusals):
            throw FactRefusal(reasons: refusals.all.map(\.reason))
        }
    }

    /// What the register says is done: told, watched, or challenged.
    func carryOut(
        _ actions: [RegisterAction], _ casebook: inout Casebook, _ context: Announcements.Context
    ) -> [Effect<EscalationRow>] {
        var effects: [Effect<EscalationRow>] = []
        for (place, action) in actions.enumerated() {
            effects += carryOut(action, place: place, &casebook, context)
        }
        return effects
    }

    private func carryOut(
        _ action: RegisterAction, place: Int, _ casebook: inout Casebook, _ context: Announcements.Context
    ) -> [Effect<EscalationRow>] {
        let notices = DecisionNotices(policy: policy)
        let change = action.decisionID.flatMap { id in casebook.register.changes.first { $0.decisionID == id } }
        let reconvened = policy.due(
            policy.clocks.reconvenedDiscussion, from: context.now, setting: .reconvenedDiscussion)
        switch action {
        case .tell(let step):
            return [announcements.step(step, &casebook.register, place: place, context)].compactMap(\.self)
        case .awaitDiscussion(let decisionID):
            let key = TrackerClock.reconvenedDiscussion.key(decisionID)
            return [.arm(Deadline(key: key, household: context.household, due: reconvened))]
        case .stopAwaitingDiscussion(let decisionID):
            return [.disarm(TrackerClock.reconvenedDiscussion.key(decisionID))]
        case .discussionOverdue:
            guard let change else { return [] }
            let order = notices.discussionOverdue(change, casebook.register, dueAgain: reconvened.due)
            return [announcements.order(order, casebook.register, context)]
        case .overridden:
            guard let change else { return [] }
            let order = notices.overridden(change, casebook.register, reconvenedBy: reconvened.due)
            return [announcements.order(order, casebook.register, context)]
        case .endedWithoutEnquiry(let name):
            guard let discussion = casebook.register.discussion(name) else { return [] }
            let due = policy.due(policy.clocks.challengeWindow, from: context.now).due
            let order = notices.withoutEnquiry(discussion, casebook.register, answerBy: due)
            return [order].compactMap(\.self).map { announcements.order($0, casebook.register, context) }
        case .objected(_, let agency):
            guard let change else { return [] }
            return raise(by: objection(of: agency, to: change), &casebook, context)
        case .objectionLifted(let decisionID, let agency):
            return liftObjection(of: agency, to: decisionID, &casebook, context)
        case .counts(let view): return [announcements.verdict(on: view, context)].compactMap(\.self)
        }
    }
}

/// Everything that stands against an event that is judged here.
struct FactRefusal: Error {
    let reasons: [RefusalReason]

    init(reasons: [RefusalReason]) { self.reasons = reasons }

    init(_ reason: RefusalReason) { reasons = [reason] }
}

extension RegisterAction {
    /// The decision that it is about, if it names one.
    fileprivate var decisionID: String? {
        switch self {
        case .tell(let step): step.decisionID
        case .awaitDiscussion(let id), .stopAwaitingDiscussion(let id), .discussionOverdue(let id),
            .overridden(let id), .objected(let id, _), .objectionLifted(let id, _):
            id
        case .endedWithoutEnquiry, .counts: nil
        }
    }
}

extension DecisionRegister.Proposal {
    init(_ decision: DecisionFact, agency: AgencyCode) {
        self.init(
            decisionID: decision.decisionID, version: decision.version, agency: agency,
            authoriserRole: decision.authoriserRole, decidedAt: decision.decidedAt, reason: decision.reason,
            isUrgent: decision.isUrgent, urgentReason: decision.urgentReason, discussionID: decision.discussionID,
            children: decision.changes.map {
                ChangeRecord.ChildChange(person: $0.person, from: $0.from, to: $0.to, rationale: $0.rationale)
            },
            views: (decision.review?.views ?? []).map {
                Consultation(agency: $0.agency, recordedBy: agency, view: $0.view)
            })
    }
}

extension DiscussionRecord {
    init(_ discussion: DiscussionFact, _ fact: Fact) {
        self.init(
            name: DiscussionName(id: discussion.discussionID, agency: fact.context.agency), heldAt: discussion.heldAt,
            children: Set(fact.children.map(\.person)), attendees: Set(discussion.attendees.map(\.agency)),
            decidedOnEnquiry: discussion.decision == .section47, reason: discussion.reason)
    }
}
