/// Writes one JSON document into bytes, without spaces.
public struct JSONWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private let escapesForTerminals: Bool

    /// An empty document with room for that many bytes. With `escapesForTerminals`, DEL, the control characters of C1 and the
    /// line separators of Unicode are escaped too: some readers end a line at them, and some terminals obey them.
    public init(reserving capacity: Int = 512, escapesForTerminals: Bool = false) {
        bytes.reserveCapacity(capacity)
        self.escapesForTerminals = escapesForTerminals
    }

    /// What has been written, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `{`
    public mutating func beginObject() { begin(0x7B) }
    /// `}`
    public mutating func endObject() { end(0x7D) }
    /// `[`
    public mutating func beginArray() { begin(0x5B) }
    /// `]`
    public mutating func endArray() { end(0x5D) }

    /// The key of the next value. A static key is one of ours and needs no escapes.
    public mutating func key(_ key: StaticString) {
        separate()
        bytes.append(0x22)
        bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        bytes.append(0x22)
        bytes.append(0x3A)
        needsComma = false
    }

    /// The key of the next value.
    public mutating func key(_ key: String) {
        string(key)
        bytes.append(0x3A)
        needsComma = false
    }

    /// A string value.
    public mutating func string(_ text: String) {
        separate()
        bytes.append(0x22)
        var text = text
        text.withUTF8 { utf8 in
            if escapesForTerminals, utf8.contains(where: { $0 >= 0x7F }) {
                escapeForTerminals(utf8)
            } else if utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
                for byte in utf8 { escape(byte) }
            } else {
                bytes.append(contentsOf: utf8)
            }
        }
        bytes.append(0x22)
        needsComma = true
    }

    /// A whole number.
    public mutating func int(_ number: some BinaryInteger) { plain(String(number)) }

    /// A number; `null` if it is not finite, since JSON has no other.
    public mutating func double(_ number: Double) {
        guard number.isFinite else { return null() }
        let isWhole = number.rounded() == number && abs(number) < 1e15
        plain(isWhole ? String(Int64(number)) : String(number))
    }

    /// `true` or `false`
    public mutating func bool(_ value: Bool) { plain(value ? "true" : "false") }

    /// `null`
    public mutating func null() { plain("null") }

    /// A value that is JSON already.
    public mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// A value of another document, as it came.
    public mutating func copy(_ value: JSONValue) {
        // A string's own bytes stand between its quotes, escapes and all.
        raw(value.kind == .string ? [0x22] + value.rawBytes + [0x22] : value.rawBytes)
    }

    /// A string member; nothing if there is none.
    public mutating func field(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        self.key(key)
        string(value)
    }

    /// A number member; nothing if there is none.
    public mutating func field(_ key: StaticString, _ value: Int?) {
        guard let value else { return }
        self.key(key)
        int(value)
    }

    /// A boolean member; nothing if there is none.
    public mutating func field(_ key: StaticString, _ value: Bool?) {
        guard let value else { return }
        self.key(key)
        bool(value)
    }

    /// An array member, each element written by `write`.
    public mutating func array<S: Sequence>(
        _ key: StaticString, _ elements: S, _ write: (inout JSONWriter, S.Element) -> Void
    ) {
        self.key(key)
        beginArray()
        for element in elements { write(&self, element) }
        endArray()
    }

    /// An object member.
    public mutating func object(_ key: StaticString, _ write: (inout JSONWriter) -> Void) {
        self.key(key)
        beginObject()
        write(&self)
        endObject()
    }

    private mutating func begin(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        needsComma = false
    }

    private mutating func end(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }

    private mutating func plain(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(0x2C) }
    }

    private mutating func escapeForTerminals(_ utf8: UnsafeBufferPointer<UInt8>) {
        for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0..<0x7F: escape(UInt8(scalar.value))
            case 0x7F...0x9F, 0x2028, 0x2029: escape(unit: UInt16(scalar.value))
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22, 0x5C:
            bytes.append(0x5C)
            bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
        case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
        case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
        case 0..<0x20: escape(unit: UInt16(byte))
        default: bytes.append(byte)
        }
    }

    private mutating func escape(unit: UInt16) {
        bytes.append(contentsOf: [0x5C, 0x75])
        for shift in [12, 8, 4, 0] {
            let digit = UInt8(unit >> UInt16(shift) & 15)
            bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}
