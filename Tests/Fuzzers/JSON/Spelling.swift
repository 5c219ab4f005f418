import JSON

/// The ways in which one document can be written; all of them say the same.
enum Spelling {
    /// As our writer writes.
    case plain
    /// Every character of every string as an escape.
    case escaped
    /// White space wherever JSON allows it, and values copied as they came.
    case spaced

    /// The value's bytes.
    func write(_ value: JSONValue) -> [UInt8] {
        switch self {
        case .plain:
            var writer = JSONWriter()
            writePlain(value, to: &writer)
            return writer.bytes
        case .escaped, .spaced:
            var bytes: [UInt8] = []
            append(value, to: &bytes)
            return bytes
        }
    }

    private func writePlain(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value.kind {
        case .null: writer.null()
        case .bool: writer.bool(value.bool ?? false)
        case .number: writer.copy(value)
        case .string: writer.string(value.string ?? "")
        case .array:
            writer.beginArray()
            for element in value.elements { writePlain(element, to: &writer) }
            writer.endArray()
        case .object:
            writer.beginObject()
            for (key, member) in value.members {
                writer.key(key)
                writePlain(member, to: &writer)
            }
            writer.endObject()
        }
    }

    private func append(_ value: JSONValue, to bytes: inout [UInt8]) {
        switch value.kind {
        case .null, .bool, .number: bytes += value.rawBytes
        case .string: append(value.string ?? "", raw: value.rawBytes, to: &bytes)
        case .array:
            bytes.append(0x5B)
            for (place, element) in value.elements.enumerated() {
                separate(place, &bytes)
                append(element, to: &bytes)
            }
            space(&bytes)
            bytes.append(0x5D)
        case .object:
            bytes.append(0x7B)
            for (place, (key, member)) in value.members.enumerated() {
                separate(place, &bytes)
                append(key, raw: nil, to: &bytes)
                space(&bytes)
                bytes.append(0x3A)
                space(&bytes)
                append(member, to: &bytes)
            }
            space(&bytes)
            bytes.append(0x7D)
        }
    }

    private func separate(_ place: Int, _ bytes: inout [UInt8]) {
        space(&bytes)
        if place > 0 { bytes.append(0x2C) }
        space(&bytes)
    }

    private func space(_ bytes: inout [UInt8]) {
        if self == .spaced { bytes += [0x20, 0x09, 0x0D, 0x0A] }
    }

    private func append(_ text: String, raw: ArraySlice<UInt8>?, to bytes: inout [UInt8]) {
        if self == .spaced, let raw {
            bytes += [0x22] + raw + [0x22]
        } else if self == .spaced {
            var writer = JSONWriter()
            writer.string(text)
            bytes += writer.bytes
        } else {
            bytes.append(0x22)
            for unit in text.utf16 {
                bytes += [0x5C, 0x75]
                for shift in [12, 8, 4, 0] { bytes.append(Spelling.digits[Int(unit >> UInt16(shift)) & 15]) }
            }
            bytes.append(0x22)
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

extension JSONLimits {
    /// For what was within limits, in a spelling that takes more bytes.
    static let unlimited = JSONLimits(maximumBytes: 1 << 26, maximumDepth: 64, maximumStringCharacters: 1 << 20)
}
