import Contracts
import Messaging
import Policy
import Safeguarding

/// What an event means behind the door: the facts that it becomes, one for each household that it is about.
struct Admission {
    let policy: Policy
    let visit: ReferralIntake.Visit
    let envelope: Envelope

    static func subject(decision id: String) -> String { "decision/" + id }
    static func subject(conference id: String) -> String { "conference/" + id }

    func facts(of event: AgencyEvent, _ received: ReceivedEvent, _ register: inout Register)
        throws(EventRefusal) -> [Fact]
    {
        switch event {
        case .referralMade(let referral):
            let children = try identification.identify(referral.children, in: &register).get()
            return facts(
                children, register,
                .referral(
                    ReferralFact(
                        referralID: referral.referralID, referrerRole: referral.referrer.role,
                        sourceOfReferral: referral.sourceOfReferral, primaryNeed: referral.primaryNeed,
                        concernKinds: referral.concerns.map(\.kind), isImmediateRisk: referral.isImmediateRisk)))
        case .involvementOpened(let involvement):
            let children = try identification.identify(involvement.children, in: &register).get()
            return facts(
                children, register,
                .involvement(InvolvementFact(state: .opened, role: involvement.role, on: involvement.since)))
        case .involvementClosed(let involvement):
            let children = try identification.find(involvement.children, in: register).get()
            return facts(
                children, register, .involvement(InvolvementFact(state: .closed, role: nil, on: involvement.until)))
        case .strategyDiscussionHeld(let discussion): return try facts(of: discussion, register)
        case .decisionChanged(let decision): return try facts(of: decision, &register)
        case .stepDownProposed(let proposal): return try facts(of: proposal, &register)
        case .conferenceRequested(let request): return try facts(of: request, &register)
        case .conferenceDecided(let decision): return try facts(of: decision, register)
        case .supervisionRecorded(let supervision):
            var reasons = RefusalReasons()
            let children = try find(supervision.children, register, &reasons)
            return facts(
                children, register,
                .supervision(
                    SupervisionFact(
                        supervisionID: supervision.supervisionID, heldAt: supervision.heldAt,
                        supervisorRole: supervision.supervisor.role)))
        case .escalationResponded(let event):
            return [fact(in: event.escalationID.household, .escalation(EscalationFact(.responded(event))))]
        case .escalationClosed(let event):
            return [fact(in: event.escalationID.household, .escalation(EscalationFact(.closed(event))))]
        case .consultationRecorded(let consultation): return try facts(of: consultation, received, &register)
        case .contactsAttested(let attestation): return try facts(of: attestation, &register)
        case .noticeAcknowledged(let answer):
            return [
                fact(
                    in: answer.noticeID.household,
                    .acknowledgement(AcknowledgementFact(noticeID: answer.noticeID, by: answer.by)))
            ]
        case .noticeAnswered(let answer):
            let body = AnswerFact(
                noticeID: answer.noticeID, by: answer.by, answer: answer.answer, grounds: answer.grounds,
                desiredOutcome: answer.desiredOutcome, isUrgent: answer.isUrgent, escalateTo: answer.escalateTo)
            return [fact(in: answer.noticeID.household, .answer(body))]
        case .screeningClaimed(let event):
            return [
                fact(
                    in: event.itemID.household,
                    .screening(ScreeningFact(itemID: event.itemID, by: event.by, action: .claimed)))
            ]
        case .screeningReleased(let event):
            return [
                fact(
                    in: event.itemID.household,
                    .screening(ScreeningFact(itemID: event.itemID, by: event.by, action: .released)))
            ]
        case .screeningDecided(let event):
            let action = ScreeningFact.Action.decided(event.outcome, reason: event.reason, children: event.children)
            return [
                fact(
                    in: event.itemID.household,
                    .screening(ScreeningFact(itemID: event.itemID, by: event.by, action: action)))
            ]
        case .screeningRated(let event):
            let action = ScreeningFact.Action.rated(event.rating, reason: event.reason)
            return [
                fact(
                    in: event.itemID.household,
                    .screening(ScreeningFact(itemID: event.itemID, by: event.by, action: action)))
            ]
        }
    }

    /// Who answers at each stage: complete, and as of a day that has come (row B3).
    private func facts(of attestation: ContactsAttested, _ register: inout Register) throws(EventRefusal) -> [Fact] {
        var reasons = RefusalReasons()
        if attestation.attestedOn > LondonTime.date(at: visit.now) {
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
        register.add(attestation, by: visit.agency)
        return [
            fact(
                in: .matters(of: visit.agency), .attestation(AttestationFact(attestedOn: attestation.attestedOn)))
        ]
    }

    private var identification: Identification {
        Identification(agency: visit.agency, event: visit.message.identity.hexadecimal)
    }

    private func facts(of discussion: StrategyDiscussionHeld, _ register: Register) throws(EventRefusal) -> [Fact] {
        var reasons = RefusalReasons()
        for (place, attendee) in discussion.attendees.enumerated() {
            refuseUnknown(attendee.agency, at: "/data/attendees/\(place)/agency", &reasons)
        }
        let children = try find(discussion.children, register, &reasons)
        let attendees = discussion.attendees.map { DiscussionFact.Attendee(agency: $0.agency, role: $0.role) }
        return facts(
            children, register,
            .discussion(
                DiscussionFact(
                    discussionID: discussion.discussionID, heldAt: discussion.heldAt, attendees: attendees,
                    decision: discussion.decision, reason: discussion.reason)))
    }

    private func facts(of decision: DecisionChanged, _ register: inout Register) throws(EventRefusal) -> [Fact] {
        var reasons = RefusalReasons()
        if decision.isUrgent, policy.agencies[visit.agency]?.isManager(decision.authoriser.role) != true {
            reasons.add(
                .authoriserNotManager, at: "/data/authoriser/role",
                "An urgent change needs an authoriser of manager grade; your agency's manager roles are in its policy.")
        }
        return try facts(of: decision.decisionID, about: decision.children, &register, &reasons) { changes in
            DecisionFact(
                decisionID: decision.decisionID, version: decision.version, changes: changes,
                decidedAt: decision.decidedAt, authoriserRole: decision.authoriser.role, reason: decision.reason,
                discussionID: decision.discussionID, isUrgent: decision.isUrgent, urgentReason: decision.urgentReason)
        }
    }

    /// A step-down is a decision like any other, with the views of those who were at the review (T18, row B4).
    private func facts(of proposal: StepDownProposed, _ register: inout Register) throws(EventRefusal) -> [Fact] {
        var reasons = RefusalReasons()
        for (place, attendee) in proposal.attendees.enumerated() {
            refuseUnknown(attendee.agency, at: "/data/attendees/\(place)/agency", &reasons)
        }
        if policy.agencies[visit.agency]?.isManager(proposal.authoriser.role) != true {
            reasons.add(
                .authoriserNotManager, at: "/data/authoriser/role",
                "A plan is ended by a manager; your agency's manager roles are in its policy.")
        }
        let review = DecisionFact.Review(
            id: proposal.reviewID, heldAt: proposal.heldAt,
            views: proposal.attendees.map { DecisionFact.Review.View(agency: $0.agency, view: $0.view) })
        return try facts(of: proposal.decisionID, about: proposal.children, &register, &reasons) { changes in
            DecisionFact(
                decisionID: proposal.decisionID, version: proposal.version, changes: changes,
                decidedAt: proposal.heldAt, authoriserRole: proposal.authoriser.role, reason: proposal.reason,
                discussionID: nil, isUrgent: false, urgentReason: nil, review: review)
        }
    }

    /// A decision about children of one household. The first with its identifier makes it this agency's, and lets what
    /// came before it go on.
    private func facts(
        of decisionID: String, about changes: [DecisionChanged.ChildChange], _ register: inout Register,
        _ reasons: inout RefusalReasons, _ body: ([DecisionFact.Change]) -> DecisionFact
    ) throws(EventRefusal) -> [Fact] {
        let key = Admission.subject(decision: decisionID)
        if let owner = register.subjects[key]?.agency, owner != visit.agency {
            reasons.add(
                .ofAnotherAgency, at: "/data/decisionId",
                "Another agency made the decision with this identifier. Use an identifier of your own.")
        }
        let children = try find(changes.map { ChildReference(ref: $0.ref) }, register, &reasons)
        let household = try household(of: children)
        var facts: [Fact] = []
        if register.subjects[key] == nil {
            register.add(Register.Subject(agency: visit.agency, household: household), under: key)
            facts = releaseWaiting(for: key, in: household, &register)
        }
        let decided = zip(children, changes).map { child, change in
            DecisionFact.Change(person: child.person, from: change.from, to: change.to, rationale: change.rationale)
        }
        return facts + self.facts(children, register, .decision(body(decided)))
    }

    /// The one household of the children.
    private func household(of children: [Identification.Identified]) throws(EventRefusal) -> HouseholdID {
        guard let household = children.first?.household, children.allSatisfy({ $0.household == household }) else {
            throw EventRefusal(
                RefusalReasons(
                    .severalHouseholds, at: "/data/children",
                    "These children live in different households. Publish one event for each household."))
        }
        return household
    }

    private func facts(of request: ConferenceRequested, _ register: inout Register) throws(EventRefusal) -> [Fact] {
        var reasons = RefusalReasons()
        let key = Admission.subject(conference: request.requestID)
        if register.subjects[key] != nil {
            reasons.add(
                .duplicateEntry, at: "/data/requestId",
                "There is a request with this identifier already. Use one of your own for each request.")
        }
        let children = try find(request.children, register, &reasons)
        let household = try household(of: children)
        register.add(Register.Subject(agency: visit.agency, household: household), under: key)
        let body = ConferenceFact(
            requestID: request.requestID, by: request.by,
            action: .requested(grounds: request.grounds, isBacked: request.backedBy != nil))
        return facts(children, register, .conference(body))
    }

    private func facts(of decision: ConferenceDecided, _ register: Register) throws(EventRefusal) -> [Fact] {
        guard let subject = register.subjects[Admission.subject(conference: decision.requestID)] else {
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

    /// A consultation that comes before its decision waits, and goes on just before it.
    private func facts(of consultation: ConsultationRecorded, _ received: ReceivedEvent, _ register: inout Register)
        throws(EventRefusal) -> [Fact]
    {
        var reasons = RefusalReasons()
        refuseUnknown(consultation.agency, at: "/data/agency", &reasons)
        guard reasons.isEmpty else { throw EventRefusal(reasons) }
        let key = Admission.subject(decision: consultation.decisionID)
        guard let subject = register.subjects[key] else {
            let event = EnvelopeWriter.write(received.envelope) { writer in
                for (name, value) in received.data.members {
                    writer.key(name)
                    writer.copy(value)
                }
            }
            register.waiting[key, default: []].append(event)
            register.additions.waiting.append((key, event))
            return []
        }
        return [fact(in: subject.household, .consultation(ConsultationFact(consultation)))]
    }

    private func releaseWaiting(for key: String, in household: HouseholdID, _ register: inout Register) -> [Fact] {
        guard let events = register.waiting.removeValue(forKey: key) else { return [] }
        // Those of this very batch are not in the table yet, and need not get there.
        register.additions.waiting.removeAll { $0.subject == key }
        register.additions.released.insert(key)
        return events.compactMap { bytes in
            guard let received = try? EnvelopeReader.read(value: bytes, headers: [], now: visit.now),
                case .consultationRecorded(let consultation) = try? AgencyEvent(reading: received),
                case .agency(let agency) = received.envelope.source
            else { return nil }
            let context = Fact.Context(
                agency: agency, eventID: received.envelope.id, eventType: received.envelope.type,
                household: household, happenedAt: received.envelope.time, recordedAt: visit.now)
            return Fact(context: context, children: [], body: .consultation(ConsultationFact(consultation)))
        }
    }

    private func find(_ references: [ChildReference], _ register: Register, _ reasons: inout RefusalReasons)
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

    private func refuseUnknown(_ agency: AgencyCode, at path: String, _ reasons: inout RefusalReasons) {
        guard policy.agencies[agency] == nil else { return }
        reasons.add(
            .unknownAgency, at: path,
            "There is no agency '\(agency)' in the partnership. Its codes are in the policy's list of agencies.")
    }

    /// One fact for each household, in the order of its first child.
    private func facts(_ children: [Identification.Identified], _ register: Register, _ body: FactBody) -> [Fact] {
        var households: [HouseholdID] = []
        for child in children where !households.contains(child.household) { households.append(child.household) }
        return households.map { household in
            let members = children.filter { $0.household == household }.map { child in
                let known = register.people[child.person]
                return Fact.Child(
                    person: child.person, dateOfBirth: known?.dateOfBirth,
                    expectedDateOfBirth: known?.expectedDateOfBirth, sex: known?.sex,
                    references: known?.references ?? [:])
            }
            return fact(in: household, children: members, body)
        }
    }

    private func fact(in household: HouseholdID, children: [Fact.Child] = [], _ body: FactBody) -> Fact {
        Fact(
            context: Fact.Context(
                agency: visit.agency, eventID: envelope.id, eventType: envelope.type, household: household,
                happenedAt: envelope.time, recordedAt: visit.now), children: children, body: body)
    }
}

extension ConsultationFact {
    init(_ consultation: ConsultationRecorded) {
        self.init(
            decisionID: consultation.decisionID, agency: consultation.agency,
            consultedRole: consultation.consulted.role, at: consultation.at, view: consultation.view)
    }
}

extension RefusalCode {
    /// An urgent change without a manager.
    static let authoriserNotManager = RefusalCode(rawValue: "authoriser-not-manager")
    /// A stage of an escalation for which nobody is named.
    static let contactMissing = RefusalCode(rawValue: "contact-missing")
    /// A decision about more than one household.
    static let severalHouseholds = RefusalCode(rawValue: "several-households")
}
