import Contracts
import Safeguarding

extension EventPublisher {
    /// Tells intake that an event waits for an operator at this service, so that its sender hears of it: one record, or none if
    /// the event is no agency's, or of a type that the service leaves to others.
    ///
    /// Like the service's ruling it names the fact as its cause, and it has an id of its own: the ruling is still to come.
    /// What the event waits behind is not in it.
    public func delays(
        of event: ReceivedEvent, ignoring ignoredTypes: Set<String>, household: HouseholdID, topics: Topics,
        now: Instant
    ) -> [OutgoingRecord] {
        ruling(of: event, ignoring: ignoredTypes, household, topics, .delay, now) {
            EventRuling(delaying: $0, at: now)
        }
    }

    /// Tells intake that an event will not be handled, since an operator has discarded it or handled another in its place: as
    /// `delays`, for those who were told that it waits.
    public func discards(
        of event: ReceivedEvent, ignoring ignoredTypes: Set<String>, household: HouseholdID, topics: Topics,
        now: Instant
    ) -> [OutgoingRecord] {
        ruling(of: event, ignoring: ignoredTypes, household, topics, .discard, now) {
            EventRuling(discarding: $0, at: now)
        }
    }

    private enum Word: String {
        case delay, discard
    }

    private func ruling(
        of event: ReceivedEvent, ignoring ignoredTypes: Set<String>, _ household: HouseholdID, _ topics: Topics,
        _ word: Word, _ now: Instant, _ ruling: (Fact) -> EventRuling
    ) -> [OutgoingRecord] {
        guard !ignoredTypes.contains(event.envelope.type), let fact = try? Fact.reading(event) else { return [] }
        let origin = Origin(event.envelope)
        return [
            record(
                ruling(fact), id: word.rawValue + "ed-" + SHA256.identifier(source.text, origin.causationID),
                on: topics.rulings, key: household.text, from: origin.lineage, at: now, tally: word.rawValue)
        ]
    }
}
