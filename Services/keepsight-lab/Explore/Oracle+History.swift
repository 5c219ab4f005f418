import DecisionRules
import Safeguarding

// What the history of accepted facts says about a decision's child: who has to do with it, and what each has said.
extension Oracle {
    var discussions: [DiscussionHeld] {
        history.compactMap { if case .discussion(let discussion) = $0 { discussion } else { nil } }
    }

    func decision(_ name: OwnName, _ version: Int) -> DecisionMade? {
        history.lazy.compactMap { fact -> DecisionMade? in
            if case .decision(let decision) = fact, decision.name == name, decision.version == version {
                decision
            } else {
                nil
            }
        }.last
    }

    func involved(with child: PersonID) -> Set<AgencyCode> {
        history.reduce(into: []) { agencies, fact in
            switch fact {
            case .joined(child, let agency): agencies.insert(agency)
            case .left(child, let agency): agencies.remove(agency)
            default: break
            }
        }
    }

    /// Attendees of every discussion about the child since its enquiry began, which is at the first that decided on one after the
    /// last was left.
    func attendees(of child: PersonID, leavingWith decision: DecisionMade) -> Set<AgencyCode> {
        let left = exits[child, default: []].last { $0.decision != decision }?.at
        let own = discussions.filter { $0.children.contains(child) && $0.heldAt >= left ?? $0.heldAt }
        let began = own.filter(\.decidedOnEnquiry).map(\.heldAt).min()
        return own.filter { $0.heldAt >= began ?? $0.heldAt }.reduce(into: []) { $0.formUnion($1.attendees.keys) }
    }

    func parties(to child: PersonID) -> Set<AgencyCode> {
        var parties = involved(with: child)
        for case .referred(child, let agency) in history { parties.insert(agency) }
        for discussion in discussions where discussion.children.contains(child) {
            if let since = levelsSince[child], discussion.heldAt < since { continue }
            parties.formUnion(discussion.attendees.keys)
        }
        return parties
    }

    func consultees(_ decision: DecisionMade, _ child: DecisionMade.Child) -> Set<AgencyCode> {
        let attendees = attendees(of: child.person, leavingWith: decision)
        var consultees = child.from == .section47 ? attendees : involved(with: child.person)
        consultees.formUnion(decision.review.keys)
        consultees.remove(decision.agency)
        guard consultees.isEmpty else { return consultees }
        return parties(to: child.person).union(child.from == .section47 ? attendees : []).subtracting([decision.agency])
    }

    /// Whether the agency has said itself what it thinks of this version for the child.
    func hasSay(_ agency: AgencyCode, _ decision: DecisionMade, _ child: DecisionMade.Child) -> Bool {
        var (own, recorded) = (false, false)
        for fact in history {
            switch fact {
            case .view(let view) where view.agency == agency && view.isMeant(for: decision, child):
                if view.isOwn { own = true } else { recorded = true }
            case .confirmedView(decision.name, decision.version, agency, _) where recorded: own = true
            case .disputedView(decision.name, decision.version, agency, _): recorded = false
            default: break
            }
        }
        return own
    }

    /// Agencies that object to the child's change. What they said of an earlier version stands against this one.
    func objecting(_ decision: DecisionMade, _ child: DecisionMade.Child) -> Set<AgencyCode> {
        var views: [AgencyCode: (isOwn: Bool, view: ConsultationView, version: Int)] = [:]
        var objecting: Set<AgencyCode> = [], challenging: Set<AgencyCode> = [], agreed: Set<AgencyCode> = []
        for (place, fact) in history.enumerated() {
            // What was said against a change ends with it, once its raiser has been told (R17).
            if ends.contains(Ending(decisionID: decision.name, child: child.person, place: place - 1)) {
                (objecting, challenging, agreed) = ([], [], [])
            }
            switch fact {
            case .view(let view) where view.decisionID == decision.name && view.version <= decision.version:
                guard view.put.allSatisfy({ $0.person == child.person }) else { continue }
                // Nobody's record replaces what an agency has said itself of that version.
                if let last = views[view.agency], last.isOwn, !view.isOwn, last.version == view.version { continue }
                views[view.agency] = (view.isOwn, view.position, view.version)
                if view.position == .object {
                    objecting.insert(view.agency)
                } else if view.isOwn {
                    objecting.remove(view.agency)
                }
            case .confirmedView(decision.name, _, let agency, _):
                if views[agency]?.view != .object { objecting.remove(agency) }
            case .disputedView(decision.name, _, let agency, _):
                if views[agency]?.isOwn == false { objecting.remove(agency) }
            case .challenged(decision.name, _, let agency, _): challenging.insert(agency)
            // The side that decided closes nothing (R15).
            case .challengeEnded(decision.name, _, _, _, .decider): break
            case .challengeEnded(decision.name, _, let agency, let outcome, _):
                guard outcome != .compromise else {
                    agreed.insert(agency)
                    continue
                }
                objecting.remove(agency)
                challenging.remove(agency)
            case .disputedDiscussion(let name, let agency):
                let about = discussions.first { $0.name == name }?.about ?? []
                if about.isEmpty || about.contains(decision.id) { challenging.insert(agency) }
            case .decision(let next) where next.name == decision.name:
                // What they agreed on has come.
                objecting.subtract(agreed)
                challenging.subtract(agreed)
                agreed = []
            default: break
            }
        }
        return objecting.union(challenging)
    }

    /// Whether a discussion was held that settles the child's change (R8).
    func isDiscussed(_ decision: DecisionMade, _ child: DecisionMade.Child, _ consultees: Set<AgencyCode>) -> Bool {
        guard child.from == .section47 else { return false }
        var isCalled = decision.urgency != nil
        for (place, fact) in history.enumerated() {
            if case .silence(decision.name) = fact { isCalled = true }
            guard case .discussion(let held) = fact, held.children.contains(child.person), !held.decidedOnEnquiry,
                held.heldAt >= decision.decidedAt,
                held.about.contains(decision.id) || held.about.isEmpty && isCalled
            else { continue }
            let disputed = history[place...].compactMap { fact -> AgencyCode? in
                if case .disputedDiscussion(held.name, let agency) = fact { agency } else { nil }
            }
            let present = Set(held.attendees.keys).subtracting(disputed)
            if consultees.allSatisfy({ present.contains($0) || hasSay($0, decision, child) }) { return true }
        }
        return false
    }
}

extension ViewGiven {
    /// Whether it is on this version, of what was decided for the child.
    fileprivate func isMeant(for decision: DecisionMade, _ child: DecisionMade.Child) -> Bool {
        decisionID == decision.name && version == decision.version
            && put.contains { $0.person == child.person && $0.from == child.from && $0.to == child.to }
    }
}
