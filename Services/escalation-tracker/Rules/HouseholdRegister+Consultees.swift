import Safeguarding

// Who must have a say before a child's change takes effect, and why: R2.
extension HouseholdRegister {
    /// Who must have a say before the child's change takes effect (R2), and before whatever urgent change it goes on from.
    package func consultees(of part: ChangePart, in change: Change, under terms: RegisterTerms) -> Set<AgencyCode> {
        Set(consultation(of: part, in: change, under: terms).keys)
    }

    /// The consultees, each with why it is one. In the place of those who take part in the partnership no longer, and who have said
    /// nothing that counts, somebody is asked who does: nothing takes effect because an agency was dissolved, and nothing waits
    /// for ever. That is so once a working day has gone by: services start with another policy one after the other.
    package func consultation(of part: ChangePart, in change: Change, under terms: RegisterTerms)
        -> [AgencyCode: ConsulteeGrounds]
    {
        var grounds = grounds(of: part, in: change, terms)
        for agency in absent(among: grounds, on: part, in: change, terms) where change.lapses > 0 {
            guard let standIn = terms.standIn(besides: change.agency) else { continue }
            grounds[agency] = nil
            grounds[standIn, default: []].insert(.standIn)
        }
        return grounds
    }

    /// Consultees that take part no longer, as far as policy goes, and have said nothing that counts.
    package func absent(from part: ChangePart, in change: Change, under terms: RegisterTerms) -> [AgencyCode] {
        absent(among: grounds(of: part, in: change, terms), on: part, in: change, terms)
    }

    private func absent(
        among grounds: [AgencyCode: ConsulteeGrounds], on part: ChangePart, in change: Change, _ terms: RegisterTerms
    ) -> [AgencyCode] {
        guard let members = terms.members else { return [] }
        return grounds.keys.filter {
            !members.contains($0) && !change.hasSay($0, on: part.person, under: terms)
        }.sorted()
    }

    /// As the record has it, whoever takes part today.
    private func grounds(of part: ChangePart, in change: Change, _ terms: RegisterTerms)
        -> [AgencyCode: ConsulteeGrounds]
    {
        guard part.isLowering, let child = children[part.person] else { return [:] }
        var grounds = ownGrounds(of: part, child, in: change, terms)
        for (above, urgent) in unsettled(above: part, terms) {
            for agency in self.grounds(of: above, in: urgent, terms).keys where agency != change.agency {
                grounds[agency, default: []].insert(.urgentChange)
            }
        }
        return grounds
    }

    private func ownGrounds(
        of part: ChangePart, _ child: ChildStanding, in change: Change, _ terms: RegisterTerms
    ) -> [AgencyCode: ConsulteeGrounds] {
        var grounds: [AgencyCode: ConsulteeGrounds] = [:]
        func add(_ agencies: some Sequence<AgencyCode>, _ ground: ConsulteeGrounds) {
            for agency in agencies where agency != change.agency { grounds[agency, default: []].insert(ground) }
        }
        if part.from == .section47 {
            let since = child.since(beforeEffectOf: change.version(of: part))
            add(attendees(of: part.person, since: since, terms, all: .r2), .enquiry)
            if terms.rules.keeps(.r2), isWithoutQuorum(part.person, since: since, until: change.decidedAt) {
                add(parties(of: part.person, under: terms).keys, .withoutQuorum)
            }
        } else {
            add(child.involved, .involved)
        }
        // What the deciding event names adds, and takes nobody away.
        if terms.rules.keeps(.r2), let named = discussion(namedBy: change),
            named.held.children.contains(part.person)
        {
            add(named.held.attendees.keys, .namedDiscussion)
        }
        add(change.reviewers, .review)
        guard grounds.isEmpty, terms.rules.keeps(.r2) else { return grounds }
        add(parties(of: part.person, under: terms).keys, .party)
        // Nobody is party to the present level but who decides: then whoever was at the table before it.
        if grounds.isEmpty { add(Set(child.discussed.keys).union(child.reviewed.keys), .before) }
        return grounds
    }

    /// Whether the enquiry about the child was decided on by discussions alone that had no quorum, as far as they were held when the
    /// decision was made: whoever chooses who is there must not choose so who has a say on how it ends. Everybody who is party
    /// has, and a table after the decision takes that from nobody.
    private func isWithoutQuorum(_ person: PersonID, since: Instant?, until decidedAt: Instant) -> Bool {
        let held = discussions.map(\.held).filter { $0.children.contains(person) && $0.heldAt >= since ?? $0.heldAt }
        let before = held.filter { $0.heldAt <= decidedAt }
        return !held.isEmpty && (before.isEmpty ? held : before).allSatisfy(\.hasQuorumException)
    }
}

/// Why an agency must have a say (R2); often for more than one reason.
package struct ConsulteeGrounds: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// It works with the child.
    package static let involved = ConsulteeGrounds(rawValue: 1)
    /// It was at a strategy discussion of the enquiry that is to end.
    package static let enquiry = ConsulteeGrounds(rawValue: 2)
    /// It was at the discussion that the decision names.
    package static let namedDiscussion = ConsulteeGrounds(rawValue: 4)
    /// It was at the review that proposed the decision.
    package static let review = ConsulteeGrounds(rawValue: 8)
    /// It is party, and the enquiry was decided on by discussions without a quorum.
    package static let withoutQuorum = ConsulteeGrounds(rawValue: 16)
    /// It is party, and nobody else is on record who must have a say.
    package static let party = ConsulteeGrounds(rawValue: 32)
    /// It was at the table before the present level began, and nobody is party to that but who decides.
    package static let before = ConsulteeGrounds(rawValue: 64)
    /// It must have a say on the urgent change from which this one goes on.
    package static let urgentChange = ConsulteeGrounds(rawValue: 128)
    /// It is asked in the place of an agency that takes part no longer.
    package static let standIn = ConsulteeGrounds(rawValue: 256)
}

extension RegisterTerms {
    /// Who is asked in the place of an agency that takes part no longer; `nil` if there is nobody but who decides.
    package func standIn(besides decider: AgencyCode) -> AgencyCode? { standIns.first { $0 != decider } }
}
