import JSON
import Safeguarding

/// Reads events as they come from a topic, in both content modes, and finds everything that is wrong with them.
public enum EnvelopeReader {
    /// One record as an event; `nil` for the value is a record without one. The refusal carries the id, the type and the
    /// source as far as they can be read. The record's key counts towards the event's size (E5), and says nothing else.
    ///
    /// With `now`, the time of an agency's event lies between 2000-01-01 and five minutes after it (E4). Whoever lets events
    /// in checks all of their moments by the database's clock, with `UndatedEvent`.
    public static func read(
        value: [UInt8]?, key: [UInt8]? = nil, headers: [(name: String, value: [UInt8])], now: Instant?,
        limits: JSONLimits = .event
    ) throws(EventRefusal) -> ReceivedEvent {
        let length = value?.count ?? 0
        let around = headers.reduce(key?.count ?? 0) { $0 + $1.name.utf8.count + $1.value.count }
        // A value that is too long by itself may be something else than an event, and is told so.
        if length <= limits.maximumBytes, length + around > limits.maximumBytes {
            throw refusal(RefusalReasons(.oversize, at: "", Misfit.oversizeMessage), value ?? [], headers)
        }
        let event =
            try ContentMode(headers) == .binary
            ? BinaryModeReading(headers: headers, limits: limits).read(value ?? [])
            : StructuredModeReading(headers: headers, limits: limits).read(value ?? [])
        if let now {
            var reasons = RefusalReasons(now: now)
            event.envelope.checkTime(&reasons)
            if !reasons.isEmpty { throw event.refusal(reasons) }
        }
        return event
    }

    /// The refusal of a record that is not read, since it is too much of something: with its id, type and source, where they
    /// can be told. Then its sender can mend it, and nobody else need look at it.
    public static func refusal(
        _ reasons: RefusalReasons, _ value: [UInt8], _ headers: [(name: String, value: [UInt8])]
    ) -> EventRefusal {
        let glance = EnvelopeGlance(value, headers)
        return EventRefusal(
            reasons, eventID: glance.id, eventType: glance.type, source: glance.source, isUnreadable: glance.id == nil)
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
}

/// How an event lies in its record (E1): its content type says it, whatever headers stand beside it.
enum ContentMode {
    /// The whole event in the value.
    case structured
    /// Attributes in `ce_` headers, the data alone in the value.
    case binary

    init(_ headers: [(name: String, value: [UInt8])]) {
        guard headers.contains(where: { $0.name == "ce_specversion" }) else {
            self = .structured
            return
        }
        let isCloudEvent = headers.contains {
            isContentType($0.name)
                && mediaType(String(decoding: $0.value, as: UTF8.self)).hasPrefix("application/cloudevents")
        }
        self = isCloudEvent ? .structured : .binary
    }
}

/// Whether a header is the record's content type, however its name is written.
func isContentType(_ name: String) -> Bool {
    name.utf8.count == 12 && (name == "content-type" || name.lowercased() == "content-type")
}

/// A media type in small letters, without spaces and parameters.
func mediaType(_ text: String) -> String {
    String(decoding: text.utf8.prefix { $0 != 0x3B }.filter { $0 > 0x20 }, as: UTF8.self).lowercased()
}

/// The whole event in the value.
private struct StructuredModeReading {
    let headers: [(name: String, value: [UInt8])]
    let limits: JSONLimits

    func read(_ value: [UInt8]) throws(EventRefusal) -> ReceivedEvent {
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(parsingEvent: value, limits: limits) } catch {
            let glance = EnvelopeGlance(value)
            throw EventRefusal(
                unreadable: Misfit.of(value).map { RefusalReasons($0) } ?? RefusalReasons(error), error, glance)
        }
        let root = document.root
        if let misfit = Misfit.of(root, headers) {
            throw EventRefusal(RefusalReasons(misfit), isUnreadable: root.kind != .object)
        }
        var reasons = RefusalReasons()
        refuseUnfitTexts(of: root, &reasons)
        let envelope = AttributeReading { key in
            guard let value = root.present(key) else { return .absent }
            return value.string.map { .text($0, value.marks) } ?? .otherType
        }.envelope(&reasons)
        let data = data(of: root, &reasons)
        guard let envelope, let data, reasons.isEmpty else {
            throw EventRefusal(
                reasons, eventID: readableAttribute(root["id"]?.string),
                eventType: readableAttribute(root["type"]?.string),
                source: readableAttribute(root["source"]?.string).flatMap { EventSource($0) })
        }
        return ReceivedEvent(envelope: envelope, data: data, in: .root(root))
    }

    /// The data, or what is encoded in `data_base64`.
    private func data(of root: JSONValue, _ reasons: inout RefusalReasons) -> JSONValue? {
        guard let encoded = root.present("data_base64") else {
            guard let data = root.present("data") else {
                reasons.add(.missingField, at: "/data", "Add the field data.")
                return nil
            }
            return data.eventData(&reasons)
        }
        guard root.present("data") == nil else {
            reasons.add(.notAllowed, at: "/data_base64", "Send either data or data_base64, and not both.")
            return nil
        }
        guard let text = encoded.string, let bytes = bytes(base64: text) else {
            reasons.add(
                .invalidBase64, at: "/data_base64", "Give base64 as RFC 4648 has it, or send data as an object.")
            return nil
        }
        return eventData(bytes, limits, &reasons)
    }

    /// What must not stand in any string, key or attribute of the event.
    private func refuseUnfitTexts(of root: JSONValue, _ reasons: inout RefusalReasons) {
        guard !root.document.marks.isDisjoint(with: [.controls, .directions, .lines, .tooLong]) else { return }
        root.document.refuseUnfitTexts("", &reasons)
        for (key, value) in root.members where key != "data" && key != "data_base64" {
            reasons.add(value.marks.intersection(.unfitForALine), at: value.pointer)
        }
    }
}

/// Attributes in `ce_` headers, the data alone in the value.
private struct BinaryModeReading {
    let headers: [(name: String, value: [UInt8])]
    let limits: JSONLimits

    func read(_ value: [UInt8]) throws(EventRefusal) -> ReceivedEvent {
        var reasons = RefusalReasons()
        let attributes = AttributeHeaders(headers, &reasons).texts
        let envelope = AttributeReading { key in
            // The data's own content type is the record's, in this mode.
            let name = "\(key)" == "datacontenttype" ? "content-type" : "ce_\(key)"
            guard let text = attributes[name] ?? attributes["ce_\(key)"] else { return .absent }
            return .text(text, TextMarks(text))
        }.envelope(&reasons)
        let data = eventData(value, limits, &reasons)
        guard let envelope, let data, reasons.isEmpty else {
            throw EventRefusal(
                reasons, eventID: readableAttribute(attributes["ce_id"]),
                eventType: readableAttribute(attributes["ce_type"]),
                source: readableAttribute(attributes["ce_source"]).flatMap { EventSource($0) })
        }
        return ReceivedEvent(envelope: envelope, data: data, in: .headers(attributes))
    }
}

/// The bytes of data as a document of their own; its pointers begin with `/data`.
private func eventData(_ bytes: [UInt8], _ limits: JSONLimits, _ reasons: inout RefusalReasons) -> JSONValue? {
    var limits = limits
    // The event around them is one level more, in whichever mode it came.
    limits.maximumDepth -= 1
    do throws(JSONError) {
        let document = try JSONDocument(parsingEvent: bytes, limits: limits)
        document.refuseUnfitTexts("/data", &reasons)
        return document.value(at: 0, pointerRoot: "/data").eventData(&reasons)
    } catch {
        for reason in (Misfit.of(bytes).map { RefusalReasons($0) } ?? RefusalReasons(error)).all {
            reasons.add(reason.code, at: "/data" + reason.path, reason.message)
        }
        return nil
    }
}

/// An id or a type for a refusal: as far as it could stand in an event.
func readableAttribute(_ text: String?) -> String? {
    guard let text, text.utf8.count <= 800, text.unicodeScalars.count <= AttributeReading.maximumCharacters,
        saysSomething(text), TextMarks(text).isDisjoint(with: .unfitForALine)
    else { return nil }
    return text
}

extension EventRefusal {
    /// Bytes that are no document. If it is only too much of something and one can tell whose, its sender can mend it, and
    /// nobody else need look at it.
    fileprivate init(unreadable reasons: RefusalReasons, _ error: JSONError, _ glance: EnvelopeGlance) {
        self.init(
            reasons, eventID: glance.id, eventType: glance.type, source: glance.source,
            isUnreadable: !(error.code.isLimit && glance.id != nil))
    }
}
