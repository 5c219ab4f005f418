import JSON
import Safeguarding

/// `contacts.attested`: an agency says again who answers for it at each stage of an escalation (row B3). It is about no
/// child.
public struct ContactsAttested: AgencyEvent {
    /// Who answers at a stage.
    public struct Contact: Sendable, Hashable {
        /// From 1.
        public let stage: Int
        /// The practitioner's name.
        public let name: String
        /// What they are.
        public let role: String

        static let record = Record(
            Contact.init,
            required("stage", \.stage, .integer(1...9), "The stage of an escalation, from 1."),
            required("name", \.name, .line(), "The practitioner's name."),
            required("role", \.role, .line(), "What the practitioner is."))

        /// Writes the contact as an object.
        public func write(to writer: inout JSONWriter) { FieldRule.object(Contact.record).write(self, &writer) }
    }

    /// Contacts of one event at the most.
    public static let maximumContacts = 50

    /// Who answers for it that this is so.
    public let by: Person
    /// From which day it is so.
    public let attestedOn: CalendarDate
    /// At least one for each stage.
    public let contacts: [Contact]
    /// When staff were last trained in escalation, if the agency says so.
    public let trainingOn: CalendarDate?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "contacts.attested", "An agency says again who answers for it at each stage of an escalation.",
        rows: ["B3"], publishers: .anyAgency, answeredBy: .referralIntake,
        example: #"""
            {
              "by": {"name": "Kit Example", "role": "service lead"},
              "attestedOn": "2026-11-20",
              "contacts": [
                {"stage": 1, "name": "Tess Example", "role": "health visitor"},
                {"stage": 2, "name": "Kit Example", "role": "service lead"},
                {"stage": 3, "name": "Jo Example", "role": "named nurse"},
                {"stage": 4, "name": "Ash Example", "role": "director of nursing"},
                {"stage": 5, "name": "Ash Example", "role": "director of nursing"}
              ],
              "trainingOn": "2026-09-14"
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ContactsAttested.init,
        required("by", \.by, .person(), "Who answers for it that this is so."),
        required("attestedOn", \.attestedOn, .pastDate(), "From which day it is so."),
        required(
            "contacts", \.contacts, .list(.object(Contact.record), 1...maximumContacts),
            "At least one for each stage."),
        optional("trainingOn", \.trainingOn, .pastDate(), "When staff were last trained in escalation."))

    /// Whom it is about.
    public var subjects: EventSubjects { .agency }
}
