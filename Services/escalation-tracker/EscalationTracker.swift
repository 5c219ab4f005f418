import Contracts
import DecisionRules
import EscalationTrackerSpec
import Messaging
import Policy
import PostgresClient
import Safeguarding

/// The decision register and the ladder: takes facts about a household, answers decisions and challenges with a ruling,
/// and says what changes, to whom, and who is to be asked.
public struct EscalationTracker: HouseholdProcedure {
    let policy: Policy
    let publisher: TrackerPublisher
    let rules: LadderRules
    /// Under which terms decisions are taken.
    var terms: RegisterTerms { rules.terms }

    /// A tracker under one policy.
    public init(policy: Policy, topics: Topics) {
        self.policy = policy
        publisher = TrackerPublisher(policy: policy, topics: topics)
        rules = LadderRules(policy: policy)
    }

    /// What the notifier settles by itself, and what it delivers.
    public var ignoredTypes: Set<String> {
        [AcknowledgementFact.type.text, NoticeDue.type.text]
    }

    /// One event of the household.
    public func handle(
        _ event: ReceivedEvent, of household: HouseholdID, state: inout TrackerState, now: Instant
    ) throws(MessageFailure) -> [Effect<EscalationRow>] {
        let context = TrackerPublisher.Context(household: household, origin: Origin(event.envelope), now: now)
        switch event.envelope.type {
        case ReferralOutcome.type.text: return recordOutcome(try ReferralOutcome.reading(event), &state, context)
        case RatingLowered.type.text: return recordOutcome(try RatingLowered.reading(event), &state, context)
        default: break
        }
        let fact = try Fact.reading(event)
        for child in fact.children { state.references.know(child.references, of: child.person) }
        do throws(FactRefusal) {
            let effects = try take(fact, &state, context)
            // A view that counts for nothing yet moves nothing on, and may be handed back.
            if case .consultation = fact.body, effects.isEmpty { return [] }
            return effects + followThrough(after: fact, &state, context) + recordProgress(&state, after: fact, context)
        } catch {
            // A refused event has no effect at all (contract section 5): nor does it look as if something happened.
            return [publisher.ruling(on: fact, reasons: error.reasons, context)]
        }
    }

    /// An event that waits for an operator: whoever sent it is told.
    public func delayed(_ event: ReceivedEvent, of household: HouseholdID, behind hold: HouseholdHold, now: Instant)
        -> [OutgoingRecord]
    {
        publisher.delay(of: event, household, ignoring: ignoredTypes, now: now)
    }

    /// An event that an operator has taken out: whoever sent it is told. A screener's action has all its effect elsewhere.
    public func discarded(_ event: ReceivedEvent, of household: HouseholdID, now: Instant) -> [OutgoingRecord] {
        let types = ignoredTypes.union([ScreeningFact.type.text])
        return publisher.discard(of: event, household, ignoring: types, now: now)
    }

    /// Whoever refuses does it before anything is changed.
    private func take(_ fact: Fact, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        throws(FactRefusal) -> [Effect<EscalationRow>]
    {
        switch fact.body {
        case .referral:
            let facts = fact.children.map { RegisterFact.referred($0.person, by: fact.context.agency) }
            return note(facts, &state, context)
        case .involvement(let involvement):
            let facts = fact.children.map { child -> RegisterFact in
                involvement.state == .opened
                    ? .joined(child.person, fact.context.agency) : .left(child.person, fact.context.agency)
            }
            return note(facts, &state, context)
        case .discussion(let discussion): return hold(discussion, fact, &state, context)
        case .decision(let decision):
            return try decide(decision, fact, &state, context)
        case .consultation(let consultation): return try consult(consultation, fact, &state, context)
        case .answer(let answer): return try take(answer, fact, &state, context)
        case .information(let information): return try provide(information, fact, &state, context)
        case .escalation(let escalation): return try move(escalation, fact, &state, context)
        case .conference(let conference): return try take(conference, fact, &state, context)
        case .attestation(let attestation): return attest(attestation, by: fact.context.agency, &state)
        case .supervision, .acknowledgement, .screening, .observation: return []
        }
    }

    /// One clock of the household that has fallen due.
    public func fire(_ deadline: DueDeadline, state: inout TrackerState, now: Instant) -> [Effect<EscalationRow>] {
        let context = TrackerPublisher.Context(household: deadline.household, origin: Origin(deadline), now: now)
        switch TrackerClock(rawValue: deadline.key.kind) {
        case .reconvenedDiscussion:
            return OwnName(text: deadline.key.subject).map { note([.silence(decisionID: $0)], &state, context) }
                ?? []
        case .escalationStage: return expire(deadline.key.subject, &state, context)
        case .conferenceRequest: return conferenceUnanswered(deadline.key.subject, &state, context)
        case .informationRequest: return questionUnanswered(deadline.key.subject, &state, context)
        case .waitingChallenge: return handBack(deadline.key.subject, &state, context)
        case .progress: return checkProgress(&state, context)
        case .attestation: return attestationDue(deadline.key.subject, &state, context)
        case nil: return []
        }
    }

    /// The statements that write the record of challenges.
    public func writes(_ rows: [EscalationRow]) -> [Query] { EscalationRow.writes(rows) }
}

/// Everything that stands against an event that is judged here.
struct FactRefusal: Error {
    let reasons: [RefusalReason]

    init(reasons: [RefusalReason]) { self.reasons = reasons }

    init(_ reason: RefusalReason) { reasons = [reason] }
}
