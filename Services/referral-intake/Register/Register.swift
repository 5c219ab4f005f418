import Contracts
import Messaging
import Safeguarding

/// The part of the register that a batch needs, in memory: who is known, under which keys, in which household. What is
/// new in it is written at the end of the batch.
struct Register: Sendable {
    struct KnownPerson: Sendable, Equatable {
        let person: PersonID
        let household: HouseholdID
        var sex: Sex?
        var dateOfBirth: CalendarDate?
        var expectedDateOfBirth: CalendarDate?
        var nhsNumber: String?
        var references: [AgencyCode: String] = [:]
    }

    struct Subject: Sendable, Equatable {
        let agency: AgencyCode
        let household: HouseholdID
    }

    /// Rows to write, in the order in which they came about.
    struct Additions: Sendable {
        var people: Set<PersonID> = []
        var personKeys: [(key: String, person: PersonID)] = []
        var descriptions: [DescriptionKey: [UInt8]] = [:]
        var householdKeys: [(key: String, household: HouseholdID)] = []
        var subjects: [(key: String, subject: Subject)] = []
        var waiting: [(subject: String, event: [UInt8])] = []
        var released: Set<String> = []
        var journal: [JournalEntry] = []
        var attestations: [AgencyCode: AttestationEntry] = [:]
    }

    struct DescriptionKey: Hashable, Sendable {
        let person: PersonID
        let agency: AgencyCode
    }

    struct JournalEntry: Sendable {
        let event: EventIdentity
        let agency: AgencyCode
        let eventID: String
        let eventType: String
        let happenedAt: Instant
        let digest: [UInt8]
        let content: [UInt8]
        /// Whose record it is; most events are about one household, an agency's own matters about none.
        let households: [HouseholdID]

        /// Those beside the first, as an array in PostgreSQL's own notation.
        var otherHouseholds: String? {
            households.count > 1 ? "{" + households.dropFirst().map(\.text).joined(separator: ",") + "}" : nil
        }
    }

    var people: [PersonID: KnownPerson] = [:]
    var personByKey: [String: PersonID] = [:]
    var householdByKey: [String: HouseholdID] = [:]
    var subjects: [String: Subject] = [:]
    /// Events that wait for a subject, in their order.
    var waiting: [String: [[UInt8]]] = [:]
    /// Digests of events that are in effect already.
    var journaled: [String: [UInt8]] = [:]
    var additions = Additions()

    /// Nobody is known.
    init() {}

    /// Remembers whose a decision or request is.
    mutating func add(_ subject: Subject, under key: String) {
        subjects[key] = subject
        additions.subjects.append((key, subject))
    }
}
