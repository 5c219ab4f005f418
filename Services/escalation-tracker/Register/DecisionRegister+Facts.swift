import Contracts
import Safeguarding

// The facts that make agencies party to what is decided later: referrals, involvements, references.
extension DecisionRegister {
    /// A referral named the child: the referrer is party to every decision from now on (row A1).
    mutating func refer(_ child: PersonID, by agency: AgencyCode) {
        children[child, default: ChildRecord()].referrers.insert(agency)
    }

    /// An agency works with the child from now on.
    mutating func openInvolvement(of agency: AgencyCode, with child: PersonID) {
        children[child, default: ChildRecord()].involved.insert(agency)
    }

    /// An agency works with the child no longer.
    mutating func closeInvolvement(of agency: AgencyCode, with child: PersonID) {
        children[child, default: ChildRecord()].involved.remove(agency)
    }

    /// Each agency's own reference of the child, by which alone its notices name the child (P7).
    mutating func know(_ references: [AgencyCode: String], of child: PersonID) {
        children[child, default: ChildRecord()].references.merge(references) { _, new in new }
    }

    /// Everybody who is party to what is decided about the child: attendees of the discussion, referrers, and agencies
    /// with an open involvement (domain.md, "Participants").
    func parties(of child: PersonID, discussion: DiscussionRecord?) -> [AgencyCode: Set<PartyReason>] {
        var parties: [AgencyCode: Set<PartyReason>] = [:]
        if let discussion, discussion.children.contains(child) {
            for agency in discussion.attendees { parties[agency, default: []].insert(.attendee) }
        }
        for agency in children[child]?.referrers ?? [] { parties[agency, default: []].insert(.referrer) }
        for agency in children[child]?.involved ?? [] { parties[agency, default: []].insert(.involved) }
        return parties
    }

    /// Everybody who is party to any of the children.
    func parties(to children: Set<PersonID>, _ parties: (PersonID) -> [AgencyCode: Set<PartyReason>])
        -> [AgencyCode: Party]
    {
        children.reduce(into: [:]) { all, child in
            for (agency, because) in parties(child) {
                all[agency, default: Party()].children.insert(child)
                all[agency, default: Party()].because.formUnion(because)
            }
        }
    }

    /// Which of the children of a matter an agency is party to. One that is party no longer is held to those that it has given a
    /// reference of its own; if none is left, it was told of all.
    func children(_ children: Set<PersonID>, of agency: AgencyCode, discussion: DiscussionRecord?) -> Set<PersonID> {
        let own = children.filter { parties(of: $0, discussion: discussion)[agency] != nil }
        guard own.isEmpty else { return own }
        let known = children.filter { self.children[$0]?.references[agency] != nil }
        return known.isEmpty ? children : known
    }

    /// The children that an agency names; `nil` if a name is none of theirs.
    func named(_ names: [ChildName], by agency: AgencyCode, among children: Set<PersonID>) -> Set<PersonID>? {
        guard !names.isEmpty else { return children }
        var named: Set<PersonID> = []
        for name in names {
            let child = children.first {
                name.names($0, ref: self.children[$0]?.references[agency], for: agency)
            }
            guard let child else { return nil }
            named.insert(child)
        }
        return named
    }

    /// The step for everybody who is party to it, or for those of them in `audience`; none if that is nobody.
    func steps(
        _ kind: Step.Kind, of change: ChangeRecord, cause: Step.Cause, audience: Set<AgencyCode>? = nil,
        consult: Set<AgencyCode> = []
    ) -> [RegisterAction] {
        let discussion = change.discussion.flatMap { self.discussion($0) }
        var parties = parties(to: Set(change.children.map(\.person))) { child in
            self.parties(of: child, discussion: discussion)
        }
        if let audience { parties = parties.filter { audience.contains($0.key) } }
        guard !parties.isEmpty else { return [] }
        let told = parties.values.reduce(into: Set<PersonID>()) { $0.formUnion($1.children) }
        return [
            .tell(
                Step(
                    kind: kind, cause: cause, decisionID: change.decisionID, urgentReason: change.urgentReason,
                    children: change.children.filter { told.contains($0.person) }, parties: parties,
                    consult: consult.intersection(parties.keys)))
        ]
    }

    func discussion(_ name: DiscussionName) -> DiscussionRecord? { discussions.last { $0.name == name } }
}
