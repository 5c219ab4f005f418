import Contracts
import Messaging
import PostgresClient
import Safeguarding

/// Intake's own statements. Their text is in `SQL/`, one file each.
enum RegisterSQL {
    static let lockRegister = SQLStatement(name: "lock_register", bytes: PackageResources.lock_register_sql)
    static let findPeople = SQLStatement(name: "find_people", bytes: PackageResources.find_people_sql)
    static let findReferences = SQLStatement(name: "find_references", bytes: PackageResources.find_references_sql)
    static let findHouseholds = SQLStatement(name: "find_households", bytes: PackageResources.find_households_sql)
    static let findSubjects = SQLStatement(name: "find_subjects", bytes: PackageResources.find_subjects_sql)
    static let findWaiting = SQLStatement(name: "find_waiting", bytes: PackageResources.find_waiting_events_sql)
    static let findOverdue = SQLStatement(name: "find_overdue", bytes: PackageResources.find_overdue_events_sql)
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
    static let forwardWaiting = SQLStatement(
        name: "forward_waiting", bytes: PackageResources.forward_waiting_events_sql)
    static let insertOpenReferrals = SQLStatement(
        name: "insert_open_referrals", bytes: PackageResources.insert_open_referrals_sql)
    static let deleteOpenReferrals = SQLStatement(
        name: "delete_open_referrals", bytes: PackageResources.delete_open_referrals_sql)
    static let deleteWaiting = SQLStatement(name: "delete_waiting", bytes: PackageResources.delete_waiting_events_sql)
    static let findAttestations = SQLStatement(
        name: "find_attestations", bytes: PackageResources.find_attestations_sql)
    static let insertAttestations = SQLStatement(
        name: "insert_attestations", bytes: PackageResources.insert_attestations_sql)
    static let insertJournal = SQLStatement(
        name: "insert_journal", bytes: PackageResources.journal_entries_sql + PackageResources.insert_journal_sql)
    static let replaceJournal = SQLStatement(
        name: "replace_journal", bytes: PackageResources.journal_entries_sql + PackageResources.replace_journal_sql)
    static let noteAskers = SQLStatement(name: "note_askers", bytes: PackageResources.note_askers_sql)
    static let replaceRulings = SQLStatement(name: "replace_verdicts", bytes: PackageResources.replace_verdicts_sql)
    static let insertRulings = SQLStatement(name: "insert_verdicts", bytes: PackageResources.insert_verdicts_sql)
}

/// What a batch asks the register for.
struct RegisterRequest: Sendable {
    /// What a batch is of: the answers to its statements are told apart by it.
    enum Kind: Sendable {
        /// Events of agencies, with rulings among them or without.
        case events
        /// Rulings alone: they are about nobody.
        case rulings
        /// Deadlines of events that wait.
        case deadlines
    }

    var kind = Kind.rulings
    var personKeys: Set<String> = []
    /// Those of them beside whose child a new one may be introduced.
    var introducing: Set<String> = []
    /// Those of children that are referred.
    var referring: Set<String> = []
    var householdKeys: Set<String> = []
    /// Decisions and requests that the batch is about.
    var subjects: Set<String> = []
    /// Those of them that it may bring, and with them what waits for them.
    var coming: Set<String> = []
    var events: Set<EventIdentity> = []
    /// Agencies whose managers are asked for: an urgent change needs one whom its agency has attested (R4).
    var authorising: Set<AgencyCode> = []

    /// One pipeline, the lock first: what is read after it is what the batch before has left.
    var queries: [Query] {
        let known = [
            Query(RegisterSQL.lockRegister),
            Query(RegisterSQL.findJournaled, [.uuidArray(events.sorted().map(\.uuid))]),
        ]
        switch kind {
        case .rulings: return known
        case .deadlines:
            return known + [Query(RegisterSQL.findOverdue, [.uuidArray(events.sorted().map(\.uuid))])]
        case .events:
            let people = texts(personKeys)
            let subjects = texts(subjects)
            return known + [
                Query(RegisterSQL.findPeople, [people, texts(introducing), texts(referring)]),
                Query(RegisterSQL.findReferences, [people]),
                Query(RegisterSQL.findHouseholds, [texts(householdKeys)]),
                Query(RegisterSQL.findSubjects, [subjects]),
                Query(RegisterSQL.findWaiting, [subjects, texts(coming)]),
            ] + attestations
        }
    }

    /// Few batches hold an urgent change: others have no statement more.
    private var attestations: [Query] {
        authorising.isEmpty
            ? [] : [Query(RegisterSQL.findAttestations, [.textArray(authorising.sorted().map(\.text))])]
    }

    /// No key holds U+0000, since no text of the database does: nothing is found under one, and nobody's batch fails for it.
    private func texts(_ keys: Set<String>) -> PostgresValue {
        .textArray(keys.filter { !$0.utf8.contains(0) }.sorted())
    }
}
