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

    /// The event's children in their order, each known from here on; or everything that stands against it, and then the
    /// register is as it was.
    func identify(_ children: [ChildDescription], in register: inout Register) -> Result<[Identified], EventRefusal> {
        var reasons = RefusalReasons()
        let matches = children.enumerated().map { place, child in match(child, place, register, &reasons) }
        refuseTwice(matches, &reasons)
        refuseTooMany(children, matches, register, &reasons)
        refuseBeyondSize(matches, register, &reasons)
        guard reasons.isEmpty else { return .failure(EventRefusal(reasons)) }
        let household = sharedHousehold(of: children, matches, register)
        var identified: [Identified] = []
        for (place, child) in children.enumerated() {
            let person = matches[place] ?? PersonID(digest: SHA256.digest(of: "person", event, "\(place)"))
            let home = register.people[person]?.household ?? household
            learn(child, of: person, in: home, &register)
            identified.append(Identified(person: person, household: home))
        }
        return .success(identified)
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
            if let number = child.nhsNumber, let known = register.people[person]?.nhsNumber, known != number.text {
                reasons.add(
                    .identityConflict, at: "/data/children/\(place)/nhsNumber",
                    "Your reference is of a child with another NHS number. Check both; a wrong match would tell one "
                        + "family's story under another's name.")
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

    private func refuseTwice(_ matches: [PersonID?], _ reasons: inout RefusalReasons) {
        var seen: Set<PersonID> = []
        for (place, match) in matches.enumerated() {
            guard let match, !seen.insert(match).inserted else { continue }
            reasons.add(
                .duplicateEntry, at: "/data/children/\(place)",
                "This is a child that the event names already. Name each child once.")
        }
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

    /// New children beside one that is known come into that one's household, which has room for so many of one agency.
    private func refuseBeyondSize(_ matches: [PersonID?], _ register: Register, _ reasons: inout RefusalReasons) {
        guard let household = knownHousehold(of: matches, register), let place = matches.firstIndex(of: nil),
            !hasRoom(in: household, for: matches, register)
        else { return }
        reasons.add(
            .tooManyChildren, at: "/data/children/\(place)",
            "Your agency has introduced as many children into this household as it can "
                + "(\(HouseholdSize.maximumIntroduced)). Publish children who are not of one family apart, each with an event "
                + "of their own.")
    }

    private func hasRoom(in household: HouseholdID, for matches: [PersonID?], _ register: Register) -> Bool {
        let size = register.householdSizes[household] ?? HouseholdSize()
        return size.hasRoom(for: matches.count { $0 == nil }, of: agency)
    }

    private func knownHousehold(of matches: [PersonID?], _ register: Register) -> HouseholdID? {
        matches.lazy.compactMap { $0.flatMap { register.people[$0]?.household } }.first
    }

    /// Children of one event, and children of one address, are one household: the first of them that is known says which. An
    /// address where one agency knows more children than any family has is not one household's.
    private func sharedHousehold(of children: [ChildDescription], _ matches: [PersonID?], _ register: Register)
        -> HouseholdID
    {
        if let known = knownHousehold(of: matches, register) { return known }
        let neighbour = children.lazy.flatMap { IdentityKeys.address($0) }.compactMap { register.householdByKey[$0] }
            .first { hasRoom(in: $0, for: matches, register) }
        return neighbour ?? HouseholdID(digest: SHA256.digest(of: "household", event))
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
        known.nhsNumber = known.nhsNumber ?? child.nhsNumber?.text
        known.references[agency] = known.references[agency] ?? child.ref
        if known != before { register.additions.people.insert(person) }
        var keys = [IdentityKeys.reference(agency, child.ref)]
        if let number = child.nhsNumber { keys.append(IdentityKeys.nhs(number)) }
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
        var writer = JSONWriter()
        child.write(to: &writer)
        register.additions.descriptions[Register.DescriptionKey(person: person, agency: agency)] = writer.bytes
    }
}

extension RefusalCode {
    /// Two identifiers of one child point at two children.
    static let identityConflict = RefusalCode(rawValue: "identity-conflict")
}
