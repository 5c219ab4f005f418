import Safeguarding

/// An event that an agency publishes, whichever it is.
public enum AgencyEvent: Sendable, Equatable {
    /// `referral.made`
    case referralMade(ReferralMade)
    /// `involvement.opened`
    case involvementOpened(InvolvementOpened)
    /// `involvement.closed`
    case involvementClosed(InvolvementClosed)
    /// `strategy-discussion.held`
    case strategyDiscussionHeld(StrategyDiscussionHeld)
    /// `decision.changed`
    case decisionChanged(DecisionChanged)
    /// `consultation.recorded`
    case consultationRecorded(ConsultationRecorded)
    /// `step-down.proposed`
    case stepDownProposed(StepDownProposed)
    /// `escalation.responded`
    case escalationResponded(EscalationResponded)
    /// `escalation.closed`
    case escalationClosed(EscalationClosed)
    /// `conference.requested`
    case conferenceRequested(ConferenceRequested)
    /// `conference.decided`
    case conferenceDecided(ConferenceDecided)
    /// `supervision.recorded`
    case supervisionRecorded(SupervisionRecorded)
    /// `contacts.attested`
    case contactsAttested(ContactsAttested)
    /// `notice.acknowledged`
    case noticeAcknowledged(NoticeAcknowledged)
    /// `notice.answered`
    case noticeAnswered(NoticeAnswered)
    /// `screening.claimed`
    case screeningClaimed(ScreeningClaimed)
    /// `screening.released`
    case screeningReleased(ScreeningReleased)
    /// `screening.decided`
    case screeningDecided(ScreeningDecided)
    /// `screening.rated`
    case screeningRated(ScreeningRated)

    /// Reads an event by its type, with everything that stands against it.
    ///
    /// With `now`, the database's clock where the event is let in, moments that have happened lie between 2000-01-01 and five
    /// minutes after it, and birth dates from 1900 to that day (E4). Without it they are not held against a clock: what was
    /// accepted once stays accepted.
    public init(reading event: ReceivedEvent, now: Instant? = nil) throws(EventRefusal) {
        var reasons = now.map { RefusalReasons(now: $0) } ?? RefusalReasons()
        event.envelope.checkTime(&reasons)
        let entry = EventCatalogue.entries.first { $0.type.text == event.envelope.type }
        guard let entry else {
            reasons.add(.unknownType, at: "/type", EventCatalogue.advice(onUnknown: event.envelope.type))
            throw event.refusal(reasons)
        }
        guard let read = entry.read(event.data, &reasons), reasons.isEmpty else { throw event.refusal(reasons) }
        self = read
    }
}

/// Everything that agencies can publish: who may, and who answers.
public enum EventCatalogue {
    /// Who may publish a type.
    public enum Publisher: Sendable, Equatable {
        /// Every agency.
        case anyAgency
        /// Children's social care.
        case socialCare
        /// The hub.
        case hub
    }

    /// Which service answers an event with its receipt: the one that can judge it.
    public enum Adjudicator: String, Sendable {
        /// The door itself.
        case referralIntake = "referral-intake"
        /// The decision register.
        case escalationTracker = "escalation-tracker"
        /// The screening desk.
        case mashScreener = "mash-screener"
        /// The book of notices.
        case notifier
    }

    /// One type.
    public struct Entry: Sendable {
        /// Which type.
        public let type: EventType
        /// Who may publish it.
        public let publisher: Publisher
        /// Who answers it.
        public let adjudicator: Adjudicator
        /// What reads it.
        public let payload: any EventPayload.Type
        let read: @Sendable (JSONValue, inout RefusalReasons) -> AgencyEvent?

        init<Payload: EventPayload>(
            _: Payload.Type, by publisher: Publisher, answeredBy adjudicator: Adjudicator,
            _ wrap: @escaping @Sendable (Payload) -> AgencyEvent
        ) {
            type = Payload.type
            self.payload = Payload.self
            self.publisher = publisher
            self.adjudicator = adjudicator
            read = { data, reasons in Payload(reading: data, &reasons).map(wrap) }
        }
    }

    /// Every type.
    public static let entries: [Entry] = [
        Entry(ReferralMade.self, by: .anyAgency, answeredBy: .referralIntake) { .referralMade($0) },
        Entry(InvolvementOpened.self, by: .anyAgency, answeredBy: .referralIntake) { .involvementOpened($0) },
        Entry(InvolvementClosed.self, by: .anyAgency, answeredBy: .referralIntake) { .involvementClosed($0) },
        Entry(StrategyDiscussionHeld.self, by: .anyAgency, answeredBy: .referralIntake) {
            .strategyDiscussionHeld($0)
        },
        Entry(DecisionChanged.self, by: .socialCare, answeredBy: .escalationTracker) { .decisionChanged($0) },
        Entry(ConsultationRecorded.self, by: .anyAgency, answeredBy: .referralIntake) { .consultationRecorded($0) },
        Entry(StepDownProposed.self, by: .socialCare, answeredBy: .escalationTracker) { .stepDownProposed($0) },
        Entry(EscalationResponded.self, by: .anyAgency, answeredBy: .escalationTracker) { .escalationResponded($0) },
        Entry(EscalationClosed.self, by: .anyAgency, answeredBy: .escalationTracker) { .escalationClosed($0) },
        Entry(ConferenceRequested.self, by: .anyAgency, answeredBy: .escalationTracker) { .conferenceRequested($0) },
        Entry(ConferenceDecided.self, by: .socialCare, answeredBy: .escalationTracker) { .conferenceDecided($0) },
        Entry(SupervisionRecorded.self, by: .anyAgency, answeredBy: .referralIntake) { .supervisionRecorded($0) },
        Entry(ContactsAttested.self, by: .anyAgency, answeredBy: .referralIntake) { .contactsAttested($0) },
        Entry(NoticeAcknowledged.self, by: .anyAgency, answeredBy: .notifier) { .noticeAcknowledged($0) },
        Entry(NoticeAnswered.self, by: .anyAgency, answeredBy: .notifier) { .noticeAnswered($0) },
        Entry(ScreeningClaimed.self, by: .hub, answeredBy: .mashScreener) { .screeningClaimed($0) },
        Entry(ScreeningReleased.self, by: .hub, answeredBy: .mashScreener) { .screeningReleased($0) },
        Entry(ScreeningDecided.self, by: .hub, answeredBy: .mashScreener) { .screeningDecided($0) },
        Entry(ScreeningRated.self, by: .hub, answeredBy: .mashScreener) { .screeningRated($0) },
    ]

    /// The entry of a type, if agencies publish it.
    public static func entry(of type: String) -> Entry? { entries.first { $0.type.text == type } }
}
