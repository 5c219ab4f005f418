import Contracts
import Messaging
import PostgresClient
import Safeguarding

/// The door's own statements. Their text is in `SQL/`, one file each.
enum RegisterSQL {
    static let lockRegister = SQLStatement(name: "lock_register", bytes: PackageResources.lock_register_sql)
    static let findPeople = SQLStatement(name: "find_people", bytes: PackageResources.find_people_sql)
    static let findReferences = SQLStatement(name: "find_references", bytes: PackageResources.find_references_sql)
    static let findHouseholds = SQLStatement(name: "find_households", bytes: PackageResources.find_households_sql)
    static let findSubjects = SQLStatement(name: "find_subjects", bytes: PackageResources.find_subjects_sql)
    static let findWaiting = SQLStatement(name: "find_waiting", bytes: PackageResources.find_waiting_events_sql)
    static let findJournaled = SQLStatement(name: "find_journaled", bytes: PackageResources.find_journaled_sql)
    static let insertPeople = SQLStatement(name: "insert_people", bytes: PackageResources.insert_people_sql)
    static let insertPersonKeys = SQLStatement(
        name: "insert_person_keys", bytes: PackageResources.insert_person_keys_sql)
    static let insertDescriptions = SQLStatement(
        name: "insert_descriptions", bytes: PackageResources.insert_descriptions_sql)
    static let insertHouseholdKeys = SQLStatement(
        name: "insert_household_keys", bytes: PackageResources.insert_household_keys_sql)
    static let insertSubjects = SQLStatement(name: "insert_subjects", bytes: PackageResources.insert_subjects_sql)
    static let insertWaiting = SQLStatement(name: "insert_waiting", bytes: PackageResources.insert_waiting_events_sql)
    static let deleteWaiting = SQLStatement(name: "delete_waiting", bytes: PackageResources.delete_waiting_events_sql)
    static let insertAttestations = SQLStatement(
        name: "insert_attestations", bytes: PackageResources.insert_attestations_sql)
    static let insertJournal = SQLStatement(name: "insert_journal", bytes: PackageResources.insert_journal_sql)
}

/// What a batch asks the register for.
struct RegisterRequest: Sendable {
    var personKeys: Set<String> = []
    var householdKeys: Set<String> = []
    var subjects: Set<String> = []
    var events: Set<EventIdentity> = []

    /// One flight, the lock first: what is read after it is what the batch before has left.
    var queries: [Query] {
        let people = PostgresValue.textArray(personKeys.sorted())
        let subjects = PostgresValue.textArray(subjects.sorted())
        return [
            Query(RegisterSQL.lockRegister),
            Query(RegisterSQL.findPeople, [people]),
            Query(RegisterSQL.findReferences, [people]),
            Query(RegisterSQL.findHouseholds, [.textArray(householdKeys.sorted())]),
            Query(RegisterSQL.findSubjects, [subjects]),
            Query(RegisterSQL.findWaiting, [subjects]),
            Query(RegisterSQL.findJournaled, [.uuidArray(events.sorted().map(\.uuid))]),
        ]
    }
}

extension Register {
    /// The register's part, from the answers to `RegisterRequest.queries`.
    init(reading answers: [QueryResult]) throws {
        guard answers.count == 7 else { return }
        for row in answers[1].rows { try addPerson(row) }
        for row in answers[2].rows { try addReference(row) }
        for row in answers[3].rows {
            householdByKey[try row.text(0)] = HouseholdID(try row.uuid(1))
        }
        for row in answers[4].rows {
            guard let agency = AgencyCode(try row.text(1)) else { continue }
            subjects[try row.text(0)] = Subject(agency: agency, household: HouseholdID(try row.uuid(2)))
        }
        for row in answers[5].rows { waiting[try row.text(0), default: []].append(try row.bytes(1)) }
        for row in answers[6].rows { journaled[try row.uuid(0).hex] = try row.bytes(1) }
    }

    private mutating func addPerson(_ row: Row) throws {
        let (person, household) = (PersonID(try row.uuid(1)), HouseholdID(try row.uuid(2)))
        personByKey[try row.text(0)] = person
        var known = people[person] ?? KnownPerson(person: person, household: household)
        known.sex = try row.optionalText(3).flatMap(Sex.init(rawValue:))
        known.dateOfBirth = try row.optionalDate(4).map(CalendarDate.init(daysSinceEpoch:))
        known.expectedDateOfBirth = try row.optionalDate(5).map(CalendarDate.init(daysSinceEpoch:))
        known.nhsNumber = try row.optionalText(6)
        people[person] = known
    }

    /// `ref/<agency>/<ref>`
    private mutating func addReference(_ row: Row) throws {
        let person = PersonID(try row.uuid(0))
        let parts = try row.text(1).split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let agency = AgencyCode(parts[1]) else { return }
        people[person]?.references[agency] = String(parts[2])
    }

    /// At most one statement for each table.
    var writes: [Query] {
        var queries: [Query] = []
        let changed = additions.people.sorted().compactMap { people[$0] }
        if !changed.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertPeople,
                    [
                        .uuidArray(changed.map(\.person.uuid)), .uuidArray(changed.map(\.household.uuid)),
                        .optionalTextArray(changed.map(\.sex?.rawValue)),
                        .optionalDateArray(changed.map(\.dateOfBirth?.daysSinceEpoch)),
                        .optionalDateArray(changed.map(\.expectedDateOfBirth?.daysSinceEpoch)),
                        .optionalTextArray(changed.map(\.nhsNumber)),
                    ]))
        }
        if !additions.personKeys.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertPersonKeys,
                    [
                        .textArray(additions.personKeys.map(\.key)),
                        .uuidArray(additions.personKeys.map(\.person.uuid)),
                    ]))
        }
        return queries + descriptionWrites + subjectWrites + journalWrites + attestationWrites
    }

    private var descriptionWrites: [Query] {
        var queries: [Query] = []
        let described = additions.descriptions.sorted {
            ($0.key.person, $0.key.agency) < ($1.key.person, $1.key.agency)
        }
        if !described.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertDescriptions,
                    [
                        .uuidArray(described.map(\.key.person.uuid)), .textArray(described.map(\.key.agency.text)),
                        .bytesArray(described.map(\.value)),
                    ]))
        }
        if !additions.householdKeys.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertHouseholdKeys,
                    [
                        .textArray(additions.householdKeys.map(\.key)),
                        .uuidArray(additions.householdKeys.map(\.household.uuid)),
                    ]))
        }
        return queries
    }

    private var subjectWrites: [Query] {
        var queries: [Query] = []
        if !additions.subjects.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertSubjects,
                    [
                        .textArray(additions.subjects.map(\.key)),
                        .textArray(additions.subjects.map(\.subject.agency.text)),
                        .uuidArray(additions.subjects.map(\.subject.household.uuid)),
                    ]))
        }
        if !additions.waiting.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertWaiting,
                    [.textArray(additions.waiting.map(\.subject)), .bytesArray(additions.waiting.map(\.event))]))
        }
        if !additions.released.isEmpty {
            queries.append(Query(RegisterSQL.deleteWaiting, [.textArray(additions.released.sorted())]))
        }
        return queries
    }

    private var journalWrites: [Query] {
        let entries = additions.journal
        guard !entries.isEmpty else { return [] }
        return [
            Query(
                RegisterSQL.insertJournal,
                [
                    .uuidArray(entries.map(\.event.uuid)), .textArray(entries.map(\.agency.text)),
                    .textArray(entries.map(\.eventID)), .textArray(entries.map(\.eventType)),
                    .timestampArray(entries.map(\.happenedAt.microsecondsSinceEpoch)),
                    .bytesArray(entries.map(\.digest)), .bytesArray(entries.map(\.content)),
                    .optionalUUIDArray(entries.map(\.households.first?.uuid)),
                    .optionalTextArray(entries.map(\.otherHouseholds)),
                ])
        ]
    }
}
