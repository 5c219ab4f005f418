import Safeguarding

// Decisions and consultations: held until everybody was consulted, or in effect, and told at once in both cases.
extension DecisionRegister {
    /// A decision as it was published, with its children in the event's order.
    struct Proposal: Sendable, Equatable {
        var decisionID: String
        var version: Int
        var agency: AgencyCode
        var authoriserRole: String
        var decidedAt: Instant
        var reason: String
        var isUrgent: Bool
        var discussionID: String?
        var children: [ChangeRecord.ChildChange]
    }

    /// Takes a decision up, or says everything that stands against it. A refused decision leaves no trace.
    mutating func decide(_ proposal: Proposal, now: Instant) -> Result<[RegisterAction], DecisionRefusals> {
        let refusals = refusals(of: proposal)
        guard refusals.isEmpty else { return .failure(DecisionRefusals(all: refusals)) }
        var actions = supersede(proposal.decisionID)
        var change = record(of: proposal, now: now)
        takeUpEarlyConsultations(into: &change)
        for child in change.children where children[child.person]?.level == nil {
            setLevel(of: child.person, to: child.from, at: change.decidedAt)
        }
        change.state = state(of: change)
        changes.append(change)
        if change.state == .changed { putIntoEffect(change) }
        actions += announce(change, cause: .decision)
        actions += watch(change)
        trim()
        return .success(actions)
    }

    /// A consultation: the last one that was missing lets the change take effect, an objection keeps it held.
    mutating func consult(_ decisionID: String, _ consultation: Consultation) -> [RegisterAction] {
        guard let place = changes.firstIndex(where: { $0.decisionID == decisionID }) else {
            earlyConsultations.append(EarlyConsultation(decisionID: decisionID, consultation: consultation))
            trim()
            return []
        }
        var change = changes[place]
        guard change.accepts(consultation) else {
            // The discussion that makes this agency one to be consulted may still come.
            earlyConsultations.append(EarlyConsultation(decisionID: decisionID, consultation: consultation))
            trim()
            return []
        }
        change.consultations.removeAll { $0.agency == consultation.agency }
        change.consultations.append(consultation)
        changes[place] = change
        guard consultation.view != .object else { return object(at: place, by: consultation.agency) }
        guard change.state == .held || change.state == .objected, change.notConsulted.isEmpty, !change.hasObjection
        else { return [] }
        return confirm(at: place, cause: .consultation(agency: consultation.agency))
    }

    /// A party challenges: everybody who was told learns of it. Late challenges count like any other (row A3).
    func challenge(_ decisionID: String, eventID: String) -> [RegisterAction] {
        guard let change = changes.first(where: { $0.decisionID == decisionID }) else { return [] }
        return steps(.challenged, of: change, cause: .answer(eventID: eventID))
    }

    /// The reconvened discussion was not held in time.
    mutating func discussionOverdue(_ decisionID: String) -> [RegisterAction] {
        guard let change = changes.first(where: { $0.decisionID == decisionID }), change.awaitsDiscussion else {
            return []
        }
        return steps(.discussionRequired, of: change, cause: .deadline)
    }

    private func refusals(of proposal: Proposal) -> [DecisionRefusal] {
        if let known = changes.first(where: { $0.decisionID == proposal.decisionID }) {
            guard known.agency == proposal.agency else { return [.decisionOfAnotherAgency] }
            guard proposal.version == known.version + 1 else { return [.staleVersion(expected: known.version + 1)] }
        } else if proposal.version != 1 {
            return [.staleVersion(expected: 1)]
        }
        return proposal.children.enumerated().compactMap { place, child in
            guard let recorded = children[child.person]?.level, recorded != child.from else { return nil }
            return .staleDecision(child: place, recorded: recorded)
        }
    }

    private func record(of proposal: Proposal, now: Instant) -> ChangeRecord {
        let discussion = discussion(behind: proposal)
        return ChangeRecord(
            decisionID: proposal.decisionID, version: proposal.version, agency: proposal.agency,
            authoriserRole: proposal.authoriserRole, decidedAt: proposal.decidedAt, recordedAt: now,
            reason: proposal.reason, isUrgent: proposal.isUrgent,
            discussionID: proposal.discussionID ?? discussion?.id, children: proposal.children, state: .held,
            consultees: consultees(of: proposal, discussion: discussion))
    }

    /// The discussion that it names; else, for a change of a Section 47 decision, the latest that decided on one.
    private func discussion(behind proposal: Proposal) -> DiscussionRecord? {
        if let named = proposal.discussionID { return discussion(named: named) }
        guard proposal.children.contains(where: { $0.from == .section47 }) else { return nil }
        let people = Set(proposal.children.map(\.person))
        return discussions.filter {
            $0.decidedOnEnquiry && $0.heldAt <= proposal.decidedAt && !$0.children.isDisjoint(with: people)
        }.max { $0.heldAt < $1.heldAt }
    }

    /// Who must be consulted before a lowered threshold takes effect: the attendees of the discussion; where no
    /// discussion stands behind the decision, the core group, which is the agencies with an open involvement. Nobody
    /// consults itself.
    private func consultees(of proposal: Proposal, discussion: DiscussionRecord?) -> Set<AgencyCode> {
        let lowered = proposal.children.filter { $0.from.isLowered(to: $0.to) }
        guard !lowered.isEmpty else { return [] }
        if let discussion { return discussion.attendees.subtracting([proposal.agency]) }
        let isEnquiry = lowered.contains { $0.from == .section47 }
        guard !isEnquiry else { return [] }
        return lowered.reduce(into: Set<AgencyCode>()) { $0.formUnion(children[$1.person]?.involved ?? []) }
            .subtracting([proposal.agency])
    }

    private func state(of change: ChangeRecord) -> ChangeRecord.State {
        if change.isUrgent || !change.isLowering { return .changed }
        // It names a discussion that nobody has recorded yet: who was there is not known, so nobody can be shown to
        // have been consulted.
        if let named = change.discussionID, discussion(named: named) == nil { return .held }
        guard change.notConsulted.isEmpty else { return .held }
        return change.hasObjection ? .objected : .changed
    }

    private mutating func takeUpEarlyConsultations(into change: inout ChangeRecord) {
        for early in earlyConsultations where early.decisionID == change.decisionID {
            guard change.accepts(early.consultation) else { continue }
            change.consultations.removeAll { $0.agency == early.consultation.agency }
            change.consultations.append(early.consultation)
        }
        let decisionID = change.decisionID
        earlyConsultations.removeAll { $0.decisionID == decisionID }
    }

    /// A new version replaces the one before. What was held of it is not confirmed any more.
    private mutating func supersede(_ decisionID: String) -> [RegisterAction] {
        guard let place = changes.firstIndex(where: { $0.decisionID == decisionID }) else { return [] }
        let before = changes.remove(at: place)
        return before.awaitsDiscussion ? [.stopAwaitingDiscussion(decisionID: decisionID)] : []
    }

    /// Everybody is told at once: being held is not being hidden.
    mutating func announce(_ change: ChangeRecord, cause: Step.Cause) -> [RegisterAction] {
        let kind: Step.Kind = change.state == .changed ? .changed : .held
        let consult = change.state == .held ? change.notConsulted : []
        var actions = steps(kind, of: change, cause: cause, consult: consult)
        if change.state == .objected {
            for objector in change.consultations where objector.view == .object {
                actions += steps(.challenged, of: change, cause: .consultation(agency: objector.agency))
            }
        }
        let told = actions.reduce(into: change.told) { told, action in
            if case .tell(let step) = action { told.formUnion(step.parties.keys) }
        }
        self.change(change.decisionID) { $0.told = told }
        return actions
    }

    /// A held change, and an urgent one, wait for a reconvened discussion.
    mutating func watch(_ change: ChangeRecord) -> [RegisterAction] {
        let isWatched = change.isLowering && (change.state != .changed || change.isUrgent)
        guard isWatched, !change.awaitsDiscussion else { return [] }
        self.change(change.decisionID) { $0.awaitsDiscussion = true }
        return [.awaitDiscussion(decisionID: change.decisionID)]
    }

    private mutating func object(at place: Int, by agency: AgencyCode) -> [RegisterAction] {
        if changes[place].state == .held, changes[place].notConsulted.isEmpty { changes[place].state = .objected }
        return steps(.challenged, of: changes[place], cause: .consultation(agency: agency))
    }

    mutating func confirm(at place: Int, cause: Step.Cause) -> [RegisterAction] {
        changes[place].state = .changed
        putIntoEffect(changes[place])
        let actions = steps(.confirmed, of: changes[place], cause: cause) + stopWatching(at: place)
        trim()
        return actions
    }

    mutating func stopWatching(at place: Int) -> [RegisterAction] {
        guard changes[place].awaitsDiscussion else { return [] }
        changes[place].awaitsDiscussion = false
        return [.stopAwaitingDiscussion(decisionID: changes[place].decisionID)]
    }

    mutating func putIntoEffect(_ change: ChangeRecord) {
        for child in change.children { setLevel(of: child.person, to: child.to, at: change.decidedAt) }
    }

    mutating func setLevel(of child: PersonID, to level: ThresholdLevel, at time: Instant) {
        children[child, default: ChildRecord()].level = level
        children[child, default: ChildRecord()].levelSince = time
    }
}

/// Everything that stands against a decision.
struct DecisionRefusals: Error, Sendable, Equatable {
    let all: [DecisionRefusal]
}

extension ChangeRecord {
    /// Only the agency itself, or the one that decides, can record that it was consulted.
    func accepts(_ consultation: Consultation) -> Bool {
        consultees.contains(consultation.agency)
            && (consultation.recordedBy == consultation.agency || consultation.recordedBy == agency)
    }
}
