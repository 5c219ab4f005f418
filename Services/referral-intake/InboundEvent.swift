import Contracts
import Messaging
import Policy
import Safeguarding

/// One event at intake: the message, whose topic it stands on, and what can be read of it.
struct InboundEvent {
    let message: InboundMessage
    let agency: AgencyCode
    let now: Instant

    var identity: EventIdentity { message.identity }
    var asked: Asked { Asked(message) }

    /// Who speaks is checked before anything else (E7): whoever publishes under another's source hears that, and nothing of
    /// what the other has published, since nothing of it is looked at.
    func readable() throws(EventRefusal) -> ReceivedEvent {
        if let foreign { throw foreign }
        return try message.reading.get()
    }

    /// The refusal of an event whose source can be read and is not this topic's agency, whatever else stands against it.
    var foreign: EventRefusal? {
        var refusal: EventRefusal
        switch message.reading {
        case .success(let event):
            refusal = EventRefusal(
                RefusalReasons(), eventID: event.envelope.id, eventType: event.envelope.type,
                source: event.envelope.source)
        case .failure(let found): refusal = found
        }
        guard let source = refusal.source, source != .agency(agency) else { return nil }
        refusal.reasons = RefusalReasons(
            .sourceNotTopicAgency, at: "/source", "On this topic the source must be /agencies/\(agency).")
        return refusal
    }

    /// The event as its type reads it.
    func event(_ received: ReceivedEvent) throws(EventRefusal) -> any AgencyEvent {
        try undated(received).get().event
    }

    /// The event, if what it says has happened has, by the database's clock, which nobody knew when the batch's state was
    /// asked for (E4).
    func datedEvent(_ received: ReceivedEvent) throws(EventRefusal) -> any AgencyEvent {
        switch undated(received) {
        case .success(let event): try event.dated(by: now)
        // Again, for its moments among the reasons.
        case .failure: try EventCatalogue.read(received, now: now)
        }
    }

    /// Read once, however often it is asked for.
    private func undated(_ received: ReceivedEvent) -> Result<UndatedEvent, EventRefusal> {
        message.content {
            do throws(EventRefusal) { return .success(try UndatedEvent(reading: received)) } catch {
                return .failure(error)
            }
        }
    }
}

extension Policy {
    /// Refuses a type that the agency does not publish (T4).
    func authorise(_ event: ReceivedEvent, of agency: AgencyCode) throws(EventRefusal) {
        guard let terms = EventCatalogue.terms(of: event.envelope.type), !agencies.mayPublish(terms, agency) else {
            return
        }
        let who = agencies.publishers(of: terms).words
        throw EventRefusal(
            RefusalReasons(.notAuthorised, at: "/type", "Your agency does not publish this type. Who does: \(who)."),
            eventID: event.envelope.id, eventType: event.envelope.type)
    }
}
