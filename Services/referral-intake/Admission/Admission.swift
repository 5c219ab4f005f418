import Contracts
import Messaging
import Policy
import PostgresClient
import Safeguarding

/// What an event means inside: the facts that it becomes, one for each household that it is about. Whoever refuses does it
/// before the register's first change.
struct Admission {
    /// What becomes of an event that is let in.
    struct Admitted: Sendable {
        var facts: [Fact] = []
        /// Facts of other events that have waited for this one, each named after its own: the ruling on it is the other's.
        var released: [(fact: Fact, reference: PostgresUUID)] = []
        /// Deadlines that it sets, moves or clears.
        var clocks: [Effect<NoRows>] = []
        /// What it waits for before it becomes a fact.
        var waitingFor: ReceiptAccepted.WaitingFor?
    }

    let policy: Policy
    let inbound: InboundEvent
    let envelope: Envelope
    /// What new children and households are named after, so that the same event names them alike each time.
    let reference: String

    static func subject(decision id: String, of agency: AgencyCode) -> String {
        "decision/\(agency.text)/\(id.exactBytes)"
    }
    static func subject(conference id: String) -> String { "conference/" + id.exactBytes }

    func admit(_ event: any AgencyEvent, _ register: inout Register) throws(EventRefusal) -> Admitted {
        try refuseTaken(event, register)
        return switch event {
        case let decision as DecisionChanged: try admit(decision, &register)
        case let proposal as StepDownProposed: try admit(proposal, &register)
        case let consultation as ConsultationRecorded: try admit(consultation, &register)
        default: Admitted(facts: try facts(of: event, &register))
        }
    }

    private func facts(of event: any AgencyEvent, _ register: inout Register) throws(EventRefusal) -> [Fact] {
        switch event {
        case let referral as ReferralMade: return try facts(of: referral, &register)
        case let involvement as InvolvementOpened:
            let children = try identification.identify(involvement.children, in: &register).get()
            return facts(
                children, register,
                .involvement(InvolvementFact(state: .opened, role: involvement.role, on: involvement.since)))
        case let involvement as InvolvementClosed:
            let children = try identification.find(involvement.children, in: register).get()
            return facts(
                children, register, .involvement(InvolvementFact(state: .closed, role: nil, on: involvement.until)))
        case let discussion as StrategyDiscussionHeld: return try facts(of: discussion, register)
        case let request as ConferenceRequested: return try facts(of: request, register)
        case let decision as ConferenceDecided: return try facts(of: decision, register)
        case let supervision as SupervisionRecorded:
            var reasons = RefusalReasons()
            let children = try find(supervision.children, register, &reasons)
            return facts(
                children, register,
                .supervision(
                    SupervisionFact(
                        supervisionID: supervision.supervisionID, heldAt: supervision.heldAt,
                        supervisorRole: supervision.supervisor.role)))
        case let event as EscalationResponded:
            return [fact(in: event.escalationID.household, .escalation(EscalationFact(.responded(event))))]
        case let event as EscalationClosed:
            return [fact(in: event.escalationID.household, .escalation(EscalationFact(.closed(event))))]
        case let attestation as ContactsAttested: return try facts(of: attestation, &register)
        case let answer as NoticeAcknowledged:
            return [
                fact(
                    in: answer.noticeID.household,
                    .acknowledgement(AcknowledgementFact(noticeID: answer.noticeID, by: answer.by)))
            ]
        case let answer as NoticeAnswered:
            let body = AnswerFact(
                noticeID: answer.noticeID, by: answer.by, answer: answer.answer, children: answer.children,
                grounds: answer.grounds,
                desiredOutcome: answer.desiredOutcome, question: answer.question, isUrgent: answer.isImmediateRisk,
                escalateTo: answer.escalateTo)
            return [fact(in: answer.noticeID.household, .answer(body))]
        case let answer as InformationProvided:
            let body = InformationFact(requestID: answer.requestID, by: answer.by, text: answer.text)
            return [fact(in: answer.requestID.household, .information(body))]
        case let observation as any ObservationEvent: return try facts(of: observation, &register)
        case let event as ScreeningClaimed: return [screening(event.itemID, event.by, .claimed)]
        case let event as ScreeningReleased: return [screening(event.itemID, event.by, .released)]
        case let event as ScreeningDecided:
            return [
                screening(
                    event.itemID, event.by,
                    .decided(event.outcome, reason: event.reason, children: event.children))
            ]
        case let event as ScreeningRated:
            return [screening(event.itemID, event.by, .rated(event.rating, reason: event.reason))]
        default:
            // A type that is in the catalogue and has no place here; a test walks the catalogue, so nobody meets it.
            throw EventRefusal(
                RefusalReasons(.unknownType, at: "/type", "This type is not taken in yet. Ask the business unit."))
        }
    }

    private func screening(_ item: ScreeningItemID, _ by: Person, _ action: ScreeningFact.Action) -> Fact {
        fact(in: item.household, .screening(ScreeningFact(itemID: item, by: by, action: action)))
    }

    /// Who answers at each stage: complete, and as of a day that has come (row B3).
    private func facts(of attestation: ContactsAttested, _ register: inout Register) throws(EventRefusal) -> [Fact] {
        var reasons = RefusalReasons()
        if attestation.attestedOn > LondonTime.date(at: inbound.now) {
            reasons.add(.futureTime, at: "/data/attestedOn", "This day has not come. Attest what is so today.")
        }
        let missing = AgencyRegister.stages.filter { stage in !attestation.contacts.contains { $0.stage == stage } }
        if !missing.isEmpty {
            reasons.add(
                .contactMissing, at: "/data/contacts",
                "Name somebody for each stage of an escalation; missing: "
                    + missing.map(String.init).joined(separator: ", ") + ".")
        }
        guard reasons.isEmpty else { throw EventRefusal(reasons) }
        register.add(attestation, by: inbound.agency)
        return [
            fact(
                in: .agencyStream(of: inbound.agency), .attestation(AttestationFact(attestedOn: attestation.attestedOn))
            )
        ]
    }

    var identification: Identification {
        Identification(agency: inbound.agency, event: reference)
    }

    private func facts(of discussion: StrategyDiscussionHeld, _ register: Register) throws(EventRefusal) -> [Fact] {
        var reasons = RefusalReasons()
        for (place, attendee) in discussion.attendees.enumerated() {
            refuseUnknown(attendee.agency, at: "/data/attendees/\(place)/agency", &reasons)
        }
        let missing = policy.missingFromQuorum(discussion.attendees.map(\.agency))
        if !missing.isEmpty, discussion.quorumException == nil {
            reasons.add(
                .quorumMissing, at: "/data/attendees",
                "A strategy discussion needs somebody of: \(missing.map(\.rawValue).joined(separator: ", ")). If it was held "
                    + "without, say why in quorumException.")
        }
        let children = try find(discussion.children, register, &reasons)
        let attendees = discussion.attendees.map {
            DiscussionFact.Attendee(agency: $0.agency, role: $0.role, view: $0.view)
        }
        return facts(
            children, register,
            .discussion(
                DiscussionFact(
                    discussionID: discussion.discussionID, heldAt: discussion.heldAt, attendees: attendees,
                    decision: discussion.decision, reason: discussion.reason,
                    aboutDecisions: discussion.aboutDecisions,
                    hasQuorumException: discussion.quorumException != nil)))
    }

    private func facts(of request: ConferenceRequested, _ register: Register) throws(EventRefusal) -> [Fact] {
        var reasons = RefusalReasons()
        let children = try find(request.children, register, &reasons)
        _ = try household(of: children)
        let body = ConferenceFact(
            requestID: request.requestID, by: request.by,
            action: .requested(grounds: request.grounds, isBacked: request.backedBy != nil))
        return facts(children, register, .conference(body))
    }

    private func facts(of decision: ConferenceDecided, _ register: Register) throws(EventRefusal) -> [Fact] {
        guard let subject = register.subjects[Admission.subject(conference: decision.requestID)], !subject.isFree else {
            throw EventRefusal(
                RefusalReasons(
                    .unknownSubject, at: "/data/requestId",
                    "Nobody has asked for a conference under this identifier. Give the requestId as the notice has it.")
            )
        }
        let body = ConferenceFact(
            requestID: decision.requestID, by: decision.by,
            action: .decided(decision.decision, reason: decision.reason))
        return [fact(in: subject.household, .conference(body))]
    }

    func find(_ references: [ChildReference], _ register: Register, _ reasons: inout RefusalReasons)
        throws(EventRefusal) -> [Identification.Identified]
    {
        switch identification.find(references, in: register) {
        case .success(let children):
            guard reasons.isEmpty else { throw EventRefusal(reasons) }
            return children
        case .failure(let refusal):
            for reason in refusal.reasons.all { reasons.add(reason.code, at: reason.path, reason.message) }
            throw EventRefusal(reasons)
        }
    }

    func refuseUnknown(_ agency: AgencyCode, at path: String, _ reasons: inout RefusalReasons) {
        guard policy.agencies[agency] == nil else { return }
        reasons.add(
            .unknownAgency, at: path,
            "There is no agency '\(agency)' in the partnership. Its codes are in the policy's list of agencies.")
    }

    /// One fact for each household, in the order of its first child.
    func facts(_ children: [Identification.Identified], _ register: Register, _ body: FactBody) -> [Fact] {
        var households: [HouseholdID] = []
        for child in children where !households.contains(child.household) { households.append(child.household) }
        return households.map { household in
            // Two of the agency's references can be of one child, as others have found.
            var named: Set<PersonID> = []
            let members = children.filter { $0.household == household && named.insert($0.person).inserted }.map {
                child in
                let known = register.people[child.person]
                return Fact.Child(
                    person: child.person, dateOfBirth: known?.dateOfBirth,
                    expectedDateOfBirth: known?.expectedDateOfBirth, sex: known?.sex,
                    references: known?.references ?? [:])
            }
            return fact(in: household, children: members, body)
        }
    }

    func fact(in household: HouseholdID, children: [Fact.Child] = [], _ body: FactBody) -> Fact {
        Fact(
            context: Fact.Context(
                agency: inbound.agency, eventID: envelope.id, eventType: envelope.type, household: household,
                happenedAt: envelope.time, recordedAt: inbound.now), children: children, body: body)
    }
}

extension RefusalCode {
    /// An urgent change without a manager.
    static let authoriserNotManager = RefusalCode(rawValue: "authoriser-not-manager")
    /// An urgent change whose authoriser the agency has not attested as a manager.
    static let authoriserNotAttested = RefusalCode(rawValue: "authoriser-not-attested")
    /// A strategy discussion without those who must be at one, and without the reason.
    static let quorumMissing = RefusalCode(rawValue: "quorum-missing")
    /// A stage of an escalation for which nobody is named.
    static let contactMissing = RefusalCode(rawValue: "contact-missing")
    /// Something about more than one household that can be about one only.
    static let severalHouseholds = RefusalCode(rawValue: "several-households")
}
