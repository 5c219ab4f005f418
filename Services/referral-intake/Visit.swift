import Contracts
import Messaging
import Policy
import Safeguarding

/// One event at intake: the message, whose topic it stands on, and what can be read of it.
struct Visit {
    let message: InboundMessage
    let agency: AgencyCode
    let now: Instant

    var identity: EventIdentity { message.identity }
    var asked: Asked { Asked(message) }

    /// Who speaks is checked before anything else (E7): whoever publishes under another's source hears that, and nothing of
    /// what the other has published, since nothing of it is looked at.
    func readable() throws(EventRefusal) -> ReceivedEvent {
        let event: ReceivedEvent
        switch message.reading {
        case .success(let readable): event = readable
        case .failure(let refusal): throw refusal
        }
        guard event.envelope.source == .agency(agency) else {
            throw EventRefusal(
                RefusalReasons(
                    .sourceNotTopicAgency, at: "/source", "On this topic the source must be /agencies/\(agency)."),
                eventID: event.envelope.id, eventType: event.envelope.type)
        }
        return event
    }

    /// The event as its type reads it, once however often it is asked for.
    func event(_ received: ReceivedEvent) throws(EventRefusal) -> any AgencyEvent {
        let content = message.content { () -> Result<any AgencyEvent, EventRefusal> in
            do throws(EventRefusal) { return .success(try EventCatalogue.read(received)) } catch {
                return .failure(error)
            }
        }
        return try content.get()
    }
}

extension Policy {
    /// Refuses a type that the agency does not publish.
    func authorise(_ event: ReceivedEvent, of agency: AgencyCode) throws(EventRefusal) {
        guard let terms = EventCatalogue.terms(of: event.envelope.type), !mayPublish(terms.publishers, agency) else {
            return
        }
        throw EventRefusal(
            RefusalReasons(
                .notAuthorised, at: "/type", "Your agency does not publish this type: \(terms.publishers.sentence)."),
            eventID: event.envelope.id, eventType: event.envelope.type)
    }

    private func mayPublish(_ publisher: EventTerms.Publisher, _ agency: AgencyCode) -> Bool {
        switch publisher {
        case .anyAgency: true
        case .socialCare: agencies[agency]?.kind == .childrensSocialCare
        case .hub: agencies.hub == agency
        }
    }
}

extension EventTerms.Publisher {
    fileprivate var sentence: String {
        switch self {
        case .anyAgency: "every agency does"
        case .socialCare: "children's social care does"
        case .hub: "the hub does"
        }
    }
}
