import Safeguarding

/// `contacts.attested`: an agency says again who answers for it at each stage of an escalation (row B3). It is about no
/// child.
public struct ContactsAttested: EventPayload {
    /// Who answers at a stage.
    public struct Contact: Sendable, Hashable {
        /// From 1.
        public let stage: Int
        /// The practitioner's name.
        public let name: String
        /// What they are.
        public let role: String
    }

    /// The type that this is the data of.
    public static let type = EventType("contacts.attested")
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

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let by = data.requiredPerson("by", &reasons)
        let on = data.requiredPastDate("attestedOn", &reasons)
        let contacts = data.requiredArray("contacts", count: 1...ContactsAttested.maximumContacts, &reasons)?
            .compactMap { Contact(reading: $0, &reasons) }
        let training = data.optionalPastDate("trainingOn", &reasons)
        guard let by, let on, let contacts, reasons.all.count == before else { return nil }
        (self.by, attestedOn, self.contacts, trainingOn) = (by, on, contacts, training)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.object("by") { by.write(to: &$0) }
        writer.field("attestedOn", attestedOn.description)
        writer.array("contacts", contacts) { $1.write(to: &$0) }
        writer.field("trainingOn", trainingOn?.description)
    }
}

extension ContactsAttested.Contact {
    fileprivate init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        guard let object = value.object(&reasons) else { return nil }
        let stage = object.requiredInteger("stage", in: 1...9, &reasons)
        let name = object.requiredString("name", &reasons)
        let role = object.requiredString("role", &reasons)
        guard let stage, let name, let role else { return nil }
        self.init(stage: stage, name: name, role: role)
    }

    /// Writes the contact as an object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("stage", stage)
        writer.field("name", name)
        writer.field("role", role)
        writer.endObject()
    }
}
