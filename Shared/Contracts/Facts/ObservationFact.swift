import JSON
import Safeguarding

/// An agency saw, did or learnt something about the children. Its texts, its people and its identifier stay at intake (K4).
public struct ObservationFact: ServiceEvent {
    /// The type of the agency's event, without `keepsight.` and its version: `contact.made`.
    public let kind: String
    /// When it was.
    public let at: Instant

    /// An agency saw, did or learnt something about the children.
    public init(kind: String, at: Instant) {
        self.kind = kind
        self.at = at
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "observation.recorded", "An agency saw, did or learnt something about the children; its texts stay at intake.",
        from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"kind": "contact.made", "at": "2026-11-20T10:00:00Z"}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        ObservationFact.init,
        required("kind", \.kind, .line(100), "What kind of observation: the type without its prefix and version."),
        required("at", \.at, .instant(), "When it was."))
}
