import Contracts
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
        var urgentReason: String?
        var discussionID: String?
        var children: [ChangeRecord.ChildChange]
        /// What was said at the review that proposed it, if one did (T18).
        var views: [Consultation] = []

        /// Bytes of everything that somebody wrote.
        var textBytes: Int {
            children.reduce(reason.utf8.count + (urgentReason?.utf8.count ?? 0)) {
                $0 + ($1.rationale?.utf8.count ?? 0)
            }
        }

        /// Whether it takes an earlier version back: nothing is to change after all.
        var isTakingBack: Bool { children.allSatisfy { $0.from == $0.to } }
    }

    /// Takes a decision up, or says everything that stands against it. A refused decision leaves no trace.
    mutating func decide(_ proposal: Proposal, now: Instant) -> Result<[RegisterAction], DecisionRefusals> {
        let refusals = refusals(of: proposal)
        guard refusals.isEmpty else { return .failure(DecisionRefusals(all: refusals)) }
        if proposal.isTakingBack { return .success(takeBack(proposal, now: now)) }
        let pastCauses = changes.first { $0.decisionID == proposal.decisionID }?.allCauses ?? []
        var actions = supersede(proposal.decisionID)
        var change = record(of: proposal, now: now)
        change.pastCauses = pastCauses
        actions += takeUpEarlyConsultations(into: &change, now: now)
        takeUp(proposal.views, into: &change)
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
    mutating func consult(_ decisionID: String, _ consultation: Consultation, from origin: ViewOrigin? = nil)
        -> [RegisterAction]
    {
        var view = EarlyConsultation(decisionID: decisionID, consultation: consultation, origin: origin)
        guard let place = changes.firstIndex(where: { $0.decisionID == decisionID }) else {
            earlyConsultations.append(view)
            trim()
            return []
        }
        var change = changes[place]
        guard change.accepts(consultation) else {
            // The discussion that makes this agency one to be consulted may still come.
            view.version = change.version
            earlyConsultations.append(view)
            trim()
            return []
        }
        let before = change.consultations.first { $0.agency == consultation.agency }
        change.consultations.removeAll { $0.agency == consultation.agency }
        change.consultations.append(consultation)
        if consultation.view == .object { change.settledObjections.remove(consultation.agency) }
        changes[place] = change
        var actions: [RegisterAction] = [.counts(view)]
        guard consultation.view != .object else { return actions + object(at: place, by: consultation.agency) }
        if before?.view == .object {
            actions.append(.objectionLifted(decisionID: decisionID, agency: consultation.agency))
        }
        return actions + confirmIfSettled(at: place, cause: .consultation(agency: consultation.agency))
    }

    /// A held change takes effect when everybody was consulted and no objection stands.
    private mutating func confirmIfSettled(at place: Int, cause: Step.Cause) -> [RegisterAction] {
        let change = changes[place]
        guard change.state == .held || change.state == .objected, change.notConsulted.isEmpty, !change.hasObjection
        else { return [] }
        // A discussion that nobody has recorded yet may name more who are to be consulted.
        if change.isMissingDiscussion { return [] }
        return confirm(at: place, cause: cause)
    }

    /// A challenge of a decision has ended (rows B4 and B5). The decision stands: what was held for the objection can
    /// take effect. It is changed: what was held is withdrawn. A compromise needs a version of its own, which a person
    /// decides.
    mutating func settle(
        _ decisionID: String, version: Int, challengedBy agency: AgencyCode, _ outcome: EscalationOutcome,
        _ escalation: EscalationID
    ) -> [RegisterAction] {
        guard let place = changes.firstIndex(where: { $0.decisionID == decisionID && $0.version == version }) else {
            return []
        }
        switch outcome {
        case .upheld, .withdrawn:
            changes[place].settledObjections.insert(agency)
            return confirmIfSettled(at: place, cause: .escalation(escalation))
        case .changed:
            guard changes[place].state == .held || changes[place].state == .objected else { return [] }
            return withdraw(at: place, cause: .escalation(escalation))
        case .compromise: return []
        }
    }

    /// A later version says that nothing is to change after all: what was held is withdrawn.
    private mutating func takeBack(_ proposal: Proposal, now: Instant) -> [RegisterAction] {
        guard let place = changes.firstIndex(where: { $0.decisionID == proposal.decisionID }) else { return [] }
        changes[place].version = proposal.version
        changes[place].authoriserRole = proposal.authoriserRole
        changes[place].decidedAt = proposal.decidedAt
        changes[place].recordedAt = now
        changes[place].reason = proposal.reason
        // The notices of the version before are superseded.
        changes[place].pastCauses = changes[place].allCauses
        changes[place].causes = []
        return withdraw(at: place, cause: .decision)
    }

    mutating func withdraw(at place: Int, cause: Step.Cause) -> [RegisterAction] {
        changes[place].state = .withdrawn
        let actions = stopWatching(at: place) + steps(.withdrawn, of: changes[place], cause: cause)
        trim()
        return actions
    }

    /// The reconvened discussion was not held in time: said now, and again for as long as it does not come.
    mutating func discussionOverdue(_ decisionID: String) -> [RegisterAction] {
        guard let place = changes.firstIndex(where: { $0.decisionID == decisionID }), changes[place].awaitsDiscussion
        else { return [] }
        changes[place].discussionLapses += 1
        return [.discussionOverdue(decisionID: decisionID), .awaitDiscussion(decisionID: decisionID)]
    }

    private func refusals(of proposal: Proposal) -> [DecisionRefusal] {
        if let known = changes.first(where: { $0.decisionID == proposal.decisionID }) {
            guard known.agency == proposal.agency else { return [.decisionOfAnotherAgency] }
            guard proposal.version == known.version + 1 else { return [.staleVersion(expected: known.version + 1)] }
            if proposal.isTakingBack, known.state != .held, known.state != .objected { return [.nothingToTakeBack] }
        } else if proposal.version != 1 {
            return [.staleVersion(expected: 1)]
        } else if proposal.isTakingBack {
            return [.nothingToTakeBack]
        }
        if let limit = DecisionLimits.exceeded(by: proposal, among: changes) { return [limit] }
        return proposal.children.enumerated().compactMap { place, child in
            guard let recorded = children[child.person]?.level, recorded != child.from else { return nil }
            return .staleDecision(child: place, recorded: recorded)
        }
    }

    private func record(of proposal: Proposal, now: Instant) -> ChangeRecord {
        let discussion = discussion(behind: proposal)
        let content = ChangeRecord.Content(
            decisionID: proposal.decisionID, version: proposal.version, agency: proposal.agency,
            authoriserRole: proposal.authoriserRole, decidedAt: proposal.decidedAt, recordedAt: now,
            reason: proposal.reason, isUrgent: proposal.isUrgent, urgentReason: proposal.urgentReason,
            namedDiscussion: proposal.discussionID, discussion: discussion?.name, children: proposal.children,
            state: .held,
            consultees: consultees(of: proposal, discussion: discussion))
        return ChangeRecord(content)
    }

    /// The discussion that it names: the agency's own of that identifier, or else one of another's at which it was, about any
    /// of the children. If it names none, for a change of a Section 47 decision, the latest that decided on one.
    private func discussion(behind proposal: Proposal) -> DiscussionRecord? {
        let people = Set(proposal.children.map(\.person))
        if let named = proposal.discussionID {
            if let own = discussion(DiscussionName(id: named, agency: proposal.agency)) { return own }
            return discussions.last {
                $0.name.id == named && $0.attendees.contains(proposal.agency) && !$0.children.isDisjoint(with: people)
            }
        }
        guard proposal.children.contains(where: { $0.from == .section47 }) else { return nil }
        return discussions.filter {
            $0.decidedOnEnquiry && $0.heldAt <= proposal.decidedAt && !$0.children.isDisjoint(with: people)
        }.max { $0.heldAt < $1.heldAt }
    }

    /// Who must be consulted before a lowered threshold takes effect: the attendees of the discussion; where no
    /// discussion stands behind the decision, the core group, which is the agencies with an open involvement, and whoever
    /// was at the review (T18). Nobody consults itself.
    private func consultees(of proposal: Proposal, discussion: DiscussionRecord?) -> Set<AgencyCode> {
        let lowered = proposal.children.filter { $0.from.isLowered(to: $0.to) }
        guard !lowered.isEmpty else { return [] }
        if let discussion { return discussion.attendees.subtracting([proposal.agency]) }
        let isEnquiry = lowered.contains { $0.from == .section47 }
        guard !isEnquiry else { return [] }
        return lowered.reduce(into: Set(proposal.views.map(\.agency))) {
            $0.formUnion(children[$1.person]?.involved ?? [])
        }.subtracting([proposal.agency])
    }

    private func state(of change: ChangeRecord) -> ChangeRecord.State {
        if change.isUrgent || !change.isLowering { return .changed }
        // It names a discussion that nobody has recorded yet: who was there is not known, so nobody can be shown to
        // have been consulted.
        if change.isMissingDiscussion { return .held }
        guard change.notConsulted.isEmpty else { return .held }
        return change.hasObjection ? .objected : .changed
    }

    /// Views that waited for the change, and for who is to be consulted about it, are joined to it. Those that cannot be wait
    /// on; those on another version never will be.
    mutating func takeUpEarlyConsultations(into change: inout ChangeRecord, now: Instant) -> [RegisterAction] {
        let (decisionID, version) = (change.decisionID, change.version)
        var actions: [RegisterAction] = []
        earlyConsultations = earlyConsultations.compactMap { early in
            guard early.decisionID == decisionID else { return early }
            guard early.version ?? version == version, early.origin?.isOver(at: now) != true else { return nil }
            guard change.accepts(early.consultation) else {
                var early = early
                early.version = version
                return early
            }
            change.consultations.removeAll { $0.agency == early.consultation.agency }
            change.consultations.append(early.consultation)
            actions.append(.counts(early))
            return nil
        }
        return actions
    }

    /// Views at the review count as consultations; where several people of an agency were there, an objection counts.
    private func takeUp(_ views: [Consultation], into change: inout ChangeRecord) {
        for view in views where change.accepts(view) {
            if change.consultations.contains(where: { $0.agency == view.agency && $0.view == .object }) { continue }
            change.consultations.removeAll { $0.agency == view.agency }
            change.consultations.append(view)
        }
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
        let told = actions.reduce(into: change.told) { told, action in
            if case .tell(let step) = action { told.formUnion(step.parties.keys) }
        }
        self.change(change.decisionID) { $0.told = told }
        if change.state == .changed, change.isUrgent, change.isLowering {
            actions.append(.overridden(decisionID: change.decisionID))
        }
        for objector in change.consultations.sorted(by: { $0.agency < $1.agency }) where objector.view == .object {
            actions.append(.objected(decisionID: change.decisionID, agency: objector.agency))
        }
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
        return [.objected(decisionID: changes[place].decisionID, agency: agency)]
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

extension ChangeRecord {
    /// What the notices of this version and of those before it were derived from: the last of them.
    fileprivate var allCauses: [String] { (self.pastCauses + self.causes).suffix(DecisionRegister.maximumCauses) }
}

/// Everything that stands against a decision.
struct DecisionRefusals: Error, Sendable, Equatable {
    let all: [DecisionRefusal]
}
