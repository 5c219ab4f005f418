import JSON
import Safeguarding

/// An event that an agency publishes, declared once. Reader, writer, schema, AsyncAPI, the reference, the authorisation
/// table, examples, fuzz targets and contract tests come from the declaration.
public protocol AgencyEvent: RecordedPayload {
    /// What else is so of every event of the type.
    static var terms: EventTerms { get }
    /// Whom it is about, and what it names.
    var subjects: EventSubjects { get }
    /// The identifier that its agency has chosen for what it says, if there is one (I1). A type that has an identifier of its
    /// own declares it here, and a second event under an identifier that is taken is refused; a test walks the catalogue.
    var ownIdentifier: OwnIdentifier? { get }
}

extension AgencyEvent {
    /// The type that this is the data of.
    public static var type: EventType { terms.type }

    /// Most types name what others have named.
    public var ownIdentifier: OwnIdentifier? { nil }
}

/// An identifier that an agency chooses for what its event is about, unique within the agency (I1).
public struct OwnIdentifier: Sendable, Equatable {
    /// Of what: `referral`. Types that share a kind share their identifiers.
    public let kind: String
    /// The identifier.
    public let text: String
    /// The field of the data that has it: `referralId`.
    public let field: String
    /// What the agency does instead of publishing something else under it: sentences.
    public let advice: String

    /// An identifier of a kind.
    public init(_ kind: String, _ text: String, field: String, advice: String) {
        self.kind = kind
        self.text = text
        self.field = field
        self.advice = advice
    }
}

/// What is so of every event of a type.
public struct EventTerms: Sendable {
    /// Which type.
    public let type: EventType
    /// What an event of the type says, in a sentence.
    public let summary: String
    /// The rows of domain.md for which there is the type.
    public let rows: [String]
    /// Who may publish it, unless a policy says otherwise (T4).
    public let publishers: Publishers
    /// Who answers it.
    public let adjudicator: Adjudicator
    /// The data of an event that is valid, with every field: JSON.
    public let example: String

    /// What is so of every event of a type.
    public init(
        _ name: String, major: Int = 1, _ summary: String, rows: [String], publishers: Publishers,
        answeredBy adjudicator: Adjudicator, example: String
    ) {
        type = EventType(name, major: major)
        self.summary = summary
        self.rows = rows
        self.publishers = publishers
        self.adjudicator = adjudicator
        self.example = example
    }

    /// Which service answers an event with its ruling: the one that can judge it.
    public enum Adjudicator: String, Sendable {
        /// Intake itself.
        case referralIntake = "referral-intake"
        /// The decision register.
        case escalationTracker = "escalation-tracker"
        /// The screening desk.
        case mashScreener = "mash-screener"
        /// The book of notices.
        case notifier
    }
}

/// Whom an event is about, and what it names: what intake looks up for it.
public enum EventSubjects: Sendable, Equatable {
    /// Children that may be new.
    case described([ChildDescription])
    /// Children that the agency has introduced.
    case referenced([ChildReference])
    /// Children that a decision is about, which the event brings under an identifier of its agency's.
    case decision(String, children: [ChildReference])
    /// A decision that is, or will be, known under this identifier of an agency's, and the children that the event names.
    case aboutDecision(String, of: AgencyCode, children: [ChildReference])
    /// A request for a conference, and the children that it is about, if the event names them.
    case conference(String, children: [ChildReference])
    /// A household, by an identifier of ours that names it.
    case household(HouseholdID)
    /// No child: the agency's own matters.
    case agency
}
