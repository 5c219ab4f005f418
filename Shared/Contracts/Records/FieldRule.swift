import JSON

/// What one value may be: how it is read with everything that stands against it, how it is written, and how it is described.
public struct FieldRule<Value: Sendable>: Sendable {
    let read: @Sendable (JSONValue, inout RefusalReasons) -> Value?
    let write: @Sendable (Value, inout JSONWriter) -> Void
    let shape: FieldShape
    /// Adds what nobody knows in the value; `nil` where there is nothing inside.
    let findUnknown: (@Sendable (JSONValue, inout UnknownKeys) -> Void)?
    /// What is said if the member is not there, where that is something else than of most.
    let missing: RefusalTerm?

    init(
        _ shape: FieldShape, findUnknown: (@Sendable (JSONValue, inout UnknownKeys) -> Void)? = nil,
        read: @escaping @Sendable (JSONValue, inout RefusalReasons) -> Value?,
        write: @escaping @Sendable (Value, inout JSONWriter) -> Void, missing: RefusalTerm? = nil
    ) {
        self.missing = missing
        self.read = read
        self.write = write
        self.shape = shape
        self.findUnknown = findUnknown
    }
}

extension FieldRule {
    /// The same rule, whose reader refuses what fits this pattern as well.
    func excluding(_ pattern: String, _ words: String) -> FieldRule {
        var shape = shape
        shape.schema = shape.schema.with("not", ["pattern": .string(pattern)])
        shape.words += ", " + words
        return FieldRule(shape, read: read, write: write, missing: missing)
    }
}

/// What is wrong, for programs and for people.
struct RefusalTerm: Sendable {
    let code: RefusalCode
    let message: String

    init(_ code: RefusalCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// Keys of an event that its type does not have: they are kept, ignored, and listed on its receipt.
public struct UnknownKeys: Sendable, Equatable {
    /// Keys that are listed; a sender who reads some of them knows enough.
    public static let maximum = 20

    /// JSON Pointers from the event's root, in the order of the event.
    public private(set) var pointers: [String] = []

    /// None.
    public init() {}

    mutating func add(_ value: JSONValue) {
        guard pointers.count < UnknownKeys.maximum else { return }
        add(value.pointer)
    }

    mutating func add(_ pointer: String) {
        guard pointers.count < UnknownKeys.maximum else { return }
        let pointer = RefusalReasons.fit(pointer)
        if !pointers.contains(pointer) { pointers.append(pointer) }
    }
}

// MARK: Texts

extension FieldRule where Value == String {
    /// A text of one line that says something: an identifier, a name, a role.
    public static func line(_ maximumCharacters: Int = 200) -> FieldRule {
        FieldRule(
            FieldShape(
                schema: ["$ref": "#/$defs/line", "maxLength": .int(maximumCharacters)],
                words: "one line of at most \(maximumCharacters) characters"),
            read: { $0.text(maximumCharacters, &$1) }, write: { $1.string($0) })
    }

    /// A text of one or more lines, in any script, that says something.
    public static func text(_ maximumCharacters: Int = 20_000) -> FieldRule {
        FieldRule(
            FieldShape(
                schema: ["$ref": "#/$defs/text", "maxLength": .int(maximumCharacters)],
                words: "text of at most \(maximumCharacters.grouped) characters, line feeds and tabs allowed"),
            read: { $0.text(maximumCharacters, isLong: true, &$1) }, write: { $1.string($0) })
    }

    /// One line of 1 to so many digits.
    static func digits(_ maximumCharacters: Int, _ refusal: String) -> FieldRule {
        FieldRule.line(maximumCharacters).refined(
            pattern: "^[0-9]{1,\(maximumCharacters)}$", "1 to \(maximumCharacters) digits"
        ) {
            text, value, reasons in
            let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            if isNumber, text.utf8.contains(where: { $0 != 0x30 }) { return text }
            reasons.add(.invalidIdentifier, at: value.pointer, refusal)
            return nil
        }.excluding("^0+$", "not all of them 0")
    }

    /// The same rule, and whatever else has to be so.
    func refined(
        pattern: String? = nil, _ words: String,
        _ check: @escaping @Sendable (String, JSONValue, inout RefusalReasons) -> String?
    ) -> FieldRule {
        var shape = shape
        shape.words = words
        if let pattern { shape.schema = shape.schema.with("pattern", .string(pattern)) }
        let rule = self
        return FieldRule(
            shape, read: { value, reasons in rule.read(value, &reasons).flatMap { check($0, value, &reasons) } },
            write: write)
    }
}

extension FieldRule {
    /// An identifier that has a form of its own.
    ///
    /// - Parameters:
    ///   - pattern: the form, as far as a pattern can say it
    ///   - parse: `nil` unless the text has the form
    ///   - refusal: what to do about another text
    public static func identifier(
        _ maximumCharacters: Int, pattern: String, _ words: String, beyondSchema: [String] = [],
        limitInSchema: Bool = false, refusal: String, parse: @escaping @Sendable (String) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) -> FieldRule {
        var schema: JSONTree = ["$ref": "#/$defs/line", "pattern": .string(pattern)]
        if limitInSchema { schema = schema.with("maxLength", .int(maximumCharacters)) }
        return FieldRule(
            FieldShape(schema: schema, words: words, beyondSchema: beyondSchema),
            read: { value, reasons in
                guard let given = value.text(maximumCharacters, &reasons) else { return nil }
                guard let parsed = parse(given) else {
                    reasons.add(.invalidIdentifier, at: value.pointer, refusal)
                    return nil
                }
                return parsed
            }, write: { $1.string(text($0)) })
    }
}

extension FieldRule where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One of a fixed list of words.
    public static func word() -> FieldRule {
        let words = Value.allCases.map(\.rawValue)
        return FieldRule(
            FieldShape(
                schema: ["enum": .strings(words)], words: "one of " + words.map { "`\($0)`" }.joined(separator: ", ")),
            read: { $0.word(&$1) }, write: { $1.string($0.rawValue) })
    }
}

// MARK: Numbers and booleans

extension FieldRule where Value == Int {
    /// A whole number within a range.
    public static func integer(_ range: ClosedRange<Int>) -> FieldRule {
        FieldRule(
            FieldShape(
                schema: ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)],
                words: "whole number from \(range.lowerBound.grouped) to \(range.upperBound.grouped)"),
            read: { $0.integer(in: range, &$1) }, write: { $1.int($0) })
    }
}

extension FieldRule where Value == Bool {
    /// `true` or `false`
    public static func bool() -> FieldRule {
        FieldRule(
            FieldShape(schema: ["type": "boolean"], words: "`true` or `false`"), read: { $0.boolean(&$1) },
            write: { $1.bool($0) })
    }
}

extension Int {
    /// `20,000`
    var grouped: String {
        var groups: [String] = []
        var rest = magnitude
        while rest >= 1000 {
            let group = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - group.utf8.count) + group)
            rest /= 1000
        }
        return (self < 0 ? "-" : "") + ([String(rest)] + groups.reversed()).joined(separator: ",")
    }
}
