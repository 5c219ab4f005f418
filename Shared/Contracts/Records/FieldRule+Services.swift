import JSON
import Safeguarding

// What only services say to each other and to agencies.

extension FieldRule where Value == [AgencyCode: String] {
    /// Each agency's own reference of a child.
    public static func references() -> FieldRule { .byAgency(.line(100)) }
}

extension FieldRule where Value == [PartyReason] {
    /// Why an agency is party. A word that a later version adds is passed over: whoever is named is told all the same.
    static func partyReasons() -> FieldRule {
        FieldRule(
            FieldShape(
                schema: [
                    "type": "array", "maxItems": 3, "items": ["$ref": "#/$defs/line", "maxLength": 20],
                ], words: "attendee, referrer or involved; a word that a later version adds is passed over"),
            read: { value, reasons in
                value.array(0...3, &reasons)?.compactMap { $0.text(20, &reasons).flatMap(PartyReason.init(rawValue:)) }
            },
            write: { because, writer in
                writer.beginArray()
                for word in because.map(\.rawValue).sorted() { writer.string(word) }
                writer.endArray()
            })
    }
}

extension FieldRule where Value == Set<PartyReason> {
    /// The same, without order.
    static func partyReasons() -> FieldRule {
        let list = FieldRule<[PartyReason]>.partyReasons()
        return FieldRule(
            list.shape, read: { list.read($0, &$1).map { Set($0) } }, write: { list.write(Array($0), &$1) })
    }
}

extension FieldRule where Value == Int64 {
    /// A record's offset within its partition, or a number of ours that no other is like.
    public static func offset() -> FieldRule {
        FieldRule(
            FieldShape(schema: ["type": "integer", "minimum": 0], words: "whole number from 0"),
            read: { $0.integer(in: 0...Int.max, &$1).map(Int64.init) }, write: { $1.int(Int(clamping: $0)) })
    }
}

extension FieldRule where Value == RefusalReason {
    /// Something that stands against an event.
    public static func reason() -> FieldRule { .object(RefusalReason.record) }
}

extension FieldRule where Value == RefusalCode {
    /// What is wrong, for programs; also one that a later version adds.
    static func refusalCode() -> FieldRule {
        let line = FieldRule<String>.line()
        return FieldRule(
            line.shape, read: { line.read($0, &$1).map { RefusalCode(rawValue: $0) } },
            write: { line.write($0.rawValue, &$1) })
    }
}

extension FieldRule where Value == String {
    /// A JSON Pointer, which may be empty.
    static func pointer() -> FieldRule { verbatim("JSON Pointer; empty for the whole") }

    /// A string exactly as somebody gave it, whatever is in it: what is only given back.
    public static func verbatim(_ words: String = "string as it was given") -> FieldRule {
        FieldRule(
            FieldShape(schema: ["type": "string", "maxLength": 20_000], words: words),
            read: { value, reasons in
                if let text = value.string { return text }
                reasons.add(.wrongType, at: value.pointer, "Give a string.")
                return nil
            }, write: { $1.string($0) })
    }
}

extension RefusalReason {
    static let record = Record(
        RefusalReason.init(path:code:message:),
        required("path", \.path, .pointer(), "The place, from the event's root."),
        required("code", \.code, .refusalCode(), "What is wrong, for programs."),
        required("message", \.message, .text(2000), "What is wrong and what to do, for people."),
        named: "refusalReason")

    /// Reads what `write` wrote; `nil` exactly when reasons were added.
    public init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        guard let reason = RefusalReason.record.read(value, &reasons) else { return nil }
        self = reason
    }

    /// Writes an object.
    public func write(to writer: inout JSONWriter) { FieldRule.reason().write(self, &writer) }
}
