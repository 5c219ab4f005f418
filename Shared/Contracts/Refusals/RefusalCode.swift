/// What is wrong with an event, for programs: kebab-case, stable, listed in the contract's documentation.
public struct RefusalCode: RawRepresentable, Hashable, Sendable {
    /// The code's text.
    public let rawValue: String

    /// A code with its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

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
    /// A text is longer than its limit.
    public static let tooLong = RefusalCode(rawValue: "too-long")
    /// A list has more entries than its limit.
    public static let tooMany = RefusalCode(rawValue: "too-many")
    /// A list has fewer entries than it needs.
    public static let tooFew = RefusalCode(rawValue: "too-few")
    /// A number is outside of its range.
    public static let outOfRange = RefusalCode(rawValue: "out-of-range")
    /// A value is not one of those that are allowed.
    public static let notAllowed = RefusalCode(rawValue: "not-allowed")
    /// Not a date `YYYY-MM-DD` that exists.
    public static let invalidDate = RefusalCode(rawValue: "invalid-date")
    /// Not an RFC 3339 instant with an offset.
    public static let invalidInstant = RefusalCode(rawValue: "invalid-instant")
    /// An identifier that fails its form or its check digit.
    public static let invalidIdentifier = RefusalCode(rawValue: "invalid-identifier")
    /// The event's time lies more than five minutes ahead.
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
    /// `from` is not the child's recorded level.
    public static let staleDecision = RefusalCode(rawValue: "stale-decision")
    /// A child has no rationale of its own.
    public static let rationaleMissing = RefusalCode(rawValue: "rationale-missing")
    /// Nothing is known under this identifier.
    public static let unknownSubject = RefusalCode(rawValue: "unknown-subject")
    /// What is referred to belongs to another agency.
    public static let ofAnotherAgency = RefusalCode(rawValue: "of-another-agency")
}
