import Contracts
import JSON
import Safeguarding

/// The envelope in both content modes. The first byte chooses: `b` for binary mode, whose input is headers `name: value`, a
/// line each, an empty line and the value; anything else for structured mode, whose input is the value.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEnvelope(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = inputBytes(data, size)
    guard let mode = bytes.first else { return 0 }
    let record = mode == 0x62 ? Record(binary: bytes.dropFirst()) : Record(value: Array(bytes.dropFirst()), headers: [])
    guard let event = record.read() else { return 0 }
    if mode != 0x62, let type = record.value.withUnsafeBytes(EnvelopeReader.typeAhead) {
        promise(type == event.envelope.type, "the type read ahead is another")
    }
    checkAttributes(of: event.envelope)
    checkBinary(checkStructured(event))
    return 0
}

private struct Record {
    let value: [UInt8]
    let headers: [(name: String, value: [UInt8])]

    init(value: [UInt8], headers: [(name: String, value: [UInt8])]) {
        self.value = value
        self.headers = headers
    }

    init(binary bytes: ArraySlice<UInt8>) {
        var rest = bytes
        // With it the reader takes the record for binary mode; the input can still name another version before it.
        var headers: [(name: String, value: [UInt8])] = []
        while headers.count < 32, let end = rest.firstIndex(of: 0x0A) {
            let line = rest[rest.startIndex..<end]
            rest = rest[(end + 1)...]
            if line.isEmpty { break }
            let name = line.prefix { $0 != 0x3A }
            let value = line.dropFirst(name.count + 1).drop { $0 == 0x20 }
            headers.append((String(decoding: name, as: UTF8.self), Array(value)))
        }
        if !headers.contains(where: { $0.name == "ce_specversion" }) {
            headers.append(("ce_specversion", Array("1.0".utf8)))
        }
        self.headers = headers
        value = Array(rest)
    }

    /// The event, unless it is refused; then the refusal keeps its own promises.
    func read(_ limits: JSONLimits = .event) -> ReceivedEvent? {
        do throws(EventRefusal) {
            return try EnvelopeReader.read(
                value: value, headers: headers, now: Instant(microsecondsSinceEpoch: 1_795_000_000_000_000),
                limits: limits)
        } catch {
            promise(!error.reasons.isEmpty, "a refusal without a reason")
            promise(error.reasons.all.count <= RefusalReasons.maximum, "more reasons than are kept")
            promise((error.eventID ?? "x").unicodeScalars.count <= 200, "a refusal's id is longer than an id")
            promise((error.eventType ?? "x").unicodeScalars.count <= 200, "a refusal's type is longer than a type")
            for reason in error.reasons.all {
                promise(reason.path.isEmpty || reason.path.hasPrefix("/"), "a path is no JSON Pointer")
                promise(isOneLine(reason.path), "a path holds what no text may hold")
            }
            return nil
        }
    }
}

private func checkAttributes(of envelope: Envelope) {
    let texts = [
        envelope.id, envelope.source.text, envelope.type, envelope.subject ?? "x", envelope.correlationID ?? "x",
        envelope.causationID ?? "x",
    ]
    for text in texts {
        promise((1...200).contains(text.unicodeScalars.count), "an attribute is empty, or longer than 200 characters")
        promise(isOneLine(text), "an attribute holds what no text may hold")
    }
    promise(Instant(rfc3339: envelope.time.rfc3339) == envelope.time, "the time cannot be written and read again")
    promise(EventSource(envelope.source.text) == envelope.source, "the source cannot be written and read again")
}

/// As our services write it, the event is read again as the same; without what stood beside its data, which they do not write.
private func checkStructured(_ event: ReceivedEvent) -> ReceivedEvent {
    let bytes = EnvelopeWriter.write(event.envelope) { writer in
        for (key, value) in event.data.members {
            writer.key(key)
            writer.copy(value)
        }
    }
    guard let again = Record(value: bytes, headers: []).read(.aroundAnEvent) else {
        broken("an event cannot be read again in structured mode")
    }
    promise(again.envelope == event.envelope, "in structured mode the envelope is another")
    promise(isSame(again.data, event.data), "in structured mode the data are others")
    return again
}

/// Either mode says the same.
private func checkBinary(_ event: ReceivedEvent) {
    let envelope = event.envelope
    let attributes = [
        ("specversion", "1.0"), ("id", envelope.id), ("source", envelope.source.text), ("type", envelope.type),
        ("time", envelope.time.rfc3339), ("subject", envelope.subject), ("traceparent", envelope.traceparent),
        ("correlationid", envelope.correlationID), ("causationid", envelope.causationID),
    ]
    let headers = attributes.compactMap { name, value in value.map { (name: "ce_" + name, value: Array($0.utf8)) } }
    let record = Record(value: Array(event.data.rawBytes), headers: headers)
    guard let again = record.read(.aroundAnEvent) else { broken("an event cannot be read again in binary mode") }
    promise(again.envelope == envelope, "in binary mode the envelope is another")
    promise(isSame(again.data, event.data), "in binary mode the data are others")
    promise(again.contentDigest == event.contentDigest, "in binary mode the digest is another")
}

/// No control characters, and nothing that changes the direction of writing.
private func isOneLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
        switch scalar.value {
        case 0x00..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
        default: true
        }
    }
}

extension JSONLimits {
    /// For what was within limits in the other mode: an envelope around the data takes bytes, and one level.
    fileprivate static let aroundAnEvent = JSONLimits(
        maximumBytes: JSONLimits.event.maximumBytes * 4, maximumDepth: JSONLimits.event.maximumDepth + 1,
        maximumStringCharacters: JSONLimits.event.maximumStringCharacters)
}
