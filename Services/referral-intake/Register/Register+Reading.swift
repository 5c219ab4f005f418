import Contracts
import JSON
import Messaging
import PostgresClient
import Safeguarding

extension Register {
    /// The register's part, from the answers to `RegisterRequest.queries`. None is nothing: of a message that is given up
    /// nothing is read.
    init(reading answers: [QueryResult]) throws {
        guard answers.count >= 2 else { return }
        secret = try answers[0].onlyRow().uuid(0)
        for row in answers[1].rows { try addJournaled(row) }
        switch answers.count {
        case 3: for row in answers[2].rows { try addOverdue(row) }
        case 7, 8:
            for row in answers[2].rows { try addPerson(row) }
            for row in answers[3].rows { try addReference(row) }
            for row in answers[4].rows {
                let household = HouseholdID(try row.uuid(1))
                householdByKey[try row.text(0)] = household
                if let size = try row.optionalText(2) { householdSizes[household] = HouseholdSize(reading: size) }
                if let open = try row.optionalText(3) { referralCounts[household] = ReferralCounts(reading: open) }
            }
            for row in answers[5].rows { try addSubject(row) }
            for row in answers[6].rows { try addWaiting(row) }
            if answers.count == 8 { for row in answers[7].rows { try addAttested(row) } }
        default: break
        }
    }

    private mutating func addSubject(_ row: Row) throws {
        guard let agency = AgencyCode(try row.text(1)) else { return }
        var subject = Subject(agency: agency, household: HouseholdID(try row.uuid(2)), isFree: try row.bool(5))
        if let event = try row.optionalUUID(3), let reference = try row.optionalUUID(4) {
            subject.holder = Holder(event: EventIdentity(event), reference: reference)
        }
        subjects[try row.text(0)] = subject
    }

    private mutating func addPerson(_ row: Row) throws {
        let (person, household) = (PersonID(try row.uuid(1)), HouseholdID(try row.uuid(2)))
        guard let introducer = AgencyCode(try row.text(7)) else { return }
        let key = try row.text(0)
        personByKey[key] = person
        if let size = try row.optionalText(8) { householdSizes[household] = HouseholdSize(reading: size) }
        if let open = try row.optionalText(9) { referralCounts[household] = ReferralCounts(reading: open) }
        if let described = try row.optionalBytes(10), let root = (try? JSONDocument(parsing: described))?.root {
            ownDescriptions[key] = ChildDescription(reading: root)
        }
        var known =
            people[person] ?? KnownPerson(person: person, household: household, introducedBy: introducer)
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
        guard parts.count == 3, let agency = AgencyCode(parts[1]), let reference = String(exactBytes: parts[2]) else {
            return
        }
        people[person]?.references[agency] = reference
        people[person]?.referenceCounts[agency, default: 0] += 1
    }

    /// A row of `find-journaled.sql`: an event, one of the rulings on it, or both.
    private mutating func addJournaled(_ row: Row) throws {
        let event = EventIdentity(try row.uuid(0))
        if journal[event] == nil, let agency = try row.optionalText(1).flatMap({ AgencyCode($0) }) {
            journal[event] = JournalEntry(
                event: event, agency: agency, eventID: try row.text(2), eventType: try row.text(3),
                happenedAt: Instant(microsecondsSinceEpoch: try row.timestamp(4)),
                recordedAt: Instant(microsecondsSinceEpoch: try row.timestamp(5)), digest: try row.bytes(6),
                attempt: Int(try row.int4(7)),
                asked: Asked(
                    place: RecordPlace(partition: Int(try row.int4(8)), offset: try row.int8(9)),
                    correlationID: try row.optionalText(10), causationID: try row.optionalText(11),
                    traceparent: try row.optionalText(12)), content: [],
                ignored: try row.optionalText(17)?.split(separator: "\n").map(String.init) ?? [],
                askers: try row.optionalBytes(16).flatMap { Askers(document: $0)?.askers } ?? [])
        }
        guard let reference = try row.optionalUUID(13) else { return }
        rulings[event, default: []].append(
            KeptRuling(
                reference: reference, recordedAt: Instant(microsecondsSinceEpoch: try row.timestamp(14)),
                refusal: try row.optionalBytes(15)))
    }

    private mutating func addWaiting(_ row: Row) throws {
        let subject = try row.text(0)
        guard let agency = AgencyCode(try row.text(2)) else { return }
        var fact: Fact?
        if let eventID = try row.optionalText(5), let happened = try row.optionalTimestamp(6),
            let content = try row.optionalBytes(7)
        {
            fact = WaitingEvent.fact(
                of: agency, eventID, happenedAt: Instant(microsecondsSinceEpoch: happened), reading: content)
        }
        waiting[subject, default: []].append(
            WaitingEvent(
                event: EventIdentity(try row.uuid(1)), subject: subject, agency: agency,
                until: try row.optionalTimestamp(3).map(Instant.init(microsecondsSinceEpoch:)), fact: fact,
                reference: try row.optionalUUID(8), isForwarded: try row.bool(4)))
    }

    private mutating func addAttested(_ row: Row) throws {
        guard let agency = AgencyCode(try row.text(0)),
            let contacts = (try? JSONDocument(parsing: try row.bytes(2)))?.root.elements
        else { return }
        attested[agency] = Attested(
            on: CalendarDate(daysSinceEpoch: try row.date(1)), contacts: contacts.compactMap(Attested.Contact.init))
    }

    private mutating func addOverdue(_ row: Row) throws {
        let subject = try row.text(0)
        guard let agency = AgencyCode(try row.text(2)) else { return }
        waiting[subject, default: []].append(
            WaitingEvent(
                event: EventIdentity(try row.uuid(1)), subject: subject, agency: agency, until: nil, fact: nil))
    }
}

extension WaitingEvent {
    /// The fact that it becomes. Its household and when it is in effect are known once its decision is here.
    static func fact(of agency: AgencyCode, _ eventID: String, happenedAt: Instant, reading content: [UInt8]) -> Fact? {
        var reasons = RefusalReasons()
        guard let root = (try? JSONDocument(parsing: content, limits: .event))?.root,
            let consultation = ConsultationFact(reading: root, &reasons)
        else { return nil }
        return fact(of: agency, eventID, happenedAt: happenedAt, consultation)
    }

    static func fact(of agency: AgencyCode, _ eventID: String, happenedAt: Instant, _ consultation: ConsultationFact)
        -> Fact
    {
        Fact(
            context: Fact.Context(
                agency: agency, eventID: eventID, eventType: ConsultationRecorded.type.text,
                household: HouseholdID(bits: (0, 0)), happenedAt: happenedAt, recordedAt: happenedAt), children: [],
            body: .consultation(consultation))
    }

    /// As a column has what the fact says; `nil` once it has gone on.
    var content: [UInt8]? {
        guard !isForwarded, case .consultation(let consultation)? = fact?.body else { return nil }
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        consultation.write(to: &writer)
        writer.endObject()
        return writer.bytes
    }
}
