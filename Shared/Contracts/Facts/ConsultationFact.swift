import JSON
import Safeguarding

/// An agency was consulted about a decision.
public struct ConsultationFact: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("consultation-fact.recorded")

    /// Which decision.
    public let decisionID: String
    /// Who was consulted.
    public let agency: AgencyCode
    /// What the practitioner who spoke for it is.
    public let consultedRole: String
    /// When.
    public let at: Instant
    /// What it said.
    public let view: ConsultationView

    /// An agency was consulted about a decision.
    public init(decisionID: String, agency: AgencyCode, consultedRole: String, at: Instant, view: ConsultationView) {
        self.decisionID = decisionID
        self.agency = agency
        self.consultedRole = consultedRole
        self.at = at
        self.view = view
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let decisionID = data.requiredString("decisionId", &reasons)
        let agency = data.requiredAgency("consultedAgency", &reasons)
        let consultedRole = data.requiredString("consultedRole", &reasons)
        let at = data.requiredInstant("at", &reasons)
        let view: ConsultationView? = data.requiredEnum("view", &reasons)
        guard let decisionID, let agency, let consultedRole, let at, let view, reasons.all.count == before else {
            return nil
        }
        self.init(
            decisionID: decisionID, agency: agency, consultedRole: consultedRole, at: at, view: view)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("decisionId", decisionID)
        writer.field("consultedAgency", agency.text)
        writer.field("consultedRole", consultedRole)
        writer.field("at", at.rfc3339)
        writer.field("view", view.rawValue)
    }
}
