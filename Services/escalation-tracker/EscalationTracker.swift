import Contracts
import DecisionRules
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
    /// Under which terms decisions are taken.
    var terms: RegisterTerms { rules.terms }

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
        for child in fact.children { casebook.references.know(child.references, of: child.person) }
        do throws(FactRefusal) {
            let effects = try take(fact, &casebook, context)
            // A view that counts for nothing yet moves nothing on, and may be handed back.
            if case .consultation = fact.body, effects.isEmpty { return [] }
            return effects + followThrough(after: fact, &casebook, context) + keepWatch(&casebook, after: fact, context)
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
            let facts = fact.children.map { RegisterFact.referred($0.person, by: fact.context.agency) }
            return note(facts, &casebook, context)
        case .involvement(let involvement):
            let facts = fact.children.map { child -> RegisterFact in
                involvement.state == .opened
                    ? .joined(child.person, fact.context.agency) : .left(child.person, fact.context.agency)
            }
            return note(facts, &casebook, context)
        case .discussion(let discussion): return hold(discussion, fact, &casebook, context)
        case .decision(let decision):
            return try decide(decision, fact, &casebook, context)
        case .consultation(let consultation): return try consult(consultation, fact, &casebook, context)
        case .answer(let answer): return try take(answer, fact, &casebook, context)
        case .information(let information): return try provide(information, fact, &casebook, context)
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
            return OwnName(text: deadline.key.subject).map { note([.silence(decisionID: $0)], &casebook, context) }
                ?? []
        case .escalationStage: return lapse(deadline.key.subject, &casebook, context)
        case .conferenceRequest: return conferenceUnanswered(deadline.key.subject, &casebook, context)
        case .informationRequest: return questionUnanswered(deadline.key.subject, &casebook, context)
        case .waitingChallenge: return handBack(deadline.key.subject, &casebook, context)
        case .progress: return lookBack(&casebook, context)
        case .attestation: return attestationDue(deadline.key.subject, &casebook, context)
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
