/// What a service says to another or to an agency, declared once. Reader, writer, schema, examples, fuzz targets and contract
/// tests come from the declaration.
public protocol ServiceEvent: RecordedPayload {
    /// What is so of every event of the type, and examples.
    static var terms: ServiceTerms { get }
}

extension ServiceEvent {
    /// The type that this is the data of.
    public static var type: EventType { terms.type }
}

/// What is so of every event of a type that services publish.
public struct ServiceTerms: Sendable {
    /// Data that is valid, as JSON: of a fact without what every fact has.
    public struct Example: Sendable {
        let name: String
        let data: String

        /// Data and what it shows: `full` has every field that goes together.
        public init(_ name: String, _ data: String) { (self.name, self.data) = (name, data) }
    }

    /// Which type.
    public let type: EventType
    /// What an event of the type says, in a sentence.
    public let summary: String
    /// The service that examples come from.
    public let source: String
    /// Examples, one for each form.
    public let examples: [Example]

    /// What is so of every event of a type.
    public init(_ name: String, major: Int = 1, _ summary: String, from source: String, examples: [Example]) {
        type = EventType(name, major: major)
        (self.summary, self.source, self.examples) = (summary, source, examples)
    }
}

/// What services say to each other and to agencies, but for the facts (`FactBody.types`).
public enum ServiceEvents {
    /// Every type.
    public static let all: [any ServiceEvent.Type] = [
        ReceiptAccepted.self, ReceiptRefused.self, NoticeIssued.self, ReferralOutcome.self,
        NoticeDue.self, AnswerTaken.self, RatingLowered.self, EventRuling.self, ScreeningItemUpdated.self,
    ]
}
