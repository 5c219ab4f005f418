import JSON
import Safeguarding

/// Something that an agency said, as it travels behind the door: about opaque children of an opaque household, without
/// names, addresses or numbers.
public struct Fact: Sendable, Equatable {
    /// Where the fact comes from.
    public struct Context: Sendable, Equatable {
        /// Who said it.
        public var agency: AgencyCode
        /// The id of the agency's event.
        public var eventID: String
        /// The type of the agency's event.
        public var eventType: String
        /// The household that it is about.
        public var household: HouseholdID
        /// When it happened.
        public var happenedAt: Instant
        /// When the door took it.
        public var recordedAt: Instant

        /// Where a fact comes from.
        public init(
            agency: AgencyCode, eventID: String, eventType: String, household: HouseholdID, happenedAt: Instant,
            recordedAt: Instant
        ) {
            self.agency = agency
            self.eventID = eventID
            self.eventType = eventType
            self.household = household
            self.happenedAt = happenedAt
            self.recordedAt = recordedAt
        }
    }

    /// A child of the household, with what rules may know of it.
    public struct Child: Sendable, Equatable {
        /// The child.
        public var person: PersonID
        /// Date of birth.
        public var dateOfBirth: CalendarDate?
        /// When it is expected, while it is not born.
        public var expectedDateOfBirth: CalendarDate?
        /// Sex.
        public var sex: Sex?
        /// Each agency's own reference of the child.
        public var references: [AgencyCode: String]

        /// A child of the household.
        public init(
            person: PersonID, dateOfBirth: CalendarDate? = nil, expectedDateOfBirth: CalendarDate? = nil,
            sex: Sex? = nil, references: [AgencyCode: String] = [:]
        ) {
            self.person = person
            self.dateOfBirth = dateOfBirth
            self.expectedDateOfBirth = expectedDateOfBirth
            self.sex = sex
            self.references = references
        }
    }

    /// Where it comes from.
    public var context: Context
    /// The children that it is about; none for an answer to a notice.
    public var children: [Child]
    /// What was said.
    public var body: FactBody

    /// A fact.
    public init(context: Context, children: [Child], body: FactBody) {
        self.context = context
        self.children = children
        self.body = body
    }

    /// Reads a fact from an event on `safeguarding.facts`.
    public init(reading event: ReceivedEvent) throws(EventRefusal) {
        var reasons = RefusalReasons()
        let context = Context(reading: event.data, &reasons)
        let children = event.data.requiredArray("children", count: 0...ChildDescription.maximumCount, &reasons)?
            .compactMap { Child(reading: $0, &reasons) }
        let body = FactBody(reading: event.data, type: event.envelope.type, &reasons)
        guard let context, let children, let body, reasons.isEmpty else {
            throw EventRefusal(reasons, eventID: event.envelope.id, eventType: event.envelope.type)
        }
        self.init(context: context, children: children, body: body)
    }

    /// Writes the members of the data object.
    public func write(to writer: inout JSONWriter) {
        writer.object("fact") { context.write(to: &$0) }
        writer.array("children", children) { writer, child in child.write(to: &writer) }
        body.write(to: &writer)
    }
}

extension Fact.Context {
    init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        guard let value = data.requiredObject("fact", &reasons) else { return nil }
        let agency = value.requiredAgency("agency", &reasons)
        let id = value.requiredString("eventId", &reasons)
        let type = value.requiredString("eventType", &reasons)
        let household = value.requiredHousehold(&reasons)
        let happened = value.requiredInstant("happenedAt", &reasons)
        let recorded = value.requiredInstant("recordedAt", &reasons)
        guard let agency, let id, let type, let household, let happened, let recorded else { return nil }
        self.init(
            agency: agency, eventID: id, eventType: type, household: household, happenedAt: happened,
            recordedAt: recorded)
    }

    func write(to writer: inout JSONWriter) {
        writer.field("agency", agency.text)
        writer.field("eventId", eventID)
        writer.field("eventType", eventType)
        writer.field("household", household.text)
        writer.field("happenedAt", happenedAt.rfc3339)
        writer.field("recordedAt", recordedAt.rfc3339)
    }
}

extension Fact.Child {
    init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        guard let object = value.object(&reasons), let person = object.requiredPersonID("person", &reasons) else {
            return nil
        }
        self.init(
            person: person, dateOfBirth: object.optionalDate("dateOfBirth", &reasons),
            expectedDateOfBirth: object.optionalDate("expectedDateOfBirth", &reasons),
            sex: object.optionalEnum("sex", &reasons), references: object.references(&reasons))
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("person", person.text)
        writer.field("dateOfBirth", dateOfBirth?.description)
        writer.field("expectedDateOfBirth", expectedDateOfBirth?.description)
        writer.field("sex", sex?.rawValue)
        writer.references(references)
        writer.endObject()
    }
}
