import Contracts
import Messaging
import PostgresClient
import ReferralIntakeSpec
import Safeguarding

/// The part of the register that a batch needs, in memory: who is known, under which keys, in which household, and what is
/// on record of the batch's events. What is new in it is written at the end of the batch.
struct Register: Sendable {
    struct KnownPerson: Sendable, Equatable {
        let person: PersonID
        let household: HouseholdID
        let introducedBy: AgencyCode
        var sex: Sex?
        var dateOfBirth: CalendarDate?
        var expectedDateOfBirth: CalendarDate?
        var nhsNumber: String?
        /// One reference of each agency.
        var references: [AgencyCode: String] = [:]
        /// How many references each agency has for the child.
        var referenceCounts: [AgencyCode: Int] = [:]

        /// So many an agency may have for one child: every batch about the child reads them all.
        static let maximumReferences = 20
    }

    /// What an identifier that an agency has chosen stands for.
    struct Subject: Sendable, Equatable {
        let agency: AgencyCode
        let household: HouseholdID
        /// The event that took the identifier, and its attempt.
        var holder: Holder?
        /// Whether that event was refused after all: then the identifier is free again.
        var isFree = false
    }

    /// An event that an identifier stands for.
    struct Holder: Sendable, Equatable {
        let event: EventIdentity
        let reference: PostgresUUID
    }

    /// Rows to write, in the order in which they came about.
    struct Additions: Sendable {
        var people: Set<PersonID> = []
        var personKeys: [(key: String, person: PersonID)] = []
        var descriptions: [DescriptionKey: [UInt8]] = [:]
        var householdKeys: [(key: String, household: HouseholdID)] = []
        var subjects: [(key: String, subject: Subject)] = []
        var waiting: [WaitingEvent] = []
        /// Events that have gone on, and wait to be told that they count.
        var forwarded: [EventIdentity] = []
        /// Events that wait no more.
        var released: [EventIdentity] = []
        /// Referrals that the hub has to decide, and those that it has decided or that are none after all.
        var openReferrals: [OpenReferral] = []
        var settledReferrals: [ScreeningItemID] = []
        var withdrawnReferrals: [EventIdentity] = []
        var journal: [JournalEntry] = []
        /// Events that are asked for again while they are judged.
        var asked: Set<EventIdentity> = []
        var rulings: [(event: EventIdentity, ruling: KeptRuling)] = []
        /// Those that take the place of one in the table.
        var replacedRulings: [(event: EventIdentity, ruling: KeptRuling)] = []
        var attestations: [AgencyCode: AttestationEntry] = [:]
    }

    struct DescriptionKey: Hashable, Sendable {
        let person: PersonID
        let agency: AgencyCode
    }

    /// Goes into every identifier that is made of what agencies choose, so that nobody can compute one from a guess.
    var secret = PostgresUUID(high: 0, low: 0)
    var people: [PersonID: KnownPerson] = [:]
    var personByKey: [String: PersonID] = [:]
    var householdByKey: [String: HouseholdID] = [:]
    /// How the agency of a reference has described its child, by the reference's key.
    var ownDescriptions: [String: ChildDescription] = [:]
    /// Of households into which the batch may introduce a child.
    var householdSizes: [HouseholdID: HouseholdSize] = [:]
    /// How many undecided referrals each agency has of the households that the batch may refer.
    var referralCounts: [HouseholdID: ReferralCounts] = [:]
    var subjects: [String: Subject] = [:]
    /// Events that wait for a subject, in their order.
    var waiting: [String: [WaitingEvent]] = [:]
    /// Of the batch's events, those that were let in before or are let in by it.
    var journal: [EventIdentity: JournalEntry] = [:]
    /// Who answers for agencies that authorise urgent changes.
    var attested: [AgencyCode: Attested] = [:]
    /// What was said to them by whoever can judge them, for each attempt.
    var rulings: [EventIdentity: [KeptRuling]] = [:]
    var additions = Additions()

    /// Nobody is known.
    init() {}

    /// Remembers whose a decision or request is.
    mutating func add(_ subject: Subject, under key: String) {
        subjects[key] = subject
        additions.subjects.append((key, subject))
    }

    /// Lets an event wait for its subject.
    mutating func wait(_ event: WaitingEvent) {
        waiting[event.subject, default: []].append(event)
        additions.waiting.append(event)
    }

    /// Events have gone on to whoever knows whether they count. One of this very batch is not in the table yet.
    mutating func forward(_ events: [EventIdentity], waitingFor subject: String) {
        guard !events.isEmpty else { return }
        let gone = Set(events)
        let new = gone.intersection(additions.waiting.map(\.event))
        waiting[subject] = waiting[subject]?.map { $0.forwarded(ifAmong: gone) }
        additions.waiting = additions.waiting.map { $0.forwarded(ifAmong: gone) }
        additions.forwarded += gone.subtracting(new).sorted()
    }

    /// An event waits no more. One of this very batch is not in the table yet, and need not get there.
    mutating func endWaiting(of event: EventIdentity) {
        for subject in Array(waiting.keys) { waiting[subject]?.removeAll { $0.event == event } }
        let count = additions.waiting.count
        additions.waiting.removeAll { $0.event == event }
        guard additions.waiting.count == count else { return }
        additions.forwarded.removeAll { $0 == event }
        additions.released.append(event)
    }
}

/// An event that is here before its subject.
struct WaitingEvent: Sendable {
    let event: EventIdentity
    /// `decision/<id>`
    let subject: String
    let agency: AgencyCode
    /// Until when it waits; `nil` if its deadline is gone.
    let until: Instant?
    /// What goes on once the subject is here; `nil` where only the number of those that wait was asked for, or where it
    /// cannot be read any more.
    let fact: Fact?
    /// Of its attempt, after which its fact is named.
    var reference: PostgresUUID?
    /// Whether it has gone on already, and waits to be told that it counts.
    var isForwarded = false

    /// Whether it can go on once its subject is here.
    var canGoOn: Bool { fact != nil && reference != nil }

    fileprivate func forwarded(ifAmong gone: Set<EventIdentity>) -> WaitingEvent {
        var event = self
        if gone.contains(event.event) { event.isForwarded = true }
        return event
    }

    /// How many wait for one subject, at the most (R6).
    static let maximum = 20
    /// The event's deadline.
    static func deadline(of event: EventIdentity) -> DeadlineKey {
        DeadlineKind.waitingEvent.key(event.hexadecimal)
    }
}
