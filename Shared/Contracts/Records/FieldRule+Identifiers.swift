import JSON
import Safeguarding

extension FieldRule where Value == AgencyCode {
    /// An agency's code. Whether there is such an agency is policy's to say.
    public static func agency() -> FieldRule {
        FieldRule(
            FieldShape(
                schema: ["$ref": "#/$defs/line", "pattern": "^[a-z](?:-?[a-z0-9])+$", "maxLength": 40],
                words: "agency's code of 2 to 40 lower-case letters, digits and hyphens",
                beyondSchema: ["an agency of the partnership"]),
            read: { $0.agency(&$1) }, write: { $1.string($0.text) })
    }
}

extension FieldRule where Value == NHSNumber {
    static func nhsNumber() -> FieldRule {
        .identifier(
            20, pattern: "^[0-9 ]{10,20}$", "NHS number of ten digits, spaces allowed",
            beyondSchema: ["its check digit"],
            refusal: "This is not an NHS number: ten digits, of which the last is a check digit.",
            parse: { NHSNumber($0) }, text: \.text
        ).excluding("^(?:[0 ]+|[1 ]+|[2 ]+|[3 ]+|[4 ]+|[5 ]+|[6 ]+|[7 ]+|[8 ]+|[9 ]+)$", "not one digit ten times")
    }
}

extension FieldRule where Value == UniquePupilNumber {
    static func upn() -> FieldRule {
        .identifier(
            20, pattern: "^[A-Z][0-9]{11}[0-9A-Z]$", "unique pupil number of 13 characters",
            beyondSchema: ["its check letter"],
            refusal: "This is not a unique pupil number: a check letter, eleven digits, and a digit or letter.",
            parse: { UniquePupilNumber($0) }, text: \.text
        ).excluding("^[A-Z](?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)[0-9A-Z]$", "not one digit eleven times")
    }
}

extension FieldRule where Value == Postcode {
    static func postcode() -> FieldRule {
        .identifier(
            10, pattern: "^ *[A-Za-z](?: *[A-Za-z0-9]){1,3} *[0-9](?: *[A-Za-z]){2} *$", "UK postcode",
            limitInSchema: true, refusal: "This is not a UK postcode.", parse: { Postcode($0) }, text: \.text)
    }
}

extension FieldRule where Value == PersonID {
    /// A child by a handle of ours.
    public static func personID() -> FieldRule {
        .identifier(
            200, pattern: "^[0-9a-f]{32}$", "32 hexadecimal digits", refusal: "Give 32 hexadecimal digits.",
            parse: { PersonID($0) }, text: \.text)
    }
}

extension FieldRule where Value == ChildHandle {
    /// A child by a receiver's handle of it.
    static func childHandle() -> FieldRule {
        .identifier(
            200, pattern: "^[0-9a-f]{32}$", "32 hexadecimal digits", refusal: "Give the handle as the notice has it.",
            parse: { ChildHandle($0) }, text: \.text)
    }
}

extension FieldRule where Value == NoticeID {
    /// A notice that we have sent.
    public static func noticeID() -> FieldRule {
        handedOut("n1", refusal: "Give the noticeId as the notice has it.", parse: { NoticeID($0) }, text: \.text)
    }
}

extension FieldRule where Value == EscalationID {
    /// An escalation that a notice has named.
    public static func escalationID() -> FieldRule {
        handedOut(
            "x1", refusal: "Give the escalationId as the notice has it.", parse: { EscalationID($0) }, text: \.text)
    }
}

extension FieldRule where Value == ScreeningItemID {
    /// An item of the screening queue.
    public static func screeningItemID() -> FieldRule {
        handedOut("s1", refusal: "Give the itemId as the queue has it.", parse: { ScreeningItemID($0) }, text: \.text)
    }
}

extension FieldRule where Value == InformationRequestID {
    /// A question that a notice has named.
    public static func informationRequestID() -> FieldRule {
        handedOut(
            "q1", refusal: "Give the requestId as the notice has it.", parse: { InformationRequestID($0) },
            text: \.text)
    }
}

extension FieldRule {
    /// An identifier that we hand out and get back as it was.
    private static func handedOut(
        _ prefix: String, refusal: String, parse: @escaping @Sendable (String) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) -> FieldRule {
        .identifier(
            200, pattern: "^\(prefix)-[0-9a-f]{32}-[0-9a-f]{32}$", "identifier of ours, as it was given",
            refusal: refusal, parse: parse, text: text)
    }
}

extension FieldRule where Value == HouseholdID {
    /// A household by its opaque identifier.
    static func householdID() -> FieldRule {
        .identifier(
            200, pattern: "^[0-9a-f]{32}$", "32 hexadecimal digits", refusal: "Give 32 hexadecimal digits.",
            parse: { HouseholdID($0) }, text: \.text)
    }
}

extension FieldRule where Value == NoticeReference {
    /// A notice as e-mails and webhooks name it.
    static func noticeReference() -> FieldRule {
        .identifier(
            200, pattern: "^[0-9a-f]{4}(?:-[0-9a-f]{4}){3}$", "four groups of four hexadecimal digits",
            refusal: "Four groups of four digits.", parse: { NoticeReference($0) }, text: \.text)
    }
}
