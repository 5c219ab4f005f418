import JSON
import Safeguarding

/// An agency has said who answers for it at each stage. Their names stay at the door.
public struct AttestationFact: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("attestation-fact.recorded")

    /// From which day it is so.
    public let attestedOn: CalendarDate

    /// An agency has said who answers for it.
    public init(attestedOn: CalendarDate) {
        self.attestedOn = attestedOn
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        guard let on = data.requiredDate("attestedOn", &reasons) else { return nil }
        self.init(attestedOn: on)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("attestedOn", attestedOn.description)
    }
}

extension HouseholdID {
    /// Where an agency's own matters run, in an order of their own: they are about no household, and what happens in one
    /// order has the identifier of one. It is derived from the agency's code and can be no household's by chance.
    public static func matters(of agency: AgencyCode) -> HouseholdID {
        HouseholdID(digest: SHA256.digest(of: "matters-of-agency", agency.text))
    }
}
