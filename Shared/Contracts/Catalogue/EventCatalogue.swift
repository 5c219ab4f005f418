import JSON
import Safeguarding

/// Everything that agencies publish: one line a type.
public enum EventCatalogue {
    /// Every type, in the order of the reference.
    public static let all: [any AgencyEvent.Type] = [
        ReferralMade.self,
        InvolvementOpened.self,
        InvolvementClosed.self,
        StrategyDiscussionHeld.self,
        DecisionChanged.self,
        ConsultationRecorded.self,
        StepDownProposed.self,
        EscalationResponded.self,
        EscalationClosed.self,
        ConferenceRequested.self,
        ConferenceDecided.self,
        SupervisionRecorded.self,
        ContactsAttested.self,
        ContactMade.self,
        AppointmentNotBrought.self,
        ConcernRaised.self,
        PoliceNotificationMade.self,
        ImmunisationOverdue.self,
        NoticeAcknowledged.self,
        NoticeAnswered.self,
        InformationProvided.self,
        ScreeningClaimed.self,
        ScreeningReleased.self,
        ScreeningDecided.self,
        ScreeningRated.self,
    ]

    private static let byType: [String: any AgencyEvent.Type] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.terms.type.text, $0) })

    /// What reads events of that type, if agencies publish it.
    public static func event(_ type: String) -> (any AgencyEvent.Type)? { byType[type] }

    /// What is so of that type, if agencies publish it.
    public static func terms(of type: String) -> EventTerms? { byType[type]?.terms }

    /// Reads an event by its type, with everything that stands against it.
    ///
    /// With `now`, the database's clock where the event is let in, moments that have happened lie between 2000-01-01 and five
    /// minutes after it, and birth dates from 1900 to that day (E4). Without it they are not held against a clock: what was
    /// accepted once stays accepted.
    public static func read(_ event: ReceivedEvent, now: Instant? = nil) throws(EventRefusal) -> any AgencyEvent {
        var reasons = now.map { RefusalReasons(now: $0) } ?? RefusalReasons()
        return try read(event, &reasons)
    }

    static func read(
        _ event: ReceivedEvent, _ reasons: inout RefusalReasons
    ) throws(EventRefusal) -> any AgencyEvent {
        event.envelope.checkTime(&reasons)
        guard let type = byType[event.envelope.type] else {
            reasons.add(.unknownType, at: "/type", advice(onUnknown: event.envelope.type))
            throw event.refusal(reasons)
        }
        let read: (any AgencyEvent)? = type.init(reading: event.data, &reasons)
        guard let read, reasons.isEmpty else { throw event.refusal(reasons) }
        return read
    }

    /// JSON Pointers of what stands in the event, beside its data and in them, and neither Keepsight nor its type has: kept and
    /// ignored.
    public static func unknownKeys(of event: ReceivedEvent) -> [String] {
        var unknown = UnknownKeys()
        for other in event.others { unknown.add(other.pointer) }
        for pointer in byType[event.envelope.type]?.unknownKeys(of: event.data).pointers ?? [] { unknown.add(pointer) }
        return unknown.pointers
    }
}
