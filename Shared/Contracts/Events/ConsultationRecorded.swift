import Safeguarding

/// `consultation.recorded`: an agency was consulted about a decision, and this is its view (domain.md row A2).
public struct ConsultationRecorded: EventPayload {
    /// The type that this is the data of.
    public static let type = EventType("consultation.recorded")

    /// Which decision.
    public let decisionID: String
    /// Who was consulted.
    public let agency: AgencyCode
    /// Who spoke for it.
    public let consulted: Person
    /// When.
    public let at: Instant
    /// What it said.
    public let view: ConsultationView
    /// More of what it said.
    public let note: String?

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("decisionId", &reasons)
        let agency = data.requiredAgency("agency", &reasons)
        let consulted = data.requiredPerson("consulted", &reasons)
        let at = data.requiredPastInstant("at", &reasons)
        let view: ConsultationView? = data.requiredEnum("view", &reasons)
        let note = data.optionalText("note", &reasons)
        guard let id, let agency, let consulted, let at, let view, reasons.all.count == before else { return nil }
        decisionID = id
        self.agency = agency
        self.consulted = consulted
        self.at = at
        self.view = view
        self.note = note
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("decisionId", decisionID)
        writer.field("agency", agency.text)
        writer.object("consulted") { consulted.write(to: &$0) }
        writer.field("at", at.rfc3339)
        writer.field("view", view.rawValue)
        writer.field("note", note)
    }
}
