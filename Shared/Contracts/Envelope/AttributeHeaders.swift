import JSON

/// The attributes' headers of an event in binary mode, the unknown ones too: each stands there once, and what must not stand in
/// a text stands in none of them, nor in their names.
struct AttributeHeaders {
    /// By header name; that of the content type in small letters.
    private(set) var texts: [String: String] = [:]
    /// Names that would be an attribute's in small letters.
    private var miswritten: Set<String> = []

    init(_ headers: [(name: String, value: [UInt8])], _ reasons: inout RefusalReasons) {
        for (name, value) in headers { take(name, value, &reasons) }
        for attribute in ["id", "source", "type", "time"]
        where texts["ce_" + attribute] == nil && miswritten.contains("ce_" + attribute) {
            reasons.add(.missingField, at: "/" + attribute, AttributeHeaders.caseMessage("ce_" + attribute))
        }
    }

    static func caseMessage(_ names: String) -> String {
        "Expected in lower case: \(names). Kafka's header names are case-sensitive, so a header that is written otherwise is "
            + "another one."
    }

    /// Whether a header is none of an attribute, and would be in small letters.
    static func isMiswritten(_ name: String) -> Bool {
        let bytes = name.utf8.prefix(3)
        guard bytes.count == 3, bytes.last == 0x5F, !name.hasPrefix("ce_") else { return false }
        return bytes.first.map { $0 | 0x20 } == 0x63 && bytes.dropFirst().first.map { $0 | 0x20 } == 0x65
    }

    private mutating func take(_ name: String, _ value: [UInt8], _ reasons: inout RefusalReasons) {
        let isContentType = isContentType(name)
        guard isContentType || name.hasPrefix("ce_") else {
            if AttributeHeaders.isMiswritten(name) { miswritten.insert(name.lowercased()) }
            return
        }
        let path = "/" + (isContentType ? "datacontenttype" : escapedPointer(String(name.dropFirst(3))))
        guard TextMarks(name).isDisjoint(with: .unfitForALine) else {
            reasons.add(
                .controlCharacter, at: path,
                "The name of this ce_ header holds a control character, a line break or a character that changes the direction "
                    + "of writing. Take it out.")
            return
        }
        guard let text = String(validating: value, as: UTF8.self) else {
            reasons.add(.notUTF8, at: path, "The attribute's header is not UTF-8. Write headers as UTF-8.")
            return
        }
        reasons.add(TextMarks(text).intersection(.unfitForALine), at: path)
        let key = isContentType ? "content-type" : name
        guard texts[key] == nil else {
            reasons.add(
                .duplicateEntry, at: path,
                "The attribute's header stands there more than once. Send it once; a client may have added its own.")
            return
        }
        texts[key] = text
    }
}
