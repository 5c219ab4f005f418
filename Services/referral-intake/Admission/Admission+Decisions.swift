import Contracts
import Messaging
import Policy
import Safeguarding

// Decisions and step-downs: by whom, about whom, and what waited for them.
extension Admission {
    func admit(_ decision: DecisionChanged, _ register: inout Register) throws(EventRefusal) -> Admitted {
        var reasons = RefusalReasons()
        if decision.isUrgent, policy.agencies[inbound.agency]?.isManager(decision.authoriser.role) != true {
            reasons.add(
                .authoriserNotManager, at: "/data/authoriser/role",
                "An urgent change needs an authoriser of manager grade; your agency's manager roles are in its policy.")
        } else if decision.isUrgent, !register.hasAttestedManager(decision.authoriser, of: inbound.agency) {
            reasons.add(
                .authoriserNotAttested, at: "/data/authoriser",
                "An urgent change needs an authoriser whom your agency has attested. Publish contacts.attested with this "
                    + "person, under the same name and role, at stage 2 or higher, and send the change again; or publish it "
                    + "as one that is not urgent.")
        }
        return try admit(decision.decisionID, about: decision.children, &register, &reasons) { changes in
            DecisionFact(
                decisionID: decision.decisionID, version: decision.version, changes: changes,
                decidedAt: decision.decidedAt, authoriserRole: decision.authoriser.role, reason: decision.reason,
                discussionID: decision.discussionID, isUrgent: decision.isUrgent, urgentReason: decision.urgentReason)
        }
    }

    /// A step-down is a decision like any other, with the views of those who were at the review (T18, row B4).
    func admit(_ proposal: StepDownProposed, _ register: inout Register) throws(EventRefusal) -> Admitted {
        var reasons = RefusalReasons()
        for (place, attendee) in proposal.attendees.enumerated() {
            refuseUnknown(attendee.agency, at: "/data/attendees/\(place)/agency", &reasons)
        }
        if policy.agencies[inbound.agency]?.isManager(proposal.authoriser.role) != true {
            reasons.add(
                .authoriserNotManager, at: "/data/authoriser/role",
                "A plan is ended by a manager; your agency's manager roles are in its policy.")
        }
        let review = DecisionFact.Review(
            id: proposal.reviewID, heldAt: proposal.heldAt,
            views: proposal.attendees.map { DecisionFact.Review.View(agency: $0.agency, view: $0.view) })
        return try admit(proposal.decisionID, about: proposal.children, &register, &reasons) { changes in
            DecisionFact(
                decisionID: proposal.decisionID, version: proposal.version, changes: changes,
                decidedAt: proposal.heldAt, authoriserRole: proposal.authoriser.role, reason: proposal.reason,
                discussionID: nil, isUrgent: false, urgentReason: nil, review: review)
        }
    }

    /// A decision about children of one household. The first with its identifier makes it this agency's, and lets what
    /// came before it go on.
    private func admit(
        _ decisionID: String, about changes: [DecisionChanged.ChildChange], _ register: inout Register,
        _ reasons: inout RefusalReasons, _ body: ([DecisionFact.Change]) -> DecisionFact
    ) throws(EventRefusal) -> Admitted {
        let key = Admission.subject(decision: decisionID, of: inbound.agency)
        let children = try find(changes.map { ChildReference(ref: $0.ref) }, register, &reasons)
        let household = try household(of: children)
        try refuseTwice(children, changes, register)
        var isNew = true
        if let subject = register.subjects[key] {
            guard subject.isFree || subject.household == household else { throw taken(.decision(decisionID)) }
            isNew = subject.household != household
        }
        var admitted = isNew ? releaseWaiting(for: key, in: household, &register) : Admitted()
        var decided: [DecisionFact.Change] = []
        for (child, change) in zip(children, changes) where !decided.contains(where: { $0.person == child.person }) {
            decided.append(
                DecisionFact.Change(
                    person: child.person, from: change.from, to: change.to, rationale: change.rationale))
        }
        admitted.facts += facts(children, register, .decision(body(decided)))
        return admitted
    }

    /// A child has one level. Two references of the agency's own for one child are refused, if the agency has described both as that
    /// child itself, or if they decide different things: what partners were asked about would be neither. What only others
    /// have found to be one child is one, where the same is decided for both (N4).
    private func refuseTwice(
        _ children: [Identification.Identified], _ changes: [DecisionChanged.ChildChange], _ register: Register
    ) throws(EventRefusal) {
        var reasons = RefusalReasons()
        for (place, child) in children.enumerated() {
            guard let first = children[..<place].firstIndex(where: { $0.person == child.person }) else { continue }
            let (one, other) = (changes[first], changes[place])
            let isSame = one.from == other.from && one.to == other.to && one.rationale == other.rationale
            guard !isSame || identification.isOne(one.ref, other.ref, register) else { continue }
            reasons.add(
                .duplicateEntry, at: "/data/children/\(place)",
                "This is a child that the decision names already, under another reference of yours. Name each child once."
            )
        }
        if !reasons.isEmpty { throw EventRefusal(reasons) }
    }

    /// The one household of the children.
    func household(of children: [Identification.Identified]) throws(EventRefusal) -> HouseholdID {
        guard let household = children.first?.household, children.allSatisfy({ $0.household == household }) else {
            throw EventRefusal(
                RefusalReasons(
                    .severalHouseholds, at: "/data/children",
                    "These children live in different households. Publish one event for each household."))
        }
        return household
    }
}
