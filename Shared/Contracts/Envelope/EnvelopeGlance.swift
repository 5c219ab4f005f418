import JSON

/// The id, the type and the source of what cannot be read as an event, where they can be told: members of the outermost object,
/// found by counting brackets, or headers. Its sender gets an answer with them; nothing else is made of them.
struct EnvelopeGlance {
    /// Bytes that are looked at: what a broker lets through, and a bounded time for anything larger.
    static let maximumBytes = 1 << 20

    private(set) var id: String?
    private(set) var type: String?
    private(set) var source: EventSource?

    /// Of a record in whichever content mode.
    init(_ value: [UInt8], _ headers: [(name: String, value: [UInt8])]) {
        let isBinary = ContentMode(headers) == .binary
        self.init(isBinary ? [] : value)
        guard isBinary else { return }
        let text = { (name: String) in
            readableAttribute(
                headers.first { $0.name == name }.flatMap { String(validating: $0.value, as: UTF8.self) })
        }
        id = text("ce_id")
        type = text("ce_type")
        source = text("ce_source").flatMap { EventSource($0) }
    }

    /// Of a value that was to be an event.
    init(_ value: [UInt8]) {
        value.withUnsafeBufferPointer { scan(UnsafeBufferPointer(rebasing: $0.prefix(EnvelopeGlance.maximumBytes))) }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
        var depth = 0
        var key: Range<Int>?
        var expectsKey = false
        var place = 0
        while place < bytes.count {
            switch bytes[place] {
            case 0x22:
                let end = EnvelopeGlance.endOfString(bytes, from: place)
                if depth == 1, expectsKey {
                    (key, expectsKey) = (place..<end, false)
                } else if depth == 1, let name = key {
                    note(bytes, key: name, value: place..<end)
                    key = nil
                }
                place = end
            case 0x7B, 0x5B:
                depth += 1
                expectsKey = depth == 1 && bytes[place] == 0x7B
            case 0x7D, 0x5D:
                depth -= 1
                if depth <= 0 || (id != nil && type != nil && source != nil) { return }
            case 0x2C: if depth == 1 { (key, expectsKey) = (nil, true) }
            default: break
            }
            place += 1
        }
    }

    /// The place of the closing quote, or of the end.
    private static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var place = start + 1
        while place < bytes.count, bytes[place] != 0x22 { place += bytes[place] == 0x5C ? 2 : 1 }
        return min(place, bytes.count)
    }

    private mutating func note(_ bytes: UnsafeBufferPointer<UInt8>, key: Range<Int>, value: Range<Int>) {
        let name = bytes[(key.lowerBound + 1)..<key.upperBound]
        guard value.upperBound < bytes.count, value.count <= 2000 else { return }
        if name.elementsEqual("id".utf8) {
            if id == nil { id = EnvelopeGlance.text(bytes[value.lowerBound...value.upperBound]) }
        } else if name.elementsEqual("type".utf8) {
            if type == nil { type = EnvelopeGlance.text(bytes[value.lowerBound...value.upperBound]) }
        } else if name.elementsEqual("source".utf8) {
            if source == nil {
                source = EnvelopeGlance.text(bytes[value.lowerBound...value.upperBound]).flatMap { EventSource($0) }
            }
        }
    }

    private static func text(_ quoted: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        readableAttribute((try? JSONDocument(parsing: Array(quoted)))?.root.string)
    }
}
