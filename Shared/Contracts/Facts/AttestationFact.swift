import JSON
import Safeguarding

/// An agency has said who answers for it at each stage. Their names stay at intake.
public struct AttestationFact: ServiceEvent {
    /// From which day it is so.
    public let attestedOn: CalendarDate

    /// An agency has said who answers for it.
    public init(attestedOn: CalendarDate) {
        self.attestedOn = attestedOn
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "attestation-fact.recorded", "An agency has said who answers for it at each stage; their names stay at intake.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"attestedOn": "2026-11-20"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        AttestationFact.init,
        required("attestedOn", \.attestedOn, .date(), "From which day it is so."))
}

extension HouseholdID {
    /// Where an agency's own matters run, in an order of their own: they are about no household, and what happens in one
    /// order has the identifier of one. It is derived from the agency's code and can be no household's by chance.
    public static func agencyStream(of agency: AgencyCode) -> HouseholdID {
        HouseholdID(digest: SHA256.digest(of: "matters-of-agency", agency.text))
    }
}
