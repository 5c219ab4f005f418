import Contracts
import DecisionRules
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// What the register says follows is done: told, asked, watched, challenged, answered.
extension EscalationTracker {
    /// Questions of one fact, which go out with the notice that tells of the change, or by themselves.
    private struct Questions {
        var asked: [OwnName: [AgencyCode: Set<PersonID>]] = [:]
        /// Decisions on whose earlier versions there were views.
        var again: [OwnName: Int] = [:]

        init(_ actions: [RegisterAction]) {
            for action in actions {
                switch action {
                case .ask(let agency, let decision, _, let children):
                    asked[decision, default: [:]][agency, default: []].formUnion(children)
                case .viewNoLongerCounts(_, let decision, let version): again[decision] = version
                default: break
                }
            }
        }

        /// Who is asked about a decision, once.
        mutating func take(_ decision: OwnName) -> [AgencyCode: Set<PersonID>] {
            asked.removeValue(forKey: decision) ?? [:]
        }

        func words(_ decision: OwnName) -> String? {
            again[decision].map { "Views on version \($0) do not count for the one that has taken its place." }
        }
    }

    func carryOut(
        _ actions: [RegisterAction], _ errand: Errand, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        var questions = Questions(actions)
        let actions = actions.merged
        var effects: [Effect<EscalationRow>] = []
        for action in actions {
            switch action {
            case .tell(let step):
                let isAsking = step.state == .held || step.isUrgent && step.state == .inEffect
                effects += tell(
                    step, asking: isAsking ? questions.take(step.decisionID) : [:], questions, errand, &state,
                    context)
            case .ask(_, let decision, _, _):
                let asked = questions.take(decision)
                guard !asked.isEmpty else { continue }
                let draft = notices(state).asked(asked, of: decision, answerBy: window(context))
                effects += announce(draft, of: decision, &state, context)
            case .challenge(let agency, let decision, let version, let children, let opener):
                let proposal = proposal(
                    agency, against: decision, version, of: children, openedBy: opener, errand, state)
                effects += raise(by: proposal, &state, context)
            case .objectionEnded(let agency, let decision, let version, let ending):
                effects += end(agency, decision, version, ending, &state, context)
            case .counted(let view): effects += [publisher.ruling(on: view, context)].compactMap(\.self)
            case .handBack(let view, let refusals):
                effects += [publisher.ruling(on: view, reasons: refusals.reasons, context)].compactMap(\.self)
            case .arm(.silence(let decision)):
                let due = policy.due(
                    policy.clocks.reconvenedDiscussion, from: context.now, setting: .reconvenedDiscussion)
                effects.append(.arm(Deadline(key: decision.clock, household: context.household, due: due)))
            case .disarm(.silence(let decision)): effects.append(.disarm(decision.clock))
            default: effects += tell(action, errand, &state, context)
            }
        }
        state.statements.trim(to: state.register)
        return effects + waiting(actions, &state, context)
    }

    private func tell(
        _ step: Step, asking asked: [AgencyCode: Set<PersonID>], _ questions: Questions, _ errand: Errand,
        _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        let draft = notices(state).step(
            step, asking: asked, question: asked.isEmpty ? nil : questions.words(step.decisionID),
            because: errand.reason, answerBy: window(context))
        return announce(draft, of: step.decisionID, &state, context)
    }

    /// Notices that are about no state of a change.
    private func tell(
        _ action: RegisterAction, _ errand: Errand, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        let discussions = DiscussionNotices(register: state.register, terms: terms)
        let draft: NoticeDraft?
        switch action {
        case .confirmView(let agency, let decision, _, let number):
            draft = notices(state).viewRecorded(number, of: agency, on: decision)
        case .overridden(let decision, _, let children):
            let due = policy.due(policy.clocks.reconvenedDiscussion, from: context.now).due
            draft = notices(state).overridden(children, of: decision, reconvenedBy: due)
        case .raised(let name, let levels, let parties):
            draft = discussions.raised(
                name, from: levels, to: parties, because: errand.reason, answerBy: window(context))
        case .endedWithoutEnquiry(let name, let parties):
            draft = discussions.withoutEnquiry(name, to: parties, because: errand.reason, answerBy: window(context))
        case .discussionRecorded(let name):
            draft = discussions.recorded(name, because: errand.reason, answerBy: window(context))
        case .status(let agency, let children):
            draft = StatusNotices(register: state.register).joined(
                agency, children, by: context.origin.causationID)
        default: draft = nil
        }
        return [draft].compactMap(\.self).map { publisher.notices($0, state, context) }
    }

    /// Another working day has gone by for something that waits: one notice says who is silent and what is called for.
    private func waiting(
        _ actions: [RegisterAction], _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        actions.flatMap { action -> [Effect<EscalationRow>] in
            guard case .discussionRequired(let decision, _, let children, let times) = action else { return [] }
            var silent: Set<AgencyCode> = []
            for case .silent(let agencies, decision, _, _) in actions { silent.formUnion(agencies) }
            let due = policy.due(policy.clocks.reconvenedDiscussion, from: context.now).due
            let draft = notices(state).waiting(
                children, of: decision, silent: silent, times: times, dueAgain: due)
            guard let draft else { return [] }
            state.statements.note(draft.cause, of: decision, at: context.now)
            return [publisher.notices(draft, state, context)]
        }
    }

    private func announce(
        _ draft: NoticeDraft?, of decision: OwnName, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        draft.map { [publisher.decision($0, of: decision, &state, context)] } ?? []
    }

    private func notices(_ state: TrackerState) -> DecisionNotices {
        DecisionNotices(policy: policy, terms: terms, state: state)
    }

    /// Until when an answer is expected.
    private func window(_ context: TrackerPublisher.Context) -> Instant {
        policy.due(policy.clocks.challengeWindow, from: context.now).due
    }
}

extension [RegisterAction] {
    /// What is held and what is held again is one state to whoever is told: of a version each agency hears it once (N1).
    fileprivate var merged: [RegisterAction] {
        reduce(into: []) { actions, action in
            guard case .tell(var step) = action, step.state == .held else { return actions.append(action) }
            let place = actions.firstIndex {
                guard case .tell(let other) = $0 else { return false }
                return (other.decisionID, other.version, other.isUrgent) == (
                    step.decisionID, step.version, step.isUrgent
                )
                    && other.state == .held
            }
            guard let place, case .tell(var other) = actions[place] else { return actions.append(action) }
            if other.turn > step.turn { swap(&step, &other) }
            for (agency, party) in other.parties {
                step.parties[agency, default: Party()].children.formUnion(party.children)
                step.parties[agency, default: Party()].because.formUnion(party.because)
            }
            actions[place] = .tell(step)
        }
    }
}

extension OwnName {
    /// The clock of what waits of a decision.
    var clock: DeadlineKey { TrackerClock.reconvenedDiscussion.key(text) }
}
