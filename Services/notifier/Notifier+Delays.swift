import Contracts
import Messaging
import Safeguarding

extension Notifier {
    /// An acknowledgement or an answer that waits for an operator: whoever sent it is told. What other services say has no
    /// sender who waits.
    public func delayed(_ message: InboundMessage, behind hold: HouseholdHold, now: Instant) -> [OutgoingRecord] {
        guard let (event, household) = try? message.addressed() else { return [] }
        return Notifier.publisher.delays(
            of: event, ignoring: ignoredTypes, household: household, topics: topics, now: now)
    }

    /// One that an operator has taken out: whoever sent it is told.
    public func discarded(_ message: InboundMessage, now: Instant) -> [OutgoingRecord] {
        guard let (event, household) = try? message.addressed() else { return [] }
        return Notifier.publisher.discards(
            of: event, ignoring: ignoredTypes, household: household, topics: topics, now: now)
    }
}
