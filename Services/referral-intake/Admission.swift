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
        case .consultationRecorded(let consultation): return try facts(of: consultation, received, &register)
        case .noticeAcknowledged(let answer):
            return [
                fact(
                    in: answer.noticeID.household,
                    .acknowledgement(AcknowledgementFact(noticeID: answer.noticeID, by: answer.by)))
            ]
        case .noticeAnswered(let answer):
            let body = AnswerFact(
                noticeID: answer.noticeID, by: answer.by, answer: answer.answer, grounds: answer.grounds,
                desiredOutcome: answer.desiredOutcome, isUrgent: answer.isUrgent)
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
        }
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
                    decision: discussion.decision)))
    }

    private func facts(of decision: DecisionChanged, _ register: inout Register) throws(EventRefusal) -> [Fact] {
        var reasons = RefusalReasons()
        let key = Admission.subject(decision: decision.decisionID)
        if let owner = register.subjects[key]?.agency, owner != visit.agency {
            reasons.add(
                .ofAnotherAgency, at: "/data/decisionId",
                "Another agency made the decision with this identifier. Use an identifier of your own.")
        }
        if decision.isUrgent, policy.agencies[visit.agency]?.isManager(decision.authoriser.role) != true {
            reasons.add(
                .authoriserNotManager, at: "/data/authoriser/role",
                "An urgent change needs an authoriser of manager grade; your agency's manager roles are in its policy.")
        }
        let children = try find(decision.children.map { ChildReference(ref: $0.ref) }, register, &reasons)
        guard let household = children.first?.household, children.allSatisfy({ $0.household == household }) else {
            throw EventRefusal(
                RefusalReasons(
                    .severalHouseholds, at: "/data/children",
                    "These children live in different households. Publish one decision for each household."))
        }
        var facts: [Fact] = []
        if register.subjects[key] == nil {
            let subject = Register.Subject(agency: visit.agency, household: household)
            register.subjects[key] = subject
            register.additions.subjects.append((key, subject))
            facts = releaseWaiting(for: key, in: household, &register)
        }
        let changes = zip(children, decision.children).map { child, change in
            DecisionFact.Change(person: child.person, from: change.from, to: change.to, rationale: change.rationale)
        }
        let body = DecisionFact(
            decisionID: decision.decisionID, version: decision.version, changes: changes,
            decidedAt: decision.decidedAt, authoriserRole: decision.authoriser.role, reason: decision.reason,
            discussionID: decision.discussionID, isUrgent: decision.isUrgent, urgentReason: decision.urgentReason)
        return facts + self.facts(children, register, .decision(body))
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
    /// A decision about more than one household.
    static let severalHouseholds = RefusalCode(rawValue: "several-households")
}
