import Safeguarding

/// `appointment.not-brought`: children were not taken to an appointment (rows D1, D4).
public struct AppointmentNotBrought: ObservationEvent {
    /// Whose appointment it was.
    public enum Service: String, CaseIterable, Sendable {
        /// A dentist's.
        case dental
        /// For immunisation.
        case immunisation
        /// A general practitioner's.
        case gp
        /// A paediatrician's.
        case paediatric
        /// A mental health service's.
        case mentalHealth = "mental-health"
        /// A test of hearing or sight.
        case hearingSight = "hearing-sight"
        /// A health visitor's.
        case healthVisitor = "health-visitor"
        /// Another one's.
        case other
    }

    /// How the provider's own records have it.
    public enum Coding: String, CaseIterable, Sendable {
        /// The child was not brought.
        case wasNotBrought = "was-not-brought"
        /// As of an adult who did not come.
        case didNotAttend = "did-not-attend"
    }

    /// The sender's identifier of the appointment.
    public let appointmentID: String
    /// Which children were not brought.
    public let children: [ChildDescription]
    /// When the appointment was.
    public let at: Instant
    /// Who says so.
    public let by: Person
    /// Whose appointment it was.
    public let service: Service
    /// How the provider's own records have it.
    public let coded: Coding?
    /// Whether the appointment could not wait.
    public let isUrgent: Bool
    /// More about it.
    public let text: String?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "appointment.not-brought", "Children were not taken to an appointment.",
        rows: ["D1", "D4", "B6"], publishers: .anyAgency, answeredBy: .referralIntake,
        example: #"""
            {
              "appointmentId": "AP-1",
              "children": [{"ref": "DEN-1"}],
              "at": "2026-11-20T10:00:00Z",
              "by": {"name": "Dee Example", "role": "dentist"},
              "service": "dental",
              "coded": "did-not-attend",
              "urgent": true,
              "text": "The third appointment for the same pain."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        AppointmentNotBrought.init,
        required("appointmentId", \.appointmentID, .line(), "The sender's identifier of the appointment."),
        observedChildren(\.children),
        observedAt(\.at),
        observer(\.by),
        required("service", \.service, .word(), "Whose appointment it was."),
        optional("coded", \.coded, .word(), "How the provider's own records have it."),
        optional("urgent", \.isUrgent, .bool(), or: false, "Whether the appointment could not wait."),
        observedText(\.text))

    /// What it says to every service.
    public var observation: Observation { Observation(of: children, at: at) }
}
