import Contracts
import Safeguarding

extension OutgoingRecord {
    /// Tells intake that an event waits for an operator at a service, so that its sender hears of it: one record, or none if
    /// the event is no agency's, or of a type that the service leaves to others.
    ///
    /// Like the service's verdict it names the fact as its cause, and it has an id of its own: the verdict is still to come.
    /// What the event waits behind is not in it.
    public static func delays(
        of event: ReceivedEvent, ignoring ignoredTypes: Set<String>, household: HouseholdID, by service: EventSource,
        topics: Topics, now: Instant
    ) -> [OutgoingRecord] {
        verdict(of: event, ignoring: ignoredTypes, household: household, by: service, topics, .delay, now) {
            VerdictGiven(delaying: $0, at: now)
        }
    }

    /// Tells intake that an event will not be handled, since an operator has discarded it or handled another in its place: as
    /// `delays`, for those who were told that it waits.
    public static func discards(
        of event: ReceivedEvent, ignoring ignoredTypes: Set<String>, household: HouseholdID, by service: EventSource,
        topics: Topics, now: Instant
    ) -> [OutgoingRecord] {
        verdict(of: event, ignoring: ignoredTypes, household: household, by: service, topics, .discard, now) {
            VerdictGiven(discarding: $0, at: now)
        }
    }

    private enum Word: String {
        case delay, discard
    }

    private static func verdict(
        of event: ReceivedEvent, ignoring ignoredTypes: Set<String>, household: HouseholdID, by service: EventSource,
        _ topics: Topics, _ word: Word, _ now: Instant, _ verdict: (Fact) -> VerdictGiven
    ) -> [OutgoingRecord] {
        guard !ignoredTypes.contains(event.envelope.type), let fact = try? Fact.reading(event) else { return [] }
        let origin = Origin(event.envelope)
        let envelope = Envelope(
            id: word.rawValue + "ed-" + SHA256.identifier(service.text, origin.causationID), source: service,
            type: VerdictGiven.type.text, time: now, traceparent: origin.traceparent,
            correlationID: origin.correlationID, causationID: origin.causationID)
        return [
            OutgoingRecord(
                topic: topics.verdicts.name, key: household.text, value: verdict(fact).event(envelope),
                tally: word.rawValue)
        ]
    }
}
