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
        secret = try answers[0].onlyRow().uuid("secret")
        for row in answers[1].rows { try addJournaled(row) }
        switch answers.count {
        case 3: for row in answers[2].rows { try addOverdue(row) }
        case 7, 8:
            for row in answers[2].rows { try addPerson(row) }
            for row in answers[3].rows { try addReference(row) }
            for row in answers[4].rows {
                let household = HouseholdID(try row.uuid("household"))
                householdByKey[try row.text("key")] = household
                if let size = try row.optionalText("household_size") {
                    householdSizes[household] = HouseholdSize(reading: size)
                }
                if let open = try row.optionalText("referral_counts") {
                    referralCounts[household] = ReferralCounts(reading: open)
                }
            }
            for row in answers[5].rows { try addSubject(row) }
            for row in answers[6].rows { try addWaiting(row) }
            if answers.count == 8 { for row in answers[7].rows { try addAttested(row) } }
        default: break
        }
    }

    private mutating func addSubject(_ row: Row) throws {
        guard let agency = AgencyCode(try row.text("agency")) else { return }
        var subject = Subject(
            agency: agency, household: HouseholdID(try row.uuid("household")), isFree: try row.bool("is_free"))
        if let event = try row.optionalUUID("event"), let reference = try row.optionalUUID("reference") {
            subject.holder = Holder(event: EventIdentity(event), reference: reference)
        }
        subjects[try row.text("key")] = subject
    }

    private mutating func addPerson(_ row: Row) throws {
        let (person, household) = (PersonID(try row.uuid("person")), HouseholdID(try row.uuid("household")))
        guard let introducer = AgencyCode(try row.text("introduced_by")) else { return }
        let key = try row.text("key")
        personByKey[key] = person
        if let size = try row.optionalText("household_size") {
            householdSizes[household] = HouseholdSize(reading: size)
        }
        if let open = try row.optionalText("referral_counts") {
            referralCounts[household] = ReferralCounts(reading: open)
        }
        if let described = try row.optionalBytes("description"),
            let root = (try? JSONDocument(parsing: described))?.root
        {
            ownDescriptions[key] = ChildDescription(reading: root)
        }
        var known =
            people[person] ?? KnownPerson(person: person, household: household, introducedBy: introducer)
        known.sex = try row.optionalText("sex").flatMap(Sex.init(rawValue:))
        known.dateOfBirth = try row.optionalDate("date_of_birth").map(CalendarDate.init(daysSinceEpoch:))
        known.expectedDateOfBirth = try row.optionalDate("expected_date_of_birth").map(
            CalendarDate.init(daysSinceEpoch:))
        known.nhsNumber = try row.optionalText("nhs_number")
        people[person] = known
    }

    /// `ref/<agency>/<ref>`
    private mutating func addReference(_ row: Row) throws {
        let person = PersonID(try row.uuid("person"))
        let parts = try row.text("key").split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let agency = AgencyCode(parts[1]), let reference = String(exactBytes: parts[2]) else {
            return
        }
        people[person]?.references[agency] = reference
        people[person]?.referenceCounts[agency, default: 0] += 1
    }

    /// A row of `find-journaled.sql`: an event, one of the rulings on it, or both.
    private mutating func addJournaled(_ row: Row) throws {
        let event = EventIdentity(try row.uuid("event"))
        if journal[event] == nil, let agency = try row.optionalText("agency").flatMap({ AgencyCode($0) }) {
            journal[event] = JournalEntry(
                event: event, agency: agency, eventID: try row.text("event_id"), eventType: try row.text("event_type"),
                happenedAt: Instant(microsecondsSinceEpoch: try row.timestamp("happened_at")),
                recordedAt: Instant(microsecondsSinceEpoch: try row.timestamp("recorded_at")),
                digest: try row.bytes("digest"),
                attempt: Int(try row.int4("attempt")),
                asked: Asked(
                    place: RecordPlace(
                        partition: Int(try row.int4("record_partition")), offset: try row.int8("record_offset")),
                    correlationID: try row.optionalText("correlation_id"),
                    causationID: try row.optionalText("causation_id"),
                    traceparent: try row.optionalText("traceparent")), content: [],
                ignored: try row.optionalText("ignored")?.split(separator: "\n").map(String.init) ?? [],
                askers: try row.optionalBytes("askers").flatMap { Askers(document: $0)?.askers } ?? [])
        }
        guard let reference = try row.optionalUUID("reference") else { return }
        rulings[event, default: []].append(
            KeptRuling(
                reference: reference, recordedAt: Instant(microsecondsSinceEpoch: try row.timestamp("ruled_at")),
                refusal: try row.optionalBytes("refusal")))
    }

    private mutating func addWaiting(_ row: Row) throws {
        let subject = try row.text("subject")
        guard let agency = AgencyCode(try row.text("agency")) else { return }
        var fact: Fact?
        if let eventID = try row.optionalText("event_id"), let happened = try row.optionalTimestamp("happened_at"),
            let content = try row.optionalBytes("content")
        {
            fact = WaitingEvent.fact(
                of: agency, eventID, happenedAt: Instant(microsecondsSinceEpoch: happened), reading: content)
        }
        waiting[subject, default: []].append(
            WaitingEvent(
                event: EventIdentity(try row.uuid("event")), subject: subject, agency: agency,
                until: try row.optionalTimestamp("due_at").map(Instant.init(microsecondsSinceEpoch:)), fact: fact,
                reference: try row.optionalUUID("reference"), isForwarded: try row.bool("is_forwarded")))
    }

    private mutating func addAttested(_ row: Row) throws {
        guard let agency = AgencyCode(try row.text("agency")),
            let contacts = (try? JSONDocument(parsing: try row.bytes("contacts")))?.root.elements
        else { return }
        attested[agency] = Attested(
            on: CalendarDate(daysSinceEpoch: try row.date("attested_on")),
            contacts: contacts.compactMap(Attested.Contact.init))
    }

    private mutating func addOverdue(_ row: Row) throws {
        let subject = try row.text("subject")
        guard let agency = AgencyCode(try row.text("agency")) else { return }
        waiting[subject, default: []].append(
            WaitingEvent(
                event: EventIdentity(try row.uuid("event")), subject: subject, agency: agency, until: nil, fact: nil))
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
