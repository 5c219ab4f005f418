/// What is wrong with an event, for programs: kebab-case, stable, listed in the contract's documentation.
public struct RefusalCode: RawRepresentable, Hashable, Sendable {
    /// The code's text.
    public let rawValue: String

    /// A code with its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The record has no value, or an empty one.
    public static let emptyRecord = RefusalCode(rawValue: "empty-record")
    /// The value begins with a byte order mark.
    public static let byteOrderMark = RefusalCode(rawValue: "byte-order-mark")
    /// A text or the whole value is in another encoding than UTF-8.
    public static let notUTF8 = RefusalCode(rawValue: "not-utf-8")
    /// The value begins with what a schema registry's serializer writes.
    public static let schemaRegistryPrefix = RefusalCode(rawValue: "schema-registry-prefix")
    /// The value is compressed by its producer's own code.
    public static let compressedValue = RefusalCode(rawValue: "compressed-value")
    /// The record holds a list of events.
    public static let eventBatch = RefusalCode(rawValue: "event-batch")
    /// JSON stands in a JSON string.
    public static let jsonInAString = RefusalCode(rawValue: "json-in-a-string")
    /// Attributes stand in headers that are named as they are over HTTP.
    public static let httpHeaders = RefusalCode(rawValue: "http-headers")
    /// Kafka Connect's `{"schema": …, "payload": …}`.
    public static let connectEnvelope = RefusalCode(rawValue: "connect-envelope")
    /// The bytes are not a JSON document.
    public static let invalidJSON = RefusalCode(rawValue: "invalid-json")
    /// The document is not a CloudEvent 1.0.
    public static let notACloudEvent = RefusalCode(rawValue: "not-a-cloudevent")
    /// The event is larger than 256 KiB.
    public static let oversize = RefusalCode(rawValue: "oversize")
    /// The document is nested deeper than 32 levels.
    public static let tooDeep = RefusalCode(rawValue: "too-deep")
    /// An attribute or a field that must be there is not.
    public static let missingField = RefusalCode(rawValue: "missing-field")
    /// A field has another JSON type than it must have.
    public static let wrongType = RefusalCode(rawValue: "wrong-type")
    /// A text that must say something is empty.
    public static let emptyValue = RefusalCode(rawValue: "empty-value")
    /// A control character stands in a text, or a line feed or tab where one line is asked for.
    public static let controlCharacter = RefusalCode(rawValue: "control-character")
    /// A character that changes the direction of what is shown stands in an identifier, a name or a role.
    public static let bidirectionalOverride = RefusalCode(rawValue: "bidirectional-override")
    /// Not base64 (RFC 4648).
    public static let invalidBase64 = RefusalCode(rawValue: "invalid-base64")
    /// A text is longer than its limit.
    public static let tooLong = RefusalCode(rawValue: "too-long")
    /// A list has more entries than its limit.
    public static let tooMany = RefusalCode(rawValue: "too-many")
    /// A list has fewer entries than it needs.
    public static let tooFew = RefusalCode(rawValue: "too-few")
    /// A number, a moment or a date is outside of its range.
    public static let outOfRange = RefusalCode(rawValue: "out-of-range")
    /// A value is not one of those that are allowed.
    public static let notAllowed = RefusalCode(rawValue: "not-allowed")
    /// Not a date `YYYY-MM-DD` that exists.
    public static let invalidDate = RefusalCode(rawValue: "invalid-date")
    /// Not an RFC 3339 instant with an offset.
    public static let invalidInstant = RefusalCode(rawValue: "invalid-instant")
    /// An identifier that fails its form or its check digit.
    public static let invalidIdentifier = RefusalCode(rawValue: "invalid-identifier")
    /// A moment that has happened lies more than five minutes ahead, or a day that has come has not.
    public static let futureTime = RefusalCode(rawValue: "future-time")
    /// The type is not one that agencies publish.
    public static let unknownType = RefusalCode(rawValue: "unknown-type")
    /// The source is not the agency that owns the topic.
    public static let sourceNotTopicAgency = RefusalCode(rawValue: "source-not-topic-agency")
    /// The agency is not one of the partnership's.
    public static let unknownAgency = RefusalCode(rawValue: "unknown-agency")
    /// This agency may not publish this type.
    public static let notAuthorised = RefusalCode(rawValue: "not-authorised")
    /// The same source and id came before with other content.
    public static let duplicateIDDifferentContent = RefusalCode(rawValue: "duplicate-id-different-content")
    /// The same thing is named twice.
    public static let duplicateEntry = RefusalCode(rawValue: "duplicate-entry")
    /// The agency has used the identifier before, in an event that was accepted.
    public static let identifierTaken = RefusalCode(rawValue: "identifier-taken")
    /// An operator has discarded the event, or replaced it by another: a service could not handle it.
    public static let discardedByOperator = RefusalCode(rawValue: "discarded-by-operator")
    /// `from` is not the child's recorded level.
    public static let staleDecision = RefusalCode(rawValue: "stale-decision")
    /// A child has no rationale of its own.
    public static let rationaleMissing = RefusalCode(rawValue: "rationale-missing")
    /// Nothing is known under this identifier.
    public static let unknownSubject = RefusalCode(rawValue: "unknown-subject")
}
