import Contracts
import KafkaClient
import Messaging
import Policy
import PostgresClient
import Safeguarding

/// The one door: every event of every agency comes in here, is authorised, checked, matched to its children and
/// household, journaled, and goes on as a fact without names. What only another service can judge is answered there;
/// everything else is answered here, in the transaction that lets it in.
public struct ReferralIntake: BatchProcedure {
    private static let source = EventSource.service("referral-intake")

    private let policy: Policy
    private let topics: Topics

    /// The door of one partnership.
    public init(policy: Policy, topics: Topics) {
        self.policy = policy
        self.topics = topics
    }

    /// What the door knows in the course of a batch.
    public struct Workspace: Sendable {
        var register = Register()
    }

    /// Before an event is identified nobody knows whose it is, so no household can be parked here.
    public func household(of message: InboundMessage) -> HouseholdID? { nil }

    /// What must be read and locked for these messages.
    public func reads(for messages: [InboundMessage]) -> [Query] {
        var request = RegisterRequest()
        for message in messages {
            request.events.insert(message.identity)
            guard let agency = topics.agency(ofEventsTopic: message.record.topic),
                case .success(let received) = message.reading, let event = try? AgencyEvent(reading: received)
            else { continue }
            request.add(event, of: agency)
        }
        return request.queries
    }

    /// The door sets no clocks.
    public func reads(firing households: [HouseholdID]) -> [Query] { [] }

    /// One clock of the household that has fallen due.
    public func fire(_ deadline: DueDeadline, in workspace: inout Workspace, now: Instant) -> [Effect<NoRows>] { [] }

    /// The state that those statements returned.
    public func workspace(reading results: ArraySlice<QueryResult>) throws -> Workspace {
        Workspace(register: try Register(reading: Array(results)))
    }

    /// What the batch has changed, one statement a table at the most.
    public func writes(of workspace: inout Workspace, rows: [NoRows]) -> [Query] { workspace.register.writes }

    /// One event at the door: admitted or refused, and answered.
    public func handle(_ message: InboundMessage, in workspace: inout Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<NoRows>]
    {
        guard let agency = topics.agency(ofEventsTopic: message.record.topic) else {
            throw MessageFailure(code: "not-an-events-topic", reason: "The topic is not an agency's events topic.")
        }
        let visit = Visit(message: message, agency: agency, now: now)
        do throws(EventRefusal) {
            let received = try received(visit)
            let event = try AgencyEvent(reading: received)
            return try admit(event, received, visit, &workspace.register)
        } catch {
            return refuse(error, visit)
        }
    }

    /// The same event again has no second effect; its sender, who may not have seen the receipt, gets it again. The same
    /// id with other content is refused. An event that was refused before had no effect, so its id is still free.
    public func handleRepeated(_ message: InboundMessage, in workspace: inout Workspace, now: Instant)
        -> [Effect<NoRows>]
    {
        guard let agency = topics.agency(ofEventsTopic: message.record.topic),
            case .success(let received) = message.reading
        else { return [] }
        let visit = Visit(message: message, agency: agency, now: now)
        guard let digest = workspace.register.journaled[message.identity.hexadecimal] else {
            return (try? handle(message, in: &workspace, now: now)) ?? []
        }
        guard digest == received.contentDigest else {
            let reasons = RefusalReasons(
                .duplicateIDDifferentContent, at: "/id",
                "An event with this id was accepted before and said something else. Give the new event an id of its own."
            )
            return refuse(
                EventRefusal(reasons, eventID: received.envelope.id, eventType: received.envelope.type), visit)
        }
        return EventCatalogue.entry(of: received.envelope.type)?.adjudicator == .referralIntake
            ? [accept(received, key: agency.text, visit)] : []
    }

    /// One event at the door.
    struct Visit {
        let message: InboundMessage
        let agency: AgencyCode
        let now: Instant
    }

    /// Readable, from whom it says, and of a type that the agency may publish.
    private func received(_ visit: Visit) throws(EventRefusal) -> ReceivedEvent {
        let event: ReceivedEvent
        switch visit.message.reading {
        case .success(let readable): event = readable
        case .failure(let refusal): throw refusal
        }
        var reasons = RefusalReasons()
        if event.envelope.source != .agency(visit.agency) {
            reasons.add(
                .sourceNotTopicAgency, at: "/source",
                "On this topic the source must be /agencies/\(visit.agency).")
        }
        if let entry = EventCatalogue.entry(of: event.envelope.type), !mayPublish(entry.publisher, visit.agency) {
            reasons.add(
                .notAuthorised, at: "/type", "Your agency does not publish this type: \(publishers(entry.publisher)).")
        }
        guard reasons.isEmpty else {
            throw EventRefusal(reasons, eventID: event.envelope.id, eventType: event.envelope.type)
        }
        return event
    }

    private func mayPublish(_ publisher: EventCatalogue.Publisher, _ agency: AgencyCode) -> Bool {
        switch publisher {
        case .anyAgency: true
        case .socialCare: policy.agencies[agency]?.kind == .childrensSocialCare
        case .hub: policy.agencies.hub == agency
        }
    }

    private func publishers(_ publisher: EventCatalogue.Publisher) -> String {
        switch publisher {
        case .anyAgency: "every agency does"
        case .socialCare: "children's social care does"
        case .hub: "the hub does"
        }
    }

    /// Turns the event into facts, and journals it. Nothing of the register is touched before the last check.
    private func admit(
        _ event: AgencyEvent, _ received: ReceivedEvent, _ visit: Visit, _ register: inout Register
    ) throws(EventRefusal) -> [Effect<NoRows>] {
        let facts: [Fact]
        do throws(EventRefusal) {
            // In place: a copy of the register for each event would cost as much as the batch is long. So whoever refuses
            // does it before the register's first change.
            facts = try Admission(policy: policy, visit: visit, envelope: received.envelope)
                .facts(of: event, received, &register)
        } catch {
            throw EventRefusal(
                error.reasons, eventID: received.envelope.id, eventType: received.envelope.type)
        }
        let digest = received.contentDigest
        register.journaled[visit.message.identity.hexadecimal] = digest
        register.additions.journal.append(
            Register.JournalEntry(
                event: visit.message.identity, agency: visit.agency, eventID: received.envelope.id,
                eventType: received.envelope.type, happenedAt: received.envelope.time, digest: digest,
                content: Array(received.data.rawBytes),
                households: Set(facts.map(\.context.household)).sorted()))
        var effects = facts.enumerated().map { place, fact in say(fact, place: place, received.envelope, visit) }
        if EventCatalogue.entry(of: received.envelope.type)?.adjudicator == .referralIntake {
            let key = facts.last?.context.household.text ?? visit.agency.text
            effects.append(accept(received, key: key, visit))
        }
        return effects
    }

    private func say(_ fact: Fact, place: Int, _ envelope: Envelope, _ visit: Visit) -> Effect<NoRows> {
        let identity = visit.message.identity.hexadecimal
        let outgoing = Envelope(
            id: "fact-\(identity)-\(place)", source: ReferralIntake.source, type: fact.body.type.text,
            time: envelope.time, traceparent: envelope.traceparent,
            correlationID: envelope.correlationID ?? identity, causationID: identity)
        return .publish(
            OutgoingRecord(
                topic: topics.facts.name, key: fact.context.household.text,
                value: EnvelopeWriter.write(outgoing) { fact.write(to: &$0) }))
    }

    private func accept(_ event: ReceivedEvent, key: String, _ visit: Visit) -> Effect<NoRows> {
        receipt(
            ReceiptAccepted(eventID: event.envelope.id, eventType: event.envelope.type, recordedAt: visit.now),
            key: key, traceparent: event.envelope.traceparent, tally: "receipt accepted", visit)
    }

    /// A refused event has no effect but this answer. What could not be read at all is kept for the operators as well.
    private func refuse(_ refusal: EventRefusal, _ visit: Visit) -> [Effect<NoRows>] {
        var effects = [
            receipt(
                ReceiptRefused(
                    eventID: refusal.eventID, eventType: refusal.eventType, reasons: refusal.reasons.all),
                key: visit.agency.text, traceparent: nil,
                tally: "receipt refused " + (refusal.reasons.all.first?.code.rawValue ?? ""), visit)
        ]
        if refusal.isUnreadable {
            let failure = MessageFailure(code: "unreadable", reason: refusal.description)
            let letter = DeadLetter(record: visit.message.record, failure: failure, at: visit.now)
            effects.append(.publish(letter.outgoing(topic: topics.deadLetters(of: "referral-intake").name)))
        }
        return effects
    }

    private func receipt(
        _ payload: some EventPayload, key: String, traceparent: String?, tally: String, _ visit: Visit
    ) -> Effect<NoRows> {
        let record = visit.message.record
        // A repeated event gets a receipt of its own, so the place of the record belongs to the identity.
        let id = SHA256.identifier("receipt", record.topic, "\(record.partition)", "\(record.offset)")
        let envelope = Envelope(
            id: "receipt-" + id, source: ReferralIntake.source, type: type(of: payload).type.text, time: visit.now,
            traceparent: traceparent, causationID: visit.message.identity.hexadecimal)
        return .publish(
            OutgoingRecord(
                topic: topics.notices(of: visit.agency).name, key: key, value: payload.event(envelope), tally: tally))
    }
}

extension RegisterRequest {
    /// The keys under which an event's children and subjects can be known.
    mutating func add(_ event: AgencyEvent, of agency: AgencyCode) {
        switch event {
        case .referralMade(let referral): for child in referral.children { add(child, of: agency) }
        case .involvementOpened(let involvement): for child in involvement.children { add(child, of: agency) }
        case .involvementClosed(let involvement): add(involvement.children.map(\.ref), of: agency)
        case .strategyDiscussionHeld(let discussion): add(discussion.children.map(\.ref), of: agency)
        case .decisionChanged(let decision):
            add(decision.children.map(\.ref), of: agency)
            subjects.insert(Admission.subject(decision: decision.decisionID))
        case .consultationRecorded(let consultation):
            subjects.insert(Admission.subject(decision: consultation.decisionID))
        case .stepDownProposed(let proposal):
            add(proposal.children.map(\.ref), of: agency)
            subjects.insert(Admission.subject(decision: proposal.decisionID))
        case .conferenceRequested(let request):
            add(request.children.map(\.ref), of: agency)
            subjects.insert(Admission.subject(conference: request.requestID))
        case .conferenceDecided(let decision): subjects.insert(Admission.subject(conference: decision.requestID))
        case .supervisionRecorded(let supervision): add(supervision.children.map(\.ref), of: agency)
        case .escalationResponded, .escalationClosed, .contactsAttested: break
        case .noticeAcknowledged, .noticeAnswered, .screeningClaimed, .screeningReleased, .screeningDecided,
            .screeningRated:
            break
        }
    }

    private mutating func add(_ child: ChildDescription, of agency: AgencyCode) {
        add([child.ref], of: agency)
        if let number = child.nhsNumber { personKeys.insert(IdentityKeys.nhs(number)) }
        if let exact = IdentityKeys.exact(child) { personKeys.insert(exact) }
        householdKeys.formUnion(IdentityKeys.address(child))
    }

    private mutating func add(_ refs: [String], of agency: AgencyCode) {
        for ref in refs { personKeys.insert(IdentityKeys.reference(agency, ref)) }
    }
}
