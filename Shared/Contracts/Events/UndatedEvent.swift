import Safeguarding

/// An agency's event that was read before anybody knew what time it is: everything of it is checked but whether its moments
/// have happened (E4).
public struct UndatedEvent: Sendable {
    /// The event.
    public let event: any AgencyEvent
    private let received: ReceivedEvent
    private let moments: NotedMoments

    /// Reads an event by its type, with everything that stands against it by itself.
    public init(reading event: ReceivedEvent) throws(EventRefusal) {
        var reasons = RefusalReasons.noting
        self.event = try EventCatalogue.read(event, &reasons)
        received = event
        moments = reasons.noted
    }

    /// The event, if its moments have happened by then. It is read again only to say which have not.
    public func dated(by now: Instant) throws(EventRefusal) -> any AgencyEvent {
        moments.lieWithinLimits(at: now) ? event : try EventCatalogue.read(received, now: now)
    }
}
