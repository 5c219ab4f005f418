import Contracts
import Messaging
import Policy
import Safeguarding

/// The decision register: takes facts about a household, answers decisions with a verdict, and says what changes, to
/// whom, and who is to be consulted.
public struct EscalationTracker: HouseholdProcedure {
    /// The kind of the clock that waits for a reconvened strategy discussion.
    static let reconvenedDiscussion = "reconvened-discussion"

    let policy: Policy
    let announcements: Announcements

    /// A tracker under one policy.
    public init(policy: Policy, topics: Topics) {
        self.policy = policy
        announcements = Announcements(policy: policy, topics: topics)
    }

    public func handle(
        _ event: ReceivedEvent, of household: HouseholdID, state: inout TrackedHousehold, now: Instant
    ) throws(MessageFailure) -> [Effect<NoRows>] {
        let fact = try readFact(event)
        for child in fact.children { state.register.know(child.references, of: child.person) }
        switch fact.body {
        case .referral:
            for child in fact.children { state.register.refer(child.person, by: fact.context.agency) }
            return []
        case .involvement(let involvement):
            record(involvement, fact, in: &state.register)
            return []
        case .discussion(let discussion):
            return effects(of: state.register.hold(DiscussionRecord(discussion, fact)), fact, &state, now: now)
        case .decision(let decision):
            return decide(decision, fact, &state, now: now)
        case .consultation(let consultation):
            let actions = state.register.consult(
                consultation.decisionID,
                Consultation(
                    agency: consultation.agency, recordedBy: fact.context.agency, view: consultation.view))
            return effects(of: actions, fact, &state, now: now)
        case .answer(let answer):
            guard answer.answer == .challenge, let decision = state.register.decision(behind: answer.noticeID, fact) else {
                return []
            }
            let actions = state.register.challenge(decision, eventID: fact.context.eventID)
            return effects(of: actions, fact, &state, now: now)
        case .acknowledgement, .screening:
            return []
        }
    }

    public func fire(_ deadline: DueDeadline, state: inout TrackedHousehold, now: Instant) -> [Effect<NoRows>] {
        guard deadline.key.kind == EscalationTracker.reconvenedDiscussion else { return [] }
        let actions = state.register.discussionOverdue(deadline.key.subject)
        let context = Announcements.Context(
            household: deadline.household, causationID: deadline.key.text, correlationID: nil, traceparent: nil,
            now: now)
        return announcements.effects(of: actions, register: state.register, context)
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
    private func decide(_ decision: DecisionFact, _ fact: Fact, _ state: inout TrackedHousehold, now: Instant)
        -> [Effect<NoRows>]
    {
        let proposal = DecisionRegister.Proposal(decision, agency: fact.context.agency)
        switch state.register.decide(proposal, now: now) {
        case .success(let actions):
            return [announcements.verdict(on: fact, reasons: [], now: now)]
                + effects(of: actions, fact, &state, now: now)
        case .failure(let refusals):
            return [announcements.verdict(on: fact, reasons: refusals.all.map(\.reason), now: now)]
        }
    }

    private func effects(of actions: [RegisterAction], _ fact: Fact, _ state: inout TrackedHousehold, now: Instant)
        -> [Effect<NoRows>]
    {
        announcements.effects(
            of: actions, register: state.register,
            Announcements.Context(
                household: fact.context.household, causationID: fact.context.eventID,
                correlationID: fact.correlationID, traceparent: fact.traceparent, now: now))
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
                message: "The child's recorded level is \(recorded.rawValue). Decide from that level, or find out which "
                    + "decision came in between.")
        case .staleVersion(let expected):
            RefusalReason(
                path: "/data/version", code: .staleVersion,
                message: "The next version of this decision is \(expected). Send the change as that version.")
        case .decisionOfAnotherAgency:
            RefusalReason(
                path: "/data/decisionId", code: .decisionOfAnotherAgency,
                message: "Another agency made the decision with this identifier. Use an identifier of your own, or "
                    + "challenge the decision by answering its notice.")
        }
    }
}

extension RefusalCode {
    /// The version does not follow the recorded one.
    static let staleVersion = RefusalCode(rawValue: "stale-version")
    /// The decision's identifier belongs to another agency.
    static let decisionOfAnotherAgency = RefusalCode(rawValue: "decision-of-another-agency")
}
