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

    /// One step for each group of children that share their parties, limited to the agencies in `audience` if given.
    func steps(
        _ kind: Step.Kind, of change: ChangeRecord, cause: Step.Cause, audience: Set<AgencyCode>? = nil,
        consult: Set<AgencyCode> = []
    ) -> [RegisterAction] {
        let discussion = change.discussion.flatMap { self.discussion($0) }
        var groups: [(parties: [AgencyCode: Set<PartyReason>], children: [ChangeRecord.ChildChange])] = []
        for child in change.children {
            var parties = parties(of: child.person, discussion: discussion)
            if let audience { parties = parties.filter { audience.contains($0.key) } }
            guard !parties.isEmpty else { continue }
            if let place = groups.firstIndex(where: { $0.parties == parties }) {
                groups[place].children.append(child)
            } else {
                groups.append((parties, [child]))
            }
        }
        return groups.map { group in
            .tell(
                Step(
                    kind: kind, cause: cause, decisionID: change.decisionID, children: group.children,
                    parties: group.parties, consult: consult.intersection(group.parties.keys)))
        }
    }

    func discussion(_ name: DiscussionName) -> DiscussionRecord? { discussions.last { $0.name == name } }
}
