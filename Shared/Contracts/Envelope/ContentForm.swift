import JSON
import Safeguarding

/// What an event says as bytes, so that two events that say the same have the same bytes (E2): the order of keys, escapes,
/// explicit `null`, a number's spelling, a moment's offset and the content mode make no difference. Every part carries its
/// length or its end, so that no two contents run together.
struct ContentForm {
    private(set) var bytes: [UInt8] = []

    /// Of the envelope, what the event says: its type, when it happened, and whom it names as its subject. `source` and `id`
    /// are its identity. `specversion` and `datacontenttype` are how it is said. `traceparent`, `correlationid`, `causationid`
    /// and extension attributes are about this sending of it: a sender that tries again may set them anew. What stands beside
    /// the data and can be no attribute is content like the data (`OtherAttribute`).
    init(_ event: ReceivedEvent) {
        bytes.reserveCapacity(event.data.rawBytes.count + 128)
        append(text: event.envelope.type)
        append(text: event.envelope.time.rfc3339)
        append(text: event.envelope.subject ?? "")
        append(value: event.data)
        let content = event.others.compactMap { other in other.content.map { (name: other.name, bytes: $0) } }
        for (name, form) in content.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            append(text: name)
            bytes.append(contentsOf: form)
        }
    }

    /// Of one value by itself.
    init(of value: JSONValue) { append(value: value) }

    /// Of a text, as a string that says the same.
    init(of text: String) {
        if let moment = Instant(rfc3339: text) {
            bytes.append(UInt8(ascii: "m"))
            append(text: moment.rfc3339)
        } else {
            append(text: text)
        }
    }

    private mutating func append(value: JSONValue) {
        value.document.bytes.withUnsafeBufferPointer { append(value.index, of: value.document, $0) }
    }

    private mutating func append(_ index: Int, of document: JSONDocument, _ source: UnsafeBufferPointer<UInt8>) {
        let token = document.tokens[index]
        switch token.kind {
        case .null: bytes.append(UInt8(ascii: "z"))
        case .true: bytes.append(UInt8(ascii: "t"))
        case .false: bytes.append(UInt8(ascii: "f"))
        case .number: append(number: UnsafeBufferPointer(rebasing: source[Int(token.start)..<Int(token.end)]))
        case .string: append(string: token, source)
        case .array:
            append(tag: "a", count: Int(token.count))
            var place = index + 1
            for _ in 0..<token.count {
                append(place, of: document, source)
                place = Int(document.tokens[place].next)
            }
        case .object:
            bytes.append(UInt8(ascii: "o"))
            for key in sortedKeys(of: index, document, source) {
                append(text: document.tokens[key], source)
                append(key + 1, of: document, source)
            }
            bytes.append(UInt8(ascii: "e"))
        }
    }

    /// The tokens of an object's keys in the order of their characters' bytes, without those whose value is `null`.
    private func sortedKeys(of index: Int, _ document: JSONDocument, _ source: UnsafeBufferPointer<UInt8>) -> [Int] {
        let tokens = document.tokens
        let count = Int(tokens[index].count)
        var keys: [Int] = []
        keys.reserveCapacity(count)
        var place = index + 1
        var hasEscapes = false
        for _ in 0..<count {
            if tokens[place + 1].kind != .null {
                keys.append(place)
                hasEscapes = hasEscapes || tokens[place].hasEscapes
            }
            place = Int(tokens[place + 1].next)
        }
        guard !hasEscapes else {
            return keys.map { (key: $0, text: unescapedBytes(tokens[$0], in: source)) }
                .sorted { $0.text.lexicographicallyPrecedes($1.text) }.map(\.key)
        }
        keys.sort { left, right in
            source[Int(tokens[left].start)..<Int(tokens[left].end)]
                .lexicographicallyPrecedes(source[Int(tokens[right].start)..<Int(tokens[right].end)])
        }
        return keys
    }

    /// A text that reads as a moment is the moment, whatever it is written with.
    private mutating func append(string token: JSONToken, _ source: UnsafeBufferPointer<UInt8>) {
        if token.hasEscapes || isFormOfAMoment(source, token),
            let moment = Instant(rfc3339: unescapedString(token, in: source))
        {
            bytes.append(UInt8(ascii: "m"))
            append(text: moment.rfc3339)
        } else {
            append(text: token, source)
        }
    }

    private func isFormOfAMoment(_ source: UnsafeBufferPointer<UInt8>, _ token: JSONToken) -> Bool {
        let (start, count) = (Int(token.start), Int(token.end - token.start))
        // From `2026-11-23T10:15:00Z` to one with many digits of a second and an offset.
        return (20...64).contains(count) && source[start + 4] == 0x2D && source[start + 7] == 0x2D
            && source[start + 13] == 0x3A && source[start + 16] == 0x3A
    }

    private mutating func append(text token: JSONToken, _ source: UnsafeBufferPointer<UInt8>) {
        guard token.hasEscapes else {
            append(tag: "s", count: Int(token.end - token.start))
            bytes.append(contentsOf: source[Int(token.start)..<Int(token.end)])
            return
        }
        let text = unescapedBytes(token, in: source)
        append(tag: "s", count: text.count)
        bytes.append(contentsOf: text)
    }

    private mutating func append(text: String) {
        append(tag: "s", count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(number: UnsafeBufferPointer<UInt8>) {
        if let form = DecimalForm(number) {
            bytes.append(UInt8(ascii: form.isNegative ? "-" : "+"))
            append(tag: "n", count: form.digits.count)
            bytes.append(contentsOf: form.digits)
            bytes.append(contentsOf: String(form.exponent).utf8)
        } else {
            append(tag: "x", count: number.count)
            bytes.append(contentsOf: number)
        }
        bytes.append(UInt8(ascii: ";"))
    }

    private mutating func append(tag: Unicode.Scalar, count: Int) {
        bytes.append(UInt8(ascii: tag))
        bytes.append(contentsOf: String(count).utf8)
        bytes.append(UInt8(ascii: ":"))
    }
}
