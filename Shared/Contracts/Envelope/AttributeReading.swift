import JSON
import Safeguarding

/// The rules of the attributes, wherever they stand.
struct AttributeReading {
    /// Unicode scalars of an attribute.
    static let maximumCharacters = 200

    enum Found {
        case absent
        case text(String, TextMarks)
        case otherType
    }

    let find: (StaticString) -> Found

    func envelope(_ reasons: inout RefusalReasons) -> Envelope? {
        if let version = required("specversion", &reasons), version != "1.0" {
            reasons.add(.notACloudEvent, at: "/specversion", "Send CloudEvents 1.0: specversion must be \"1.0\".")
        }
        let id = required("id", &reasons)
        let source = source(&reasons)
        let type = type(&reasons)
        let time = time(&reasons)
        if let contentType = optional("datacontenttype", &reasons), !isJSON(contentType) {
            reasons.add(.notACloudEvent, at: "/datacontenttype", "Send the data as application/json, in UTF-8.")
        }
        let subject = optional("subject", &reasons)
        let correlation = optional("correlationid", &reasons)
        let causation = optional("causationid", &reasons)
        let trace = traceparent(&reasons)
        guard let id, let source, let type, let time, reasons.isEmpty else { return nil }
        return Envelope(
            id: id, source: source, type: type, time: time, subject: subject, traceparent: trace,
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

    private func time(_ reasons: inout RefusalReasons) -> Instant? {
        guard let text = required("time", &reasons) else { return nil }
        guard let time = Instant(rfc3339: text) else {
            reasons.add(.invalidInstant, at: "/time", "Give a time with an offset, such as 2026-11-23T10:15:00Z.")
            return nil
        }
        return time
    }

    /// Carried through if it is one; a broken trace must not cost a child its event. What is no text at all is none: the schemas
    /// refuse it as well.
    private func traceparent(_ reasons: inout RefusalReasons) -> String? {
        switch find("traceparent") {
        case .absent: return nil
        case .text(let text, _): return TraceParent.carried(text)
        case .otherType:
            reasons.add(.wrongType, at: "/traceparent", "Give a string, or leave the attribute out.")
            return nil
        }
    }

    private func required(_ key: StaticString, _ reasons: inout RefusalReasons) -> String? {
        switch find(key) {
        case .absent:
            reasons.add(.missingField, at: "/\(key)", "Add the attribute \(key).")
            return nil
        case .otherType:
            reasons.add(.wrongType, at: "/\(key)", "Give a string.")
            return nil
        case .text(let text, let marks):
            let unfit = marks.intersection(.unfitForALine)
            guard unfit.isEmpty else {
                reasons.add(unfit, at: "/\(key)")
                return nil
            }
            // Characters and not bytes, as the schemas count.
            let limit = AttributeReading.maximumCharacters
            guard text.utf8.count <= limit || text.unicodeScalars.count <= limit else {
                reasons.add(.tooLong, at: "/\(key)", "Give at most \(limit) characters.")
                return nil
            }
            guard saysSomething(text) else {
                reasons.add(.emptyValue, at: "/\(key)", "Say something here; an empty text is not enough.")
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
        let media = mediaType(contentType)
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
