import Contracts
import JSON
import KafkaClient
import Messaging
import Policy
import PostgresClient
import ReferralIntakeSpec
import Safeguarding

/// The one way in: every event of every agency comes in here, is authorised, checked, matched to its children and household,
/// journaled, and goes on as a fact without names. Every sender is answered here: at once, in the transaction that lets its
/// event in or refuses it; or, where only another service can judge it, in the one that keeps that service's ruling.
public struct ReferralIntake: BatchProcedure {
    static let publisher = EventPublisher(service: ReferralIntakeSpec.service.name)

    let policy: Policy
    let topics: Topics

    /// The intake of one partnership.
    public init(policy: Policy, topics: Topics) {
        self.policy = policy
        self.topics = topics
    }

    /// What intake knows in the course of a batch.
    public struct Workspace: Sendable {
        var register = Register()
    }

    /// The topics that it reads.
    public var inputs: [String] {
        ReferralIntakeSpec.service.inputs(topics, agencies: policy.agencies.codes).map(\.name)
    }

    /// Before an event is identified nobody knows whose it is, so no household can be parked here.
    public func household(of message: InboundMessage) -> HouseholdID? { nil }

    /// What must be read and locked for these messages.
    public func reads(for messages: [InboundMessage]) -> [Query] {
        var request = RegisterRequest()
        for message in messages {
            if message.record.topic == topics.rulings.name {
                if case .success(let judgement) = judgement(of: message) { request.events.insert(judgement.event) }
                continue
            }
            request.kind = .events
            guard let inbound = inbound(message, now: Instant(microsecondsSinceEpoch: 0)),
                let received = try? inbound.readable()
            else { continue }
            request.events.insert(message.identity)
            if let event = try? inbound.event(received) { request.add(event, of: inbound.agency) }
        }
        return request.queries
    }

    /// The state that those statements returned.
    public func workspace(reading results: ArraySlice<QueryResult>) throws -> Workspace {
        Workspace(register: try Register(reading: Array(results)))
    }

    /// What the batch has changed, one statement a table at the most.
    public func writes(of workspace: inout Workspace, rows: [NoRows]) -> [Query] { workspace.register.writes }

    /// One event of an agency: admitted or refused, and answered. Or a ruling: kept, and delivered.
    public func handle(_ message: InboundMessage, in workspace: inout Workspace, now: Instant)
        throws(MessageFailure) -> [Effect<NoRows>]
    {
        if message.record.topic == topics.rulings.name { return try keep(message, &workspace.register, now: now) }
        guard let inbound = inbound(message, now: now) else {
            throw MessageFailure(code: "not-an-events-topic", reason: "The topic is not an agency's events topic.")
        }
        return receive(inbound, &workspace.register)
    }

    /// An event that came before: whether it was let in, the journal says.
    public func handleRepeated(_ message: InboundMessage, in workspace: inout Workspace, now: Instant)
        -> [Effect<NoRows>]
    {
        inbound(message, now: now).map { receive($0, &workspace.register) } ?? []
    }

    /// A message that cannot be stored is refused, so that its sender hears of it; the operators have its bytes.
    public func handleGivenUp(
        _ message: InboundMessage, because failure: MessageFailure, in workspace: inout Workspace, now: Instant
    ) -> [Effect<NoRows>] {
        guard let inbound = inbound(message, now: now) else { return [] }
        let reasons = RefusalReasons(
            .notStorable, at: "",
            "The event could not be stored as it is and has no effect. Ask the operators what is wrong with it, and send it "
                + "again once that is mended.")
        return [refusal(inbound.foreign ?? EventRefusal(reasons, of: message), inbound, workspace.register)]
    }

    private func inbound(_ message: InboundMessage, now: Instant) -> InboundEvent? {
        topics.agency(ofEventsTopic: message.record.topic).map { InboundEvent(message: message, agency: $0, now: now) }
    }

    private func receive(_ inbound: InboundEvent, _ register: inout Register) -> [Effect<NoRows>] {
        do throws(EventRefusal) {
            let received = try inbound.readable()
            guard let entry = register.journal[inbound.identity] else {
                return try admit(received, attempt: 1, inbound, &register)
            }
            return try answerAgain(received, entry, inbound, &register)
        } catch {
            return refuse(error, inbound, register)
        }
    }

    /// An event whose id is on record (E2). The same again gets its receipt again, with the time since which it is in effect;
    /// while its judge has said nothing, this record waits for the ruling beside the first, or, where as many wait as may, is
    /// refused for the while. Something else under the id is
    /// refused if the first was accepted, and is a new event if it was refused.
    ///
    /// What intake refuses by itself it does not keep: it judges that again, to the same end as long as nothing has changed.
    /// A sender who has done what the refusal says, and introduced the child, gets the event in by sending it again.
    private func answerAgain(
        _ received: ReceivedEvent, _ entry: JournalEntry, _ inbound: InboundEvent, _ register: inout Register
    ) throws(EventRefusal) -> [Effect<NoRows>] {
        let isSame = entry.digest == received.contentDigest
        switch register.standing(of: entry) {
        case .accepted(let recordedAt):
            guard isSame else { throw otherContent(received, Self.acceptedBefore) }
            return [receipts(register, inbound.now).accepted(entry, recordedAt: recordedAt, at: inbound.asked)]
        case .refused(let reasons):
            guard isSame, !entry.isJudgedHere, !Self.isHandedBack(reasons) else {
                return try admit(received, attempt: entry.attempt + 1, inbound, &register)
            }
            return [
                receipts(register, inbound.now)
                    .refused(
                        reasons, eventID: entry.eventID, eventType: entry.eventType, to: inbound.agency,
                        at: inbound.asked)
            ]
        case .pending:
            guard isSame else { throw otherContent(received, Self.beingJudged) }
            // An answer that would not be followed by another is none: the sender is to ask again.
            guard register.add(inbound.asked, to: entry.event) else {
                throw EventRefusal(
                    RefusalReasons(.stillBeingJudged, at: "/id", Self.manyWait), eventID: received.envelope.id,
                    eventType: received.envelope.type)
            }
            guard let consultation = try? inbound.event(received) as? ConsultationRecorded,
                let waitingFor = register.waitingFor(consultation, inbound.identity)
            else { return [] }
            return [receipts(register, inbound.now).waits(entry, for: waitingFor, at: inbound.asked)]
        }
    }

    private static let acceptedBefore =
        "An event with this id was accepted before and said something else. Give the new event an id of its own."
    private static let beingJudged =
        "An event with this id came before, said something else, and is still being judged. Wait for its receipt: if it is "
        + "refused, send this one again; if it is accepted, give this one an id of its own."

    private static let manyWait =
        "This event is still being judged, and \(JournalEntry.maximumAskers + 1) of its records wait for the ruling already. This one "
        + "gets none: wait for theirs, which is this one's too, or send it again after that."

    private func otherContent(_ received: ReceivedEvent, _ sentence: String) -> EventRefusal {
        EventRefusal(
            RefusalReasons(.duplicateIDDifferentContent, at: "/id", sentence), eventID: received.envelope.id,
            eventType: received.envelope.type)
    }

    /// Turns the event into facts, and journals it. Nothing of the register is touched before the last check.
    private func admit(
        _ received: ReceivedEvent, attempt: Int, _ inbound: InboundEvent, _ register: inout Register
    ) throws(EventRefusal) -> [Effect<NoRows>] {
        try policy.authorise(received, of: inbound.agency)
        let event = try inbound.datedEvent(received)
        let reference = register.reference(of: inbound.identity, attempt: attempt)
        let admitted: Admission.Admitted
        do throws(EventRefusal) {
            // In place: a copy of the register for each event would cost as much as the batch is long. So whoever refuses
            // does it before the register's first change.
            admitted = try Admission(
                policy: policy, inbound: inbound, envelope: received.envelope, reference: reference.hex
            ).admit(event, &register)
        } catch {
            throw EventRefusal(
                error.reasons, eventID: received.envelope.id, eventType: received.envelope.type)
        }
        register.take(event.ownIdentifier, of: inbound, reference, admitted)
        let entry = JournalEntry(
            event: inbound.identity, agency: inbound.agency, eventID: received.envelope.id,
            eventType: received.envelope.type, happenedAt: received.envelope.time, recordedAt: inbound.now,
            digest: received.contentDigest, attempt: attempt, asked: inbound.asked,
            content: Array(received.data.rawBytes),
            households: Set(admitted.facts.map(\.context.household)).sorted(),
            ignored: EventCatalogue.unknownKeys(of: received))
        register.note(entry)
        let released = admitted.released.map {
            publish($0.fact, FactName(reference: $0.reference, place: 0), received.envelope)
        }
        let facts = admitted.facts.enumerated().map { place, fact in
            publish(fact, FactName(reference: reference, place: place), received.envelope)
        }
        return released + facts + admitted.clocks + answer(entry, admitted, register, inbound.now)
    }

    /// The receipt of an event that was let in now, or what it waits for; none while another service judges it. Where the
    /// database has lost the event and reads it again, its ruling is here before it.
    private func answer(
        _ entry: JournalEntry, _ admitted: Admission.Admitted, _ register: Register, _ now: Instant
    ) -> [Effect<NoRows>] {
        guard let waitingFor = admitted.waitingFor, register.standing(of: entry) == .pending else {
            return answer(entry, register, now)
        }
        return [receipts(register, now).waits(entry, for: waitingFor, at: entry.asked)]
    }

    /// Inside, what belongs together is ours to say: a sender's own correlation goes nowhere but onto its receipt.
    private func publish(_ fact: Fact, _ name: FactName, _ envelope: Envelope) -> Effect<NoRows> {
        let lineage = EventLineage(
            traceparent: envelope.traceparent, correlationID: name.reference.hex, causationID: name.reference.hex)
        return .publish(
            ReferralIntake.publisher.record(
                fact, id: name.text, on: topics.facts, from: lineage, at: envelope.time))
    }

    /// The receipts of an event that is on record, one for each of its records that waits, if there is any to give: the same
    /// for its first record and for those of its ruling, wherever that stands.
    func answer(_ entry: JournalEntry, _ register: Register, _ now: Instant) -> [Effect<NoRows>] {
        let receipts = receipts(register, now)
        switch register.standing(of: entry) {
        case .accepted(let recordedAt):
            return entry.allAsked.map { receipts.accepted(entry, recordedAt: recordedAt, at: $0) }
        case .refused(let reasons):
            return entry.allAsked.map {
                receipts.refused(
                    reasons, eventID: entry.eventID, eventType: entry.eventType, to: entry.agency, at: $0)
            }
        case .pending: return []
        }
    }

    func receipts(_ register: Register, _ now: Instant) -> Receipts {
        Receipts(topics: topics, secret: register.secret, now: now)
    }

    /// A refused event has no effect but this answer. What could not be read at all is kept for the operators as well.
    private func refuse(_ refusal: EventRefusal, _ inbound: InboundEvent, _ register: Register) -> [Effect<NoRows>] {
        var effects = [self.refusal(refusal, inbound, register)]
        if refusal.isUnreadable {
            let failure = MessageFailure(code: "unreadable", reason: refusal.description)
            let letter = DeadLetter(record: inbound.message.record, failure: failure, at: inbound.now)
            effects.append(
                .publish(letter.outgoing(topic: topics.deadLetters(of: ReferralIntakeSpec.service.name).name)))
        }
        return effects
    }

    private func refusal(_ refusal: EventRefusal, _ inbound: InboundEvent, _ register: Register) -> Effect<NoRows> {
        receipts(register, inbound.now)
            .refused(
                refusal.reasons.all, eventID: refusal.eventID, eventType: refusal.eventType, to: inbound.agency,
                at: inbound.asked)
    }
}

extension EventRefusal {
    /// Of a message of which as much is named as can be read.
    fileprivate init(_ reasons: RefusalReasons, of message: InboundMessage) {
        switch message.reading {
        case .success(let event):
            self.init(reasons, eventID: event.envelope.id, eventType: event.envelope.type)
        case .failure(let refusal): self.init(reasons, eventID: refusal.eventID, eventType: refusal.eventType)
        }
    }
}

extension RefusalCode {
    /// The database cannot hold the event as it is.
    static let notStorable = RefusalCode(rawValue: "not-storable")
    /// As many of the event's records wait for its ruling as may.
    static let stillBeingJudged = RefusalCode(rawValue: "still-being-judged")
}
