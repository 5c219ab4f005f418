import Contracts
import Messaging
import Policy
import Safeguarding

/// The decision register: takes facts about a household, answers decisions with a verdict, and says what changes, to
/// whom, and who is to be consulted.
public struct EscalationTracker: HouseholdProcedure {
    /// The kind of the clock that waits for a reconvened strategy discussion.
    static let reconvenedDiscussion = "reconvened-discussion"

    private let announcements: Announcements

    /// A tracker under one policy.
    public init(policy: Policy, topics: Topics) {
        announcements = Announcements(policy: policy, topics: topics)
    }

    /// What the notifier settles by itself.
    public var ignoredTypes: Set<String> { [AcknowledgementFact.type.text] }

    /// One event of the household.
    public func handle(
        _ event: ReceivedEvent, of household: HouseholdID, state register: inout DecisionRegister, now: Instant
    ) throws(MessageFailure) -> [Effect<NoRows>] {
        let fact = try Fact.reading(event)
        for child in fact.children { register.know(child.references, of: child.person) }
        let context = Announcements.Context(household: household, origin: Origin(event.envelope), now: now)
        switch fact.body {
        case .referral:
            for child in fact.children { register.refer(child.person, by: fact.context.agency) }
            return []
        case .involvement(let involvement):
            record(involvement, fact, in: &register)
            return []
        case .discussion(let discussion):
            let actions = register.hold(DiscussionRecord(discussion, fact))
            return announcements.effects(of: actions, register: register, context)
        case .decision(let decision):
            return decide(decision, fact, &register, context)
        case .consultation(let consultation):
            let actions = register.consult(
                consultation.decisionID,
                Consultation(
                    agency: consultation.agency, recordedBy: fact.context.agency, view: consultation.view))
            return announcements.effects(of: actions, register: register, context)
        case .answer(let answer):
            guard answer.answer == .challenge,
                let decision = register.decision(behind: answer.noticeID, of: fact.context.agency, household)
            else { return [] }
            let actions = register.challenge(decision, eventID: fact.context.eventID)
            return announcements.effects(of: actions, register: register, context)
        case .acknowledgement, .screening:
            return []
        }
    }

    /// One clock of the household that has fallen due.
    public func fire(_ deadline: DueDeadline, state register: inout DecisionRegister, now: Instant) -> [Effect<NoRows>]
    {
        guard deadline.key.kind == EscalationTracker.reconvenedDiscussion else { return [] }
        let actions = register.discussionOverdue(deadline.key.subject)
        let context = Announcements.Context(household: deadline.household, origin: Origin(deadline), now: now)
        return announcements.effects(of: actions, register: register, context)
    }

    private func record(_ involvement: InvolvementFact, _ fact: Fact, in register: inout DecisionRegister) {
        for child in fact.children {
            switch involvement.state {
            case .opened: register.openInvolvement(of: fact.context.agency, with: child.person)
            case .closed: register.closeInvolvement(of: fact.context.agency, with: child.person)
            }
        }
    }

    /// A decision is answered here and nowhere else: its verdict and its effects are one transaction.
    private func decide(
        _ decision: DecisionFact, _ fact: Fact, _ register: inout DecisionRegister, _ context: Announcements.Context
    ) -> [Effect<NoRows>] {
        switch register.decide(DecisionRegister.Proposal(decision, agency: fact.context.agency), now: context.now) {
        case .success(let actions):
            return [announcements.verdict(on: fact, reasons: [], context)]
                + announcements.effects(of: actions, register: register, context)
        case .failure(let refusals):
            return [announcements.verdict(on: fact, reasons: refusals.all.map(\.reason), context)]
        }
    }
}

extension DecisionRegister.Proposal {
    init(_ decision: DecisionFact, agency: AgencyCode) {
        self.init(
            decisionID: decision.decisionID, version: decision.version, agency: agency,
            authoriserRole: decision.authoriserRole, decidedAt: decision.decidedAt, reason: decision.reason,
            isUrgent: decision.isUrgent, discussionID: decision.discussionID,
            children: decision.changes.map {
                ChangeRecord.ChildChange(person: $0.person, from: $0.from, to: $0.to, rationale: $0.rationale)
            })
    }
}

extension DiscussionRecord {
    init(_ discussion: DiscussionFact, _ fact: Fact) {
        self.init(
            id: discussion.discussionID, heldAt: discussion.heldAt, children: Set(fact.children.map(\.person)),
            attendees: Set(discussion.attendees.map(\.agency)), decidedOnEnquiry: discussion.decision == .section47)
    }
}

extension DecisionRefusal {
    /// The refusal as the sender reads it: where in the event, which code, what to do.
    var reason: RefusalReason {
        switch self {
        case .staleDecision(let child, let recorded):
            RefusalReason(
                path: "/data/children/\(child)/from", code: .staleDecision,
                message:
                    "The child's recorded level is \(recorded.rawValue). Decide from that level, or find out which "
                    + "decision came in between.")
        case .staleVersion(let expected):
            RefusalReason(
                path: "/data/version", code: .staleVersion,
                message: "The next version of this decision is \(expected). Send the change as that version.")
        case .decisionOfAnotherAgency:
            RefusalReason(
                path: "/data/decisionId", code: .ofAnotherAgency,
                message: "Another agency made the decision with this identifier. Use an identifier of your own, or "
                    + "challenge the decision by answering its notice.")
        }
    }
}

extension RefusalCode {
    /// The version does not follow the recorded one.
    static let staleVersion = RefusalCode(rawValue: "stale-version")
}
