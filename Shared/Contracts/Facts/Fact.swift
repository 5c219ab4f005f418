import JSON
import Safeguarding

/// Something that an agency said, as it travels behind intake: about opaque children of an opaque household, without
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
        /// when intake took it.
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

        static let record = Record(
            Context.init, required("agency", \.agency, .agency(), "Whose event it comes from."),
            required("eventId", \.eventID, .line(), "The id of the agency's event."),
            required("eventType", \.eventType, .line(), "The type of the agency's event."),
            required("household", \.household, .householdID(), "The household that it is about."),
            required("happenedAt", \.happenedAt, .instant(), "When it happened."),
            required("recordedAt", \.recordedAt, .instant(), "When intake took it."))
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

        static let record = Record(
            Child.init, required("person", \.person, .personID(), "The child."),
            optional("dateOfBirth", \.dateOfBirth, .date(), "Date of birth."),
            optional(
                "expectedDateOfBirth", \.expectedDateOfBirth, .date(), "When a child that is not born is expected."),
            optional("sex", \.sex, .word(), "Sex; `U` if it is not known."),
            optional(
                "references", \.references, .references(), or: [:], "Each agency's own reference of the child."))
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
        let head = Head.record.read(event.data, &reasons)
        let body = FactBody(reading: event.data, type: event.envelope.type, &reasons)
        guard let head, let body, reasons.isEmpty else {
            throw EventRefusal(reasons, eventID: event.envelope.id, eventType: event.envelope.type)
        }
        self.init(context: head.context, children: head.children, body: body)
    }

    /// Writes the members of the data object.
    public func write(to writer: inout JSONWriter) {
        Head.record.write(Head(context: context, children: children), &writer)
        body.write(to: &writer)
    }

    /// What every fact has, beside its body.
    struct Head: Sendable {
        let context: Context
        let children: [Child]

        static let record = Record(
            Head.init, required("fact", \.context, .object(Context.record), "Where the fact comes from."),
            required(
                "children", \.children, .list(.object(Child.record), 0...ChildDescription.maximumCount),
                "The children that it is about; none for an answer to a notice."),
            named: "fact")

        /// A head as examples have it.
        static let example = #"""
            {"fact": {"agency": "csc", "eventId": "e1", "eventType": "keepsight.referral.made.v1",
               "household": "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", "happenedAt": "2026-11-20T10:00:00Z",
               "recordedAt": "2026-11-20T10:00:05Z"},
             "children": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "dateOfBirth": "2016-04-11", "sex": "F",
               "references": {"csc": "CSC-1", "health-visiting": "HV-1"}}]}
            """#
    }
}
