import Contracts
import Safeguarding

extension EventPublisher {
    /// Tells intake that an event waits for an operator at this service, so that its sender hears of it: one record, or none if
    /// the event is no agency's, or of a type that the service leaves to others.
    ///
    /// Like the service's verdict it names the fact as its cause, and it has an id of its own: the verdict is still to come.
    /// What the event waits behind is not in it.
    public func delays(
        of event: ReceivedEvent, ignoring ignoredTypes: Set<String>, household: HouseholdID, topics: Topics,
        now: Instant
    ) -> [OutgoingRecord] {
        verdict(of: event, ignoring: ignoredTypes, household, topics, .delay, now) {
            VerdictGiven(delaying: $0, at: now)
        }
    }

    /// Tells intake that an event will not be handled, since an operator has discarded it or handled another in its place: as
    /// `delays`, for those who were told that it waits.
    public func discards(
        of event: ReceivedEvent, ignoring ignoredTypes: Set<String>, household: HouseholdID, topics: Topics,
        now: Instant
    ) -> [OutgoingRecord] {
        verdict(of: event, ignoring: ignoredTypes, household, topics, .discard, now) {
            VerdictGiven(discarding: $0, at: now)
        }
    }

    private enum Word: String {
        case delay, discard
    }

    private func verdict(
        of event: ReceivedEvent, ignoring ignoredTypes: Set<String>, _ household: HouseholdID, _ topics: Topics,
        _ word: Word, _ now: Instant, _ verdict: (Fact) -> VerdictGiven
    ) -> [OutgoingRecord] {
        guard !ignoredTypes.contains(event.envelope.type), let fact = try? Fact.reading(event) else { return [] }
        let origin = Origin(event.envelope)
        return [
            record(
                verdict(fact), id: word.rawValue + "ed-" + SHA256.identifier(source.text, origin.causationID),
                on: topics.verdicts, key: household.text, from: origin.lineage, at: now, tally: word.rawValue)
        ]
    }
}
