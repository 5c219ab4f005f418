import Safeguarding

/// Reads events as they come from a topic, in both content modes, and finds everything that is wrong with them.
public enum EnvelopeReader {
    /// How far ahead of our clock an event may lie: clocks differ.
    public static let maximumFutureSeconds: Int64 = 300

    /// One record as an event. The refusal carries the id and the type as far as they can be read.
    public static func read(
        value: [UInt8], headers: [(name: String, value: [UInt8])], now: Instant, limits: JSONLimits = .event
    ) throws(EventRefusal) -> ReceivedEvent {
        if headers.contains(where: { $0.name == "ce_specversion" }) {
            return try BinaryModeReading(headers: headers, limits: limits).read(value, now: now)
        }
        let document = try parse(value, limits: limits)
        let root = document.root
        guard root.kind == .object else {
            throw EventRefusal(
                RefusalReasons(.notACloudEvent, at: "", "Send a CloudEvent: a JSON object."), isUnreadable: true)
        }
        var reasons = RefusalReasons()
        let envelope = AttributeReading { key in
            guard let value = root.present(key) else { return .absent }
            return value.string.map { .text($0) } ?? .otherType
        }.envelope(now: now, &reasons)
        let data = root.requiredObject("data", &reasons)
        guard let envelope, let data, reasons.isEmpty else {
            throw EventRefusal(
                reasons, eventID: readable(root["id"]), eventType: readable(root["type"]), isUnreadable: false)
        }
        return ReceivedEvent(envelope: envelope, data: data)
    }

    /// The event's type, if that can be told without reading all of it: in structured mode, after a comma and before any
    /// inner object. A quote inside a text has a backslash before it, so in an event that can be read this is the type.
    /// `nil` says nothing.
    public static func typeAhead(_ value: UnsafeRawBufferPointer) -> String? {
        let mark: StaticString = ",\"type\":\""
        let marked = UnsafeRawBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount)
        guard value.first == 0x7B else { return nil }
        var place = 1
        while place + marked.count < value.count, value[place] != 0x7B {
            if value[place] == marked[0], value[place...].starts(with: marked) {
                let text = value[(place + marked.count)...]
                guard let end = text.firstIndex(of: 0x22) else { return nil }
                return String(validating: text[..<end], as: UTF8.self)
            }
            place += 1
        }
        return nil
    }

    static func parse(_ bytes: [UInt8], limits: JSONLimits) throws(EventRefusal) -> JSONDocument {
        do throws(JSONError) {
            return try JSONDocument(parsing: bytes, limits: limits)
        } catch {
            throw EventRefusal(RefusalReasons(error), isUnreadable: true)
        }
    }

    private static func readable(_ value: JSONValue?) -> String? {
        guard let text = value?.string, (1...200).contains(text.utf8.count) else { return nil }
        return text
    }
}

/// Binary mode: attributes in `ce_` headers, the data alone in the value.
private struct BinaryModeReading {
    let headers: [(name: String, value: [UInt8])]
    let limits: JSONLimits

    func read(_ value: [UInt8], now: Instant) throws(EventRefusal) -> ReceivedEvent {
        var reasons = RefusalReasons()
        let envelope = AttributeReading { key in
            let name = "ce_\(key)"
            // The data's own content type is the record's, in this mode.
            let header = headers.first {
                $0.name == name || ("\(key)" == "datacontenttype" && $0.name == "content-type")
            }
            guard let header else { return .absent }
            return String(validating: header.value, as: UTF8.self).map { .text($0) } ?? .otherType
        }.envelope(now: now, &reasons)
        let document: JSONDocument
        do throws(EventRefusal) {
            document = try EnvelopeReader.parse(value, limits: limits)
        } catch {
            throw EventRefusal(error.reasons, eventID: text("ce_id"), eventType: text("ce_type"), isUnreadable: true)
        }
        let data = JSONValue(document: document, index: 0, pointerRoot: "/data").object(&reasons)
        guard let envelope, let data, reasons.isEmpty else {
            throw EventRefusal(reasons, eventID: text("ce_id"), eventType: text("ce_type"))
        }
        return ReceivedEvent(envelope: envelope, data: data)
    }

    private func text(_ name: String) -> String? {
        guard let header = headers.first(where: { $0.name == name }), (1...200).contains(header.value.count) else {
            return nil
        }
        return String(validating: header.value, as: UTF8.self)
    }
}

/// The rules of the attributes, wherever they stand.
private struct AttributeReading {
    enum Found {
        case absent
        case text(String)
        case otherType
    }

    let find: (StaticString) -> Found

    func envelope(now: Instant, _ reasons: inout RefusalReasons) -> Envelope? {
        if let version = required("specversion", &reasons), version != "1.0" {
            reasons.add(.notACloudEvent, at: "/specversion", "Send CloudEvents 1.0: specversion must be \"1.0\".")
        }
        let id = required("id", &reasons)
        let source = source(&reasons)
        let type = type(&reasons)
        // Only a sender outside has a clock that can be wrong; the services' time is the database's, which a replay moves.
        let isOurs = if case .service = source { true } else { false }
        let time = time(now: isOurs ? nil : now, &reasons)
        if let contentType = optional("datacontenttype", &reasons), !isJSON(contentType) {
            reasons.add(.notACloudEvent, at: "/datacontenttype", "Send the data as application/json.")
        }
        let subject = optional("subject", &reasons)
        let correlation = optional("correlationid", &reasons)
        let causation = optional("causationid", &reasons)
        guard let id, let source, let type, let time, reasons.isEmpty else { return nil }
        return Envelope(
            id: id, source: source, type: type, time: time, subject: subject, traceparent: traceparent(),
            correlationID: correlation, causationID: causation)
    }

    private func source(_ reasons: inout RefusalReasons) -> EventSource? {
        guard let text = required("source", &reasons) else { return nil }
        guard let source = EventSource(text) else {
            reasons.add(.notACloudEvent, at: "/source", "Give /agencies/ and your agency's code as the source.")
            return nil
        }
        return source
    }

    private func type(_ reasons: inout RefusalReasons) -> String? {
        guard let text = required("type", &reasons) else { return nil }
        guard isType(text) else {
            reasons.add(
                .unknownType, at: "/type", "Give a type of the form keepsight.<subject>.<past participle>.v<number>.")
            return nil
        }
        return text
    }

    private func time(now: Instant?, _ reasons: inout RefusalReasons) -> Instant? {
        guard let text = required("time", &reasons) else { return nil }
        guard let time = Instant(rfc3339: text) else {
            reasons.add(.invalidInstant, at: "/time", "Give a time with an offset, such as 2026-11-23T10:15:00Z.")
            return nil
        }
        guard now.map({ time <= $0.adding(seconds: EnvelopeReader.maximumFutureSeconds) }) ?? true else {
            reasons.add(
                .futureTime, at: "/time",
                "The time lies more than five minutes ahead. Say when it happened, and check the clock and the offset.")
            return nil
        }
        return time
    }

    /// Carried through if it is one; a broken trace must not cost a child its event.
    private func traceparent() -> String? {
        guard case .text(let text) = find("traceparent") else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isHexadecimal = parts.allSatisfy { $0.utf8.allSatisfy { hexadecimalValue($0) != nil } }
        guard parts.count == 4, isHexadecimal, parts.map(\.utf8.count) == [2, 32, 16, 2] else { return nil }
        return text
    }

    private func required(_ key: StaticString, _ reasons: inout RefusalReasons) -> String? {
        switch find(key) {
        case .absent:
            reasons.add(.missingField, at: "/\(key)", "Add the attribute \(key).")
            return nil
        case .otherType, .text(""):
            reasons.add(.wrongType, at: "/\(key)", "Give a string that is not empty.")
            return nil
        case .text(let text):
            guard text.utf8.count <= 200 else {
                reasons.add(.tooLong, at: "/\(key)", "Give at most 200 bytes.")
                return nil
            }
            return text
        }
    }

    private func optional(_ key: StaticString, _ reasons: inout RefusalReasons) -> String? {
        if case .absent = find(key) { return nil }
        return required(key, &reasons)
    }

    private func isJSON(_ contentType: String) -> Bool {
        if contentType == "application/json" { return true }
        let media = contentType.prefix { $0 != ";" }.lowercased()
        return media == "application/json" || media.hasSuffix("+json")
    }

    private func isType(_ text: String) -> Bool {
        // Bytes, since each event passes here.
        let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].elementsEqual("keepsight".utf8), parts[3].first == 0x76 else { return false }
        let major = parts[3].dropFirst()
        return !major.isEmpty && major.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
            && AgencyCode.isForm(parts[1]) && AgencyCode.isForm(parts[2])
    }
}

extension RefusalReasons {
    /// Bytes that are no JSON document, as their sender reads it.
    init(_ error: JSONError) {
        switch error.code {
        case .tooLarge:
            self.init(.oversize, at: "", "The event is larger than 256 KiB. Send less text, or several events.")
        case .tooDeep:
            self.init(.tooDeep, at: "", "The event is nested deeper than 32 levels (byte \(error.offset)).")
        case .stringTooLong:
            self.init(.tooLong, at: "", "A text is longer than 20,000 characters (byte \(error.offset)).")
        default:
            self.init(
                .invalidJSON, at: "",
                "This is not JSON as RFC 8259 has it: \(error.code.rawValue) at byte \(error.offset).")
        }
    }
}
