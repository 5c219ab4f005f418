import JSON
import Safeguarding

/// What is done for the children was gone through in supervision (row B6).
public struct SupervisionFact: ServiceEvent {
    /// The sender's identifier of the supervision.
    public let supervisionID: String
    /// When it was.
    public let heldAt: Instant
    /// What the person who supervised is.
    public let supervisorRole: String

    /// What is done for the children was gone through in supervision.
    public init(supervisionID: String, heldAt: Instant, supervisorRole: String) {
        self.supervisionID = supervisionID
        self.heldAt = heldAt
        self.supervisorRole = supervisorRole
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "supervision-fact.recorded", "What is done for the children was gone through in supervision.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"supervisionId": "SV-1", "heldAt": "2026-11-20T10:00:00Z", "supervisorRole": "named nurse"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        SupervisionFact.init,
        required("supervisionId", \.supervisionID, .line(), "The sender's identifier of the supervision."),
        required("heldAt", \.heldAt, .instant(), "When it was held."),
        required("supervisorRole", \.supervisorRole, .line(), "What the person who supervised is."))
}
