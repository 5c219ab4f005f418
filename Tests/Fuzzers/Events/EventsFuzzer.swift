import Contracts
import JSON
import Safeguarding

/// Every event: the envelope, then the decoder of its type. What is read can be written and read again as the same value.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEvents(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = inputBytes(data, size)
    guard let event = try? EnvelopeReader.read(value: bytes, headers: [], now: now) else { return 0 }
    let type = event.envelope.type
    if EventCatalogue.event(type) != nil { checkAgencyEvent(event) }
    if FactBody.types.contains(where: { $0.text == type }) { checkFact(event) }
    payloads[type]?(event)
    return 0
}

private let now = Instant(microsecondsSinceEpoch: 1_795_000_000_000_000)

/// The decoders of the types that are no facts, each by itself, as the catalogue has them, so that none is forgotten.
private let payloads: [String: @Sendable (ReceivedEvent) -> Void] = Dictionary(
    uniqueKeysWithValues: ServiceEvents.all.map { decoder(of: $0) } + EventCatalogue.all.map { decoder(of: $0) })

private func decoder(of type: any EventPayload.Type) -> (String, @Sendable (ReceivedEvent) -> Void) { payload(type) }

private func payload<Payload: EventPayload>(
    _ type: Payload.Type
) -> (String, @Sendable (ReceivedEvent) -> Void) {
    (Payload.type.text, { checkPayload(Payload.self, $0) })
}

private func checkPayload<Payload: EventPayload>(_ type: Payload.Type, _ event: ReceivedEvent) {
    var reasons = RefusalReasons()
    let payload = Payload(reading: event.data, &reasons)
    promise((payload == nil) != reasons.isEmpty, "\(Payload.type): nil and reasons do not go together")
    checkReasons(reasons)
    guard let payload else { return }
    var again = RefusalReasons()
    let reread = Payload(reading: rewritten(event.envelope) { payload.write(to: &$0) }.data, &again)
    promise(reread == payload, "\(Payload.type): written and read again it is another; \(again.all)")
}

private func checkAgencyEvent(_ event: ReceivedEvent) {
    do throws(EventRefusal) {
        let atIntake = try EventCatalogue.read(event, now: now)
        promise(
            isSame(try EventCatalogue.read(event), atIntake), "\(event.envelope.type): taken once, it reads as another")
    } catch {
        promise(!error.reasons.isEmpty, "\(event.envelope.type): refused without a reason")
        checkReasons(error.reasons)
    }
}

/// Whether two events are of one type and say the same.
private func isSame<Event: AgencyEvent>(_ left: Event, _ right: any AgencyEvent) -> Bool { right as? Event == left }

private func checkFact(_ event: ReceivedEvent) {
    let fact: Fact
    do throws(EventRefusal) { fact = try Fact(reading: event) } catch {
        promise(!error.reasons.isEmpty, "\(event.envelope.type): refused without a reason")
        return checkReasons(error.reasons)
    }
    let written = rewritten(event.envelope) { fact.write(to: &$0) }
    do throws(EventRefusal) {
        promise(try Fact(reading: written) == fact, "\(event.envelope.type): written and read again it is another")
    } catch {
        broken("\(event.envelope.type): written, it cannot be read again: \(error)")
    }
}

/// The event as it reads after it was written by our writer.
private func rewritten(_ envelope: Envelope, _ write: (inout JSONWriter) -> Void) -> ReceivedEvent {
    let bytes = EnvelopeWriter.write(envelope, data: write)
    do throws(EventRefusal) {
        return try EnvelopeReader.read(value: bytes, headers: [], now: now)
    } catch {
        broken("\(envelope.type): what was written is no event: \(error)")
    }
}

private func checkReasons(_ reasons: RefusalReasons) {
    promise(reasons.all.count <= RefusalReasons.maximum, "more reasons than are kept")
    for reason in reasons.all {
        promise(reason.path.isEmpty || reason.path.hasPrefix("/"), "a path is no JSON Pointer")
        promise(!reason.message.isEmpty, "a reason says nothing")
    }
}
