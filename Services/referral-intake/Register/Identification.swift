import Contracts
import JSON
import Safeguarding

/// Finds out who an event's children are: by the agency's own reference, then by NHS number, then by exact name, date of
/// birth and postcode. Who is found by none of them is new. Nobody is ever matched by likeness.
struct Identification {
    /// A child of an event, found or new.
    struct Identified: Sendable, Equatable {
        let person: PersonID
        let household: HouseholdID
    }

    let agency: AgencyCode
    /// The event's identity: what new people and households are named after, so that a retry names them alike.
    let event: String

    /// A child of an event, with what the event says of it and where it belongs; known or to be learnt.
    struct Planned: Sendable, Equatable {
        let description: ChildDescription
        let person: PersonID
        let household: HouseholdID
    }

    /// Who an event's children are, before anything is learnt from it.
    struct Plan: Sendable, Equatable {
        var children: [Planned] = []

        /// Their households, in the order of the first child of each.
        var households: [HouseholdID] {
            var households: [HouseholdID] = []
            for child in children where !households.contains(child.household) { households.append(child.household) }
            return households
        }
    }

    /// The event's children in their order, each known from here on; or everything that stands against it, and then the
    /// register is as it was.
    func identify(_ children: [ChildDescription], in register: inout Register) -> Result<[Identified], EventRefusal> {
        plan(children, register).map { learn($0, &register) }
    }

    /// Who the children are; or everything that stands against the event. Only what the agency itself has said stands against
    /// it: by a refusal nobody finds out what others have said (N4).
    func plan(_ children: [ChildDescription], _ register: Register) -> Result<Plan, EventRefusal> {
        var reasons = RefusalReasons()
        let matches = children.enumerated().map { place, child in match(child, place, register, &reasons) }
        refuseTwice(children, register, &reasons)
        refuseTooMany(children, matches, register, &reasons)
        guard reasons.isEmpty else { return .failure(EventRefusal(reasons)) }
        let household = sharedHousehold(of: children, matches, register)
        let planned = zip(children, matches).enumerated().map { place, child in
            let person = child.1 ?? PersonID(digest: SHA256.digest(of: "person", event, "\(place)"))
            return Planned(
                description: child.0, person: person, household: register.people[person]?.household ?? household)
        }
        return .success(Plan(children: planned))
    }

    /// What the event says is known from here on.
    func learn(_ plan: Plan, _ register: inout Register) -> [Identified] {
        plan.children.map { child in
            learn(child.description, of: child.person, in: child.household, &register)
            return Identified(person: child.person, household: child.household)
        }
    }

    /// References alone, where the agency must have introduced the child before.
    func find(_ references: [ChildReference], in register: Register) -> Result<[Identified], EventRefusal> {
        var reasons = RefusalReasons()
        var found: [Identified] = []
        for (place, child) in references.enumerated() {
            if let person = register.personByKey[IdentityKeys.reference(agency, child.ref)],
                let known = register.people[person]
            {
                found.append(Identified(person: person, household: known.household))
            } else {
                reasons.add(
                    .unknownSubject, at: "/data/children/\(place)/ref",
                    "No child is known under this reference of yours. Introduce the child first, by a referral or by "
                        + "involvement.opened with name, date of birth and address, or NHS number.")
            }
        }
        return reasons.isEmpty ? .success(found) : .failure(EventRefusal(reasons))
    }

    private func match(_ child: ChildDescription, _ place: Int, _ register: Register, _ reasons: inout RefusalReasons)
        -> PersonID?
    {
        if let person = register.personByKey[IdentityKeys.reference(agency, child.ref)] {
            if let number = child.nhsNumber, let own = own(child, register)?.nhsNumber, own != number {
                reasons.add(
                    .identityConflict, at: "/data/children/\(place)/nhsNumber",
                    "You have given another NHS number for the child of this reference before. Check both; a wrong match would "
                        + "tell one family's story under another's name.")
            }
            return person
        }
        if let number = child.nhsNumber, let person = register.personByKey[IdentityKeys.nhs(number)] { return person }
        guard let key = IdentityKeys.exact(child), let person = register.personByKey[key] else { return nil }
        // Same name, birthday and postcode, but another NHS number: two children.
        if let number = child.nhsNumber, let known = register.people[person]?.nhsNumber, known != number.text {
            return nil
        }
        return person
    }

    /// The event, with what its agency has said before, names a child twice: by one NHS number, or by name, birthday and
    /// postcode, which two children can share if their numbers say so. What only others have found to be one child is let in.
    private func refuseTwice(_ children: [ChildDescription], _ register: Register, _ reasons: inout RefusalReasons) {
        var seen: [(number: NHSNumber?, exact: String?)] = []
        for (place, child) in children.enumerated() {
            let own = own(child, register)
            let (number, exact) = (
                child.nhsNumber ?? own?.nhsNumber, IdentityKeys.exact(child) ?? own.flatMap(IdentityKeys.exact)
            )
            let isNamed = seen.contains { other in
                if let number, let known = other.number { return number == known }
                return exact != nil && exact == other.exact
            }
            if isNamed {
                reasons.add(
                    .duplicateEntry, at: "/data/children/\(place)",
                    "This is a child that the event names already. Name each child once.")
            }
            seen.append((number, exact))
        }
    }

    /// Whether the agency has described the children of two of its references as one child itself.
    func isOne(_ first: String, _ second: String, _ register: Register) -> Bool {
        guard let one = own(first, register), let other = own(second, register) else { return first == second }
        if let number = one.nhsNumber, let known = other.nhsNumber { return number == known }
        guard let exact = IdentityKeys.exact(one) else { return false }
        return exact == IdentityKeys.exact(other)
    }

    private func own(_ child: ChildDescription, _ register: Register) -> ChildDescription? {
        own(child.ref, register)
    }

    /// How the agency itself has described the child of the reference.
    private func own(_ reference: String, _ register: Register) -> ChildDescription? {
        register.ownDescriptions[IdentityKeys.reference(agency, reference)]
    }

    /// A child is not known to one agency under ever more references: whoever's event is about the child would have to wait
    /// while they are read.
    private func refuseTooMany(
        _ children: [ChildDescription], _ matches: [PersonID?], _ register: Register, _ reasons: inout RefusalReasons
    ) {
        for (place, (child, match)) in zip(children, matches).enumerated() {
            guard let match, let known = register.people[match],
                known.referenceCounts[agency, default: 0] >= Register.KnownPerson.maximumReferences,
                register.personByKey[IdentityKeys.reference(agency, child.ref)] == nil
            else { continue }
            reasons.add(
                .tooMany, at: "/data/children/\(place)/ref",
                "You know this child under \(Register.KnownPerson.maximumReferences) references already. Use one of them."
            )
        }
    }

    private func hasRoom(in household: HouseholdID, for matches: [PersonID?], _ register: Register) -> Bool {
        let size = register.householdSizes[household] ?? HouseholdSize()
        return size.hasRoom(for: matches.count { $0 == nil }, of: agency)
    }

    /// Children of one event, and children of one address, are one household: the first of them that is known says which. Where
    /// one agency knows more children than any family has it is not one household's, and the new ones are apart; nobody is told,
    /// since how many there are follows from what others know as well (N4).
    private func sharedHousehold(of children: [ChildDescription], _ matches: [PersonID?], _ register: Register)
        -> HouseholdID
    {
        let known = matches.lazy.compactMap { $0.flatMap { register.people[$0]?.household } }.first
        let neighbours = children.lazy.flatMap { IdentityKeys.address($0) }.compactMap { register.householdByKey[$0] }
        let candidates = known.map { [$0] } ?? Array(neighbours)
        return candidates.first { hasRoom(in: $0, for: matches, register) }
            ?? HouseholdID(digest: SHA256.digest(of: "household", event))
    }

    private func learn(
        _ child: ChildDescription, of person: PersonID, in household: HouseholdID, _ register: inout Register
    ) {
        var known =
            register.people[person]
            ?? Register.KnownPerson(person: person, household: household, introducedBy: agency)
        let before = register.people[person]
        if before == nil { register.householdSizes[household, default: HouseholdSize()].add(by: agency) }
        known.sex = child.sex ?? known.sex
        known.dateOfBirth = child.dateOfBirth ?? known.dateOfBirth
        known.expectedDateOfBirth = child.expectedDateOfBirth ?? known.expectedDateOfBirth
        // Another number than others have given for the child is no match: it is not learnt, and the child it is of stays
        // apart. The hub decides what is right (K3).
        let number = child.nhsNumber.flatMap { known.nhsNumber ?? $0.text == $0.text ? $0 : nil }
        known.nhsNumber = known.nhsNumber ?? number?.text
        known.references[agency] = known.references[agency] ?? child.ref
        if known != before { register.additions.people.insert(person) }
        var keys = [IdentityKeys.reference(agency, child.ref)]
        if let number { keys.append(IdentityKeys.nhs(number)) }
        if let exact = IdentityKeys.exact(child) { keys.append(exact) }
        if register.personByKey[keys[0]] == nil { known.referenceCounts[agency, default: 0] += 1 }
        register.people[person] = known
        for key in keys where register.personByKey[key] == nil {
            register.personByKey[key] = person
            register.additions.personKeys.append((key, person))
        }
        for key in IdentityKeys.address(child) where register.householdByKey[key] == nil {
            register.householdByKey[key] = household
            register.additions.householdKeys.append((key, household))
        }
        // What an agency leaves out it does not take back.
        let own = register.ownDescriptions[keys[0]]
        guard own == nil || !child.isReferenceAlone else { return }
        var described = child
        described.nhsNumber = child.nhsNumber ?? own?.nhsNumber
        register.ownDescriptions[keys[0]] = described
        var writer = JSONWriter()
        described.write(to: &writer)
        register.additions.descriptions[Register.DescriptionKey(person: person, agency: agency)] = writer.bytes
    }
}

extension RefusalCode {
    /// Two identifiers of one child point at two children.
    static let identityConflict = RefusalCode(rawValue: "identity-conflict")
}
