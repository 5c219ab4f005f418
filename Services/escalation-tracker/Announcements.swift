import Contracts
import Messaging
import Policy
import Safeguarding

/// Turns what the register says into events on `decisions.changed` and into clocks.
struct Announcements: Sendable {
    struct Context: Sendable {
        let household: HouseholdID
        let origin: Origin
        let now: Instant
    }

    private static let source = EventSource.service("escalation-tracker")

    let policy: Policy
    let topics: Topics

    func effects(of actions: [RegisterAction], register: DecisionRegister, _ context: Context) -> [Effect<NoRows>] {
        actions.enumerated().compactMap { place, action in
            switch action {
            case .tell(let step):
                return register.changes.first { $0.decisionID == step.decisionID }
                    .map { publish(step, of: $0, register: register, place: place, context) }
            case .awaitDiscussion(let decisionID):
                let due = policy.due(policy.clocks.reconvenedDiscussion, from: context.now)
                return .arm(Deadline(key: key(decisionID), household: context.household, due: due))
            case .stopAwaitingDiscussion(let decisionID):
                return .disarm(key(decisionID))
            }
        }
    }

    /// The receipt of an event that was decided here; the notifier delivers it.
    func verdict(on fact: Fact, reasons: [RefusalReason], _ context: Context) -> Effect<NoRows> {
        let verdict = VerdictGiven(on: fact, reasons: reasons, at: context.now)
        return record(verdict, id: "verdict-" + SHA256.identifier(context.origin.causationID), context)
    }

    private func publish(
        _ step: Step, of change: ChangeRecord, register: DecisionRegister, place: Int, _ context: Context
    ) -> Effect<NoRows> {
        let event = ThresholdChange(
            decisionID: change.decisionID, version: change.version, step: step.wireStep,
            state: change.state == .changed ? .changed : .held, cause: step.wireCause(of: change),
            isUrgent: change.isUrgent,
            children: step.children.map { child in
                ThresholdChange.Child(
                    person: child.person, from: child.from, to: child.to,
                    references: register.children[child.person]?.references ?? [:])
            },
            parties: step.parties.sorted { $0.key < $1.key }
                .map { ThresholdChange.Party(agency: $0.key, because: $0.value) },
            consult: step.consult.sorted(), decidedBy: change.agency, decidedByRole: change.authoriserRole,
            decidedAt: change.decidedAt, reason: change.reason,
            respondBy: policy.due(policy.clocks.challengeWindow, from: context.now).due)
        // One cause can bring several steps; its place among them completes the identity.
        return record(event, id: "step-" + SHA256.identifier(context.origin.causationID, "\(place)"), context)
    }

    private func record(_ payload: some EventPayload, id: String, _ context: Context) -> Effect<NoRows> {
        let envelope = Envelope(
            id: id, source: Announcements.source, type: type(of: payload).type.text, time: context.now,
            traceparent: context.origin.traceparent, correlationID: context.origin.correlationID,
            causationID: context.origin.causationID)
        return .publish(
            OutgoingRecord(
                topic: topics.decisionsChanged.name, key: context.household.text, value: payload.event(envelope)))
    }

    private func key(_ decisionID: String) -> DeadlineKey {
        DeadlineKey(kind: EscalationTracker.reconvenedDiscussion, subject: decisionID)
    }
}

extension Step {
    var wireStep: ThresholdChange.Step {
        switch kind {
        case .held: .held
        case .changed: .changed
        case .confirmed: .confirmed
        case .withdrawn: .withdrawn
        case .discussionRequired: .discussionRequired
        case .challenged: .challenged
        }
    }

    /// The cause as far as it makes notices distinct: whoever hears of a version late still gets that version's notice.
    func wireCause(of change: ChangeRecord) -> String {
        let version = "decision/\(change.decisionID)/\(change.version)"
        return switch cause {
        case .decision: version
        case .discussion(let id): version + "/discussion/" + id
        case .consultation(let agency): version + "/consultation/" + agency.text
        case .answer(let eventID): version + "/answer/" + SHA256.identifier(eventID)
        case .deadline: version + "/deadline"
        }
    }
}

extension DecisionRegister {
    /// The decision that a notice was about, found by deriving the notices that it can have brought.
    func decision(behind notice: NoticeID, of agency: AgencyCode, _ household: HouseholdID) -> String? {
        changes.last { change in
            let cause = "decision/\(change.decisionID)/\(change.version)"
            return change.children.contains { child in
                [NoticeKind.thresholdChanged, .consultationRequested, .changeConfirmed].contains { kind in
                    NoticeID(household: household, cause: cause, kind: kind, person: child.person, agency: agency)
                        == notice
                }
            }
        }?.decisionID
    }
}
