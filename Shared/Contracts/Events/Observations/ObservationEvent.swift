import JSON
import Safeguarding

/// An event that says what an agency saw, did or learnt about children (contract.md section 4, "Observations"). Intake takes in
/// every such type in one way: it finds the children, or meets them if they are described well enough, keeps the event with its
/// texts, and tells the services behind it its kind and its moment (`ObservationFact`). So a new type is its own file and its
/// line in `EventCatalogue.all`.
public protocol ObservationEvent: AgencyEvent {
    /// What the event says to every service.
    var observation: Observation { get }
}

extension ObservationEvent {
    /// Whom it is about.
    public var subjects: EventSubjects { .described(observation.children) }
}

/// What an observation says to every service: about whom it is, and when it was.
public struct Observation: Sendable {
    /// An agency that the event names in a field of its own.
    public struct Named: Sendable {
        /// Its code.
        public let agency: AgencyCode
        /// JSON Pointer of the place, from the event's root.
        public let pointer: String
    }

    /// Children that the agency has introduced, or describes.
    public let children: [ChildDescription]
    /// When it was; `nil` if the event's own time says it.
    public let at: Instant?
    /// Agencies that it names: those of the partnership, or the event is refused.
    public let named: [Named]

    /// What was observed.
    ///
    /// - Parameters:
    ///   - agencies: those that the event names
    ///   - key: the field in which it names them
    public init(
        of children: [ChildDescription], at: Instant? = nil, naming agencies: [AgencyCode] = [],
        in key: StaticString = ""
    ) {
        (self.children, self.at) = (children, at)
        named = agencies.enumerated().map { Named(agency: $0.element, pointer: "/data/\(key)/\($0.offset)") }
    }
}

// MARK: Fields that observations share

/// The children that it is about.
func observedChildren<Root: ObservationEvent>(
    _ member: @escaping @Sendable (Root) -> [ChildDescription]
) -> Field<Root, [ChildDescription]> {
    required(
        "children", member, .children(),
        "Which children: by `ref` alone those whom the agency has introduced, others with what they can be recognised by."
    )
}

/// When it was.
func observedAt<Root: ObservationEvent>(_ member: @escaping @Sendable (Root) -> Instant) -> Field<Root, Instant> {
    required("at", member, .pastInstant(), "When it was.")
}

/// Who saw, did or learnt it.
func observer<Root: ObservationEvent>(_ member: @escaping @Sendable (Root) -> Person) -> Field<Root, Person> {
    required("by", member, .person(), "Who saw, did or learnt it.", reach: .intake)
}

/// What there is to say about it in words.
func observedText<Root: ObservationEvent>(_ member: @escaping @Sendable (Root) -> String?) -> Field<Root, String?> {
    optional("text", member, .text(), "What there is to say about it in words.", reach: .intake)
}
