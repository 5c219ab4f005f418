import JSON

/// What is no CloudEvent in JSON, and what it is instead: one reason that says what to do, in place of many that say what is
/// missing.
enum Misfit {
    static let connectMessage =
        "This is Kafka Connect's {schema, payload}. Set value.converter.schemas.enable=false, and send the event itself."

    static let oversizeMessage =
        "The event is larger than 256 KiB, its key and its headers included. Send less text, or several events."

    /// Bytes that are no JSON document; `nil` if they look as if they were meant to be one.
    static func of(_ bytes: [UInt8]) -> RefusalReason? {
        guard let first = bytes.first(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else {
            return reason(
                .emptyRecord,
                "The record has no value: a tombstone, or nothing was written. Send an event; nothing is deleted by a tombstone."
            )
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            return reason(.byteOrderMark, "The value begins with a byte order mark. Write UTF-8 without one.")
        }
        if isUTF16(bytes) {
            return reason(.notUTF8, "The value is UTF-16 or UTF-32. Write it as UTF-8.")
        }
        if first == 0x00, bytes.count > 5 { return schemaRegistry(bytes) }
        if let format = compression(bytes) {
            return reason(
                .compressedValue,
                "The value is compressed with \(format). Send it as it is, and set the producer's compression.type instead."
            )
        }
        switch first {
        case 0x7B, 0x5B, 0x22: return nil
        case 0x3C: return reason(.invalidJSON, "This is XML or HTML. Send a CloudEvent 1.0 as JSON.")
        default:
            guard (try? JSONDocument(parsing: bytes)) == nil, String(validating: bytes, as: UTF8.self) != nil else {
                return nil
            }
            return reason(.invalidJSON, "This is plain text or CSV, not JSON. Send a CloudEvent 1.0 as a JSON object.")
        }
    }

    /// A document that is no CloudEvent; `nil` if it has something of one.
    static func of(_ root: JSONValue, _ headers: [(name: String, value: [UInt8])]) -> RefusalReason? {
        switch root.kind {
        case .object: break
        case .array:
            return reason(
                .eventBatch, "This is a list of events, or another list. Send each event as a record of its own.")
        case .string where isJSON(inAString: root):
            return reason(
                .jsonInAString,
                "The value is a JSON string that holds JSON. Send the object itself: your client serialises it twice.")
        case .null:
            return reason(.emptyRecord, "The value is null. Send an event; nothing is deleted by a tombstone.")
        default: return reason(.notACloudEvent, "Send a CloudEvent 1.0: a JSON object.")
        }
        guard root["specversion"] == nil, root["source"] == nil, root["type"] == nil || root["data"] == nil else {
            return nil
        }
        if root["payload"] != nil, root["schema"] != nil { return reason(.connectEnvelope, connectMessage) }
        if headers.contains(where: { $0.name.hasPrefix("ce-") }) {
            return reason(
                .httpHeaders,
                "The attributes stand in headers that begin with ce-, as over HTTP. Over Kafka they begin with ce_: ce_specversion, ce_id, ce_source, ce_type, ce_time."
            )
        }
        if headers.contains(where: { AttributeHeaders.isMiswritten($0.name) }) {
            return reason(
                .notACloudEvent,
                AttributeHeaders.caseMessage("ce_specversion, ce_id, ce_source, ce_type, ce_time"))
        }
        if headers.contains(where: { $0.name.hasPrefix("ce_") }) {
            return reason(
                .notACloudEvent,
                "There are ce_ headers, but not ce_specversion. Add it with the value 1.0, or send the event in structured mode."
            )
        }
        return reason(
            .notACloudEvent,
            "This is JSON, but no CloudEvent: it has none of the attributes specversion, source and type. Put what you have to say into data, and the attributes around it."
        )
    }

    private static func reason(_ code: RefusalCode, _ message: String) -> RefusalReason {
        RefusalReason(path: "", code: code, message: message)
    }

    /// With a mark, or by where the zero bytes of JSON's first characters stand.
    private static func isUTF16(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2 else { return false }
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0xFF), (0xFF, 0xFE): return true
        case (0x7B, 0), (0x5B, 0), (0x22, 0): return true
        case (0, 0x7B), (0, 0x5B), (0, 0x22): return bytes.count < 4 || bytes[2] == 0
        case (0, 0): return bytes.count >= 4 && bytes[2] == 0xFE && bytes[3] == 0xFF
        default: return false
        }
    }

    /// Confluent's wire format: a zero byte, the schema's number in four bytes, and what the serializer wrote.
    private static func schemaRegistry(_ bytes: [UInt8]) -> RefusalReason {
        let isJSON = bytes[5...].first { $0 > 0x20 } == 0x7B
        return reason(
            .schemaRegistryPrefix,
            isJSON
                ? "The value begins with a schema registry's number before the JSON. Use a plain JSON or string serializer."
                : "The value is a schema registry's Avro or Protobuf. Use a plain JSON or string serializer, and send JSON."
        )
    }

    private static func compression(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x1F, 0x8B]) { return "gzip" }
        if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return "zstd" }
        if bytes.starts(with: [0x04, 0x22, 0x4D, 0x18]) { return "LZ4" }
        if bytes.starts(with: Array("PK\u{03}\u{04}".utf8)) { return "ZIP" }
        return nil
    }
}

extension RefusalReasons {
    /// Exactly one.
    init(_ reason: RefusalReason) { self.init(reason.code, at: reason.path, reason.message) }

    /// Bytes that are no JSON document, or too much of one, as their sender reads it.
    init(_ error: JSONError) {
        switch error.code {
        case .tooLarge:
            self.init(.oversize, at: "", Misfit.oversizeMessage)
        case .tooDeep:
            self.init(.tooDeep, at: error.pointer, "The event is nested deeper than 32 levels. Send a flatter one.")
        case .stringTooLong:
            self.init(.tooLong, at: error.pointer, "This is longer than the limit of a text, 20,000 characters.")
        case .controlCharacter:
            self.init(
                .controlCharacter, at: error.pointer,
                "A control character stands here as it is (byte \(error.offset)). JSON writes a line feed as \\n, a tab as \\t."
            )
        case .invalidUTF8:
            self.init(.notUTF8, at: error.pointer, "Byte \(error.offset) is not UTF-8. Write the event as UTF-8.")
        default:
            self.init(
                .invalidJSON, at: error.pointer,
                "This is not JSON as RFC 8259 has it: \(error.code.rawValue) at byte \(error.offset).")
        }
    }
}

extension JSONError.Code {
    /// Whether it is JSON as far as it was read, and only too much of it.
    var isLimit: Bool { self == .tooLarge || self == .tooDeep || self == .stringTooLong }
}
