import Contracts
import EscalationTrackerSpec
import Messaging
import Policy
import Safeguarding

// The right to ask for a child protection conference (domain.md section 1.5, row B8).
extension EscalationTracker {
    /// A request, or the decision on one. It is answered here.
    func take(
        _ conference: ConferenceFact, _ fact: Fact, _ state: inout TrackerState, _ context: TrackerPublisher.Context
    )
        throws(FactRefusal) -> [Effect<EscalationRow>]
    {
        switch conference.action {
        case .requested(let grounds, let isBacked):
            guard !state.conferences.isFull(for: fact.context.agency) else {
                let refusal = RefusalReason(
                    path: "/data/requestId", code: .tooManyOpen,
                    message:
                        "Your agency has \(ConferenceRequests.maximumOpen) requests for this household that nobody "
                        + "has decided on, which is as many as there can be. Challenge the silence instead.")
                throw FactRefusal(refusal)
            }
            if let refusal = ChallengeLimits.exceeded(by: fact.context.agency, in: state, at: "/data/requestId") {
                throw FactRefusal(refusal)
            }
            let request = ConferenceRequests.Request(
                id: conference.requestID, requester: fact.context.agency,
                receiver: policy.agencies.socialCare(
                    involvedAmong: state.involved(with: fact.children.map(\.person))),
                children: Set(fact.children.map(\.person)), isBacked: isBacked, by: conference.by, grounds: grounds,
                requestedAt: context.now)
            state.conferences.add(request)
            let due = policy.due(
                policy.clocks.conferenceRequest, from: context.now, setting: .conferenceRequest)
            let draft = ConferenceNotices(policy: policy).requested(request, decideBy: due.due)
            return [
                publisher.ruling(on: fact, reasons: [], context),
                publisher.notices(draft, state, context),
                .arm(
                    Deadline(
                        key: TrackerClock.conferenceRequest.key(request.id), household: context.household, due: due)),
            ]
        case .decided(let decision, let reason):
            guard state.conferences[conference.requestID]?.receiver == fact.context.agency,
                let request = state.conferences.decide(conference.requestID, decision)
            else {
                let refusal = RefusalReason(
                    path: "/data/requestId", code: .unknownSubject,
                    message:
                        "There is no open request with this identifier at your agency. It may have been decided on.")
                throw FactRefusal(refusal)
            }
            return [publisher.ruling(on: fact, reasons: [], context)]
                + decided(request, decision, reason: reason, by: conference.by, &state, context)
        }
    }

    private func decided(
        _ request: ConferenceRequests.Request, _ decision: ConferenceDecision, reason: String, by person: Person,
        _ state: inout TrackerState, _ context: TrackerPublisher.Context
    ) -> [Effect<EscalationRow>] {
        let draft = ConferenceNotices(policy: policy).decided(request, decision, reason: reason, by: person)
        var effects = [publisher.notices(draft, state, context)]
        effects.append(.disarm(TrackerClock.conferenceRequest.key(request.id)))
        // A senior manager stood behind it: the practitioners' stage is behind it as well.
        if decision == .declined, request.isBacked {
            effects += raise(by: proposal(request, .conferenceDeclined, stage: 2), &state, context)
        }
        return effects
    }

    /// Nobody has decided on the request in time: it goes to the ladder, backed or not. It can still be decided on.
    func conferenceUnanswered(_ id: String, _ state: inout TrackerState, _ context: TrackerPublisher.Context)
        -> [Effect<EscalationRow>]
    {
        guard let request = state.conferences[id], request.decision == nil else { return [] }
        let stage = request.isBacked ? 2 : 1
        return raise(by: proposal(request, .conferenceUnanswered, stage: stage), &state, context)
    }

    private func proposal(_ request: ConferenceRequests.Request, _ occasion: Escalation.Occasion, stage: Int)
        -> EscalationProposal
    {
        EscalationProposal(
            subject: .conference(id: request.id), occasion: occasion, children: request.children,
            challenger: request.requester, decider: request.receiver, openedBy: request.requester, stage: stage,
            by: request.by,
            text: request.grounds)
    }
}

extension AgencyRegister {
    /// The social care agency that a request goes to: the one that is involved, or else the first.
    func socialCare(involvedAmong involved: Set<AgencyCode>) -> AgencyCode {
        let all = codes.filter { self[$0]?.kind == .childrensSocialCare }
        return all.first(where: involved.contains) ?? all.first ?? hub
    }
}
