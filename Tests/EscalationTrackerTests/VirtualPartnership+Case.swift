import Contracts
import JSON
import Safeguarding

@testable import EscalationTracker
@testable import Policy

// The events of a case, as agencies publish them.
extension VirtualPartnership {
    static let practitioner = Person(name: "Tess Example", role: "practitioner")

    /// Health visiting has referred, school and police are involved, and a discussion decided on an enquiry.
    mutating func prologue(children: [PersonID] = [child]) throws {
        let referral = ReferralFact(
            referralID: "R1", referrerRole: "health visitor", sourceOfReferral: .healthVisitor, primaryNeed: nil,
            concernKinds: ["medical"], isImmediateRisk: false)
        try publish(.referral(referral), as: "health-visiting", about: children)
        for agency in ["school-hill", "csc"] {
            try publish(
                .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: now))),
                as: agency, about: children)
        }
        try discuss("SD1", about: children)
    }

    mutating func discuss(
        _ id: String, _ decision: DiscussionDecision = .section47, about children: [PersonID] = [child],
        as agency: String = "csc", heldAt: Instant? = nil,
        attending attendees: [String] = ["csc", "police", "health-visiting"], objecting: String? = nil,
        naming decisions: [String] = [], exception: Bool = false
    ) throws {
        let attendees = try attendees.map {
            DiscussionFact.Attendee(
                agency: try VirtualPartnership.code($0), role: "practitioner", view: $0 == objecting ? .object : nil)
        }
        try publish(
            .discussion(
                DiscussionFact(
                    discussionID: id, heldAt: heldAt ?? now, attendees: attendees, decision: decision,
                    reason: "As discussed.", aboutDecisions: decisions, hasQuorumException: exception)),
            as: agency, about: children)
    }

    @discardableResult
    mutating func decide(
        _ id: String = "D1", version: Int = 1, from: ThresholdLevel = .section47, to: ThresholdLevel = .section17,
        urgent: Bool = false, children: [PersonID] = [child], review: DecisionFact.Review? = nil,
        discussion: String? = nil, decidedAt: Instant? = nil
    ) throws -> String {
        try publish(
            .decision(
                DecisionFact(
                    decisionID: id, version: version,
                    changes: children.map {
                        DecisionFact.Change(person: $0, from: from, to: to, rationale: "Support is accepted.")
                    }, decidedAt: decidedAt ?? now, authoriserRole: "team manager",
                    reason: "Support is thought to be enough.",
                    discussionID: discussion, isUrgent: urgent, urgentReason: urgent ? "It cannot wait." : nil,
                    review: review)),
            as: "csc", about: children)
    }

    /// An agency's view, its own or one that another records for it; `put` is what was put to it, where it comes before the
    /// decision.
    @discardableResult
    mutating func consult(
        _ agency: String, _ view: ConsultationView = .support, about decision: String = "D1", version: Int = 1,
        by recorder: String? = nil, put: (from: ThresholdLevel, to: ThresholdLevel)? = nil,
        children: [PersonID] = [child]
    ) throws -> String {
        try publish(
            .consultation(
                ConsultationFact(
                    decisionID: decision, decidedBy: try VirtualPartnership.code("csc"), version: version,
                    agency: try VirtualPartnership.code(agency), consultedRole: "practitioner", at: now, view: view,
                    children: put.map { put in
                        children.map { ConsultationFact.Child(person: $0, from: put.from, to: put.to) }
                    } ?? [])), as: recorder ?? agency, about: [])
    }

    /// What was put to agencies before the change that most cases are about.
    static let putBefore = (from: ThresholdLevel.section47, to: ThresholdLevel.section17)

    /// Answers the latest notice of a kind that an agency has.
    @discardableResult
    mutating func answer(
        _ kind: NoticeKind, as agency: String, _ answer: NoticeAnswer = .challenge, urgent: Bool = false,
        escalateTo: Int? = nil, naming children: [ChildName] = [], child: PersonID = child, at said: Instant? = nil
    ) throws -> String {
        guard let notice = told.last(where: { $0.agency == agency && $0.kind == kind && $0.children.contains(child) })
        else {
            throw Failure("\(agency) has no notice of the kind \(kind.rawValue)")
        }
        return try publish(
            .answer(
                AnswerFact(
                    noticeID: notice.id, by: VirtualPartnership.practitioner, answer: answer, children: children,
                    grounds: answer == .needInformation ? nil : "The risk has not gone.",
                    desiredOutcome: answer == .needInformation ? nil : "The enquiry goes on.",
                    question: answer == .needInformation ? "Who has seen the child?" : nil, isUrgent: urgent,
                    escalateTo: escalateTo)), as: agency, about: [], at: said)
    }

    /// Whoever was asked answers the latest question.
    @discardableResult
    mutating func provide(as agency: String, _ id: InformationRequestID? = nil) throws -> [RefusalReason] {
        guard let question = id ?? told.last(where: { $0.kind == .informationRequested })?.body.requestID else {
            throw Failure("nobody has asked")
        }
        let event = try publish(
            .information(
                InformationFact(requestID: question, by: VirtualPartnership.practitioner, text: "A nurse, on Tuesday.")),
            as: agency, about: [])
        return rulings[event] ?? []
    }

    /// Takes the latest challenge to the last stage and, by silence there, to the arbiter.
    mutating func climb() throws {
        while let escalation, escalation.awaits != .arbiter { try wait(until: escalation.due.rfc3339) }
    }

    /// How a referral of health visiting ended, for some children.
    func outcome(
        _ outcome: ScreeningOutcome, of item: ScreeningItemID, reason: String, children: [PersonID] = [child]
    ) throws -> ReferralOutcome {
        var body = try body(reason)
        body.decidedAt = now
        return ReferralOutcome(
            itemID: item,
            notices: try notices(
                "item/" + item.text, .outcomeOfReferral, children, ChildDetail(outcome: outcome), body))
    }

    /// The rating of a referral of health visiting was lowered.
    func ratingLowered(
        of item: ScreeningItemID, from: RiskRating, to: RiskRating, children: [PersonID] = [child]
    ) throws -> RatingLowered {
        var body = try body("The child is safe tonight.")
        body.state = .changed
        body.rating = RatingStep(from: from, to: to)
        return RatingLowered(
            itemID: item,
            notices: try notices(
                "item/\(item.text)/rating/1", .thresholdChanged, children, ChildDetail(), body))
    }

    private func body(_ reason: String) throws -> NoticeBody {
        var body = NoticeBody.about(
            NoticeSubject(.referral, "R1", chosenBy: try VirtualPartnership.code("health-visiting")))
        body.decidedBy = NoticeAuthor(try VirtualPartnership.code("mash"), role: "screener")
        body.reason = reason
        body.respondBy = now.adding(seconds: 3600)
        return body
    }

    private func notices(
        _ cause: String, _ kind: NoticeKind, _ children: [PersonID], _ detail: ChildDetail, _ body: NoticeBody
    ) throws -> NoticeDue {
        NoticeDue(
            cause: cause, children: children.map { NoticeDue.Child(person: $0, references: [:], detail: detail) },
            receivers: [
                NoticeDue.Receiver(
                    agency: try VirtualPartnership.code("health-visiting"), kind: kind, because: [.referrer])
            ], body: body)
    }

    /// The latest escalation.
    var escalation: Escalation? { state.escalations.all.last }

    /// One side of the latest escalation speaks; returns the reasons for which it was refused.
    @discardableResult
    mutating func respond(
        as agency: String, stage: Int? = nil, escalateTo: Int? = nil, immediateRisk: Bool = false,
        willChange: Bool = false, role: String = "practitioner", meetingAt: Instant? = nil
    ) throws -> [RefusalReason] {
        guard let escalation else { throw Failure("there is no escalation") }
        let text = """
            {"escalationId":"\(escalation.id)","stage":\(stage ?? escalation.stage),\
            "by":{"name":"Tess Example","role":"\(role)"},"response":"As said.",\
            "escalateTo":\(escalateTo.map(String.init) ?? "null"),"immediateRisk":\(immediateRisk),\
            "willChange":\(willChange),"meetingAt":\(meetingAt.map { "\"\($0.rfc3339)\"" } ?? "null")}
            """
        var reasons = RefusalReasons()
        let data = try JSONDocument(parsing: Array(text.utf8)).root
        guard let event = EscalationResponded(reading: data, &reasons) else { throw Failure("\(reasons.all)") }
        let id = try publish(.escalation(EscalationFact(.responded(event))), as: agency, about: [])
        return rulings[id] ?? []
    }

    /// Somebody closes the latest escalation.
    @discardableResult
    mutating func close(_ outcome: EscalationOutcome, as agency: String) throws -> [RefusalReason] {
        guard let escalation else { throw Failure("there is no escalation") }
        let text = """
            {"escalationId":"\(escalation.id)","by":{"name":"Tess Example","role":"practitioner"},\
            "outcome":"\(outcome.rawValue)","reason":"We have agreed.","childsView":"She is glad.","lesson":true}
            """
        var reasons = RefusalReasons()
        let data = try JSONDocument(parsing: Array(text.utf8)).root
        guard let event = EscalationClosed(reading: data, &reasons) else { throw Failure("\(reasons.all)") }
        let id = try publish(.escalation(EscalationFact(.closed(event))), as: agency, about: [])
        return rulings[id] ?? []
    }

    /// What an agency was told of a kind.
    func notices(_ kind: NoticeKind, to agency: String) -> [Told] {
        told.filter { $0.kind == kind && $0.agency == agency }
    }

    /// Who was told of a kind, in the latest moment at which anybody was.
    func lastTold(_ kind: NoticeKind) -> Set<String> {
        let last = told.last { $0.kind == kind }?.at
        return Set(told.filter { $0.kind == kind && $0.at == last }.map(\.agency))
    }
}

extension Policy {
    /// The same partnership on another of its ladders.
    func on(ladder name: String) throws -> Policy {
        guard let ladder = ladders[name] else { throw VirtualPartnership.Failure("no ladder \(name)") }
        return on(ladder)
    }

    /// The same partnership without some agencies.
    func without(_ left: String...) -> Policy {
        let others = agencies.agencies.filter { !left.contains($0.key.text) }
        return Policy(
            version: version, effectiveFrom: effectiveFrom,
            agencies: AgencyRegister(
                agencies: others, hub: agencies.hub, businessUnit: agencies.businessUnit,
                publishers: agencies.publishers), clocks: clocks, notices: notices, retention: retention,
            calendarSettings: calendarSettings, consultation: consultation, ladders: ladders, ladder: ladder,
            subjectLadders: subjectLadders)
    }

    /// The same partnership with an arbiter of its own.
    func arbitrated(by code: String) throws -> Policy {
        Policy(
            version: version, effectiveFrom: effectiveFrom, agencies: agencies, clocks: clocks, notices: notices,
            retention: retention, calendarSettings: calendarSettings,
            consultation: ConsultationRules(
                quorum: consultation.quorum, secondHandViews: consultation.secondHandViews,
                arbiter: try VirtualPartnership.code(code)), ladders: ladders, ladder: ladder,
            subjectLadders: subjectLadders)
    }

    /// The same partnership on any ladder, and with ladders of single subjects.
    func on(_ ladder: Ladder, _ subjectLadders: [Ladder.Subject: Ladder] = [:]) -> Policy {
        var all = ladders
        for known in [ladder] + subjectLadders.values { all[known.name] = known }
        return Policy(
            version: version, effectiveFrom: effectiveFrom, agencies: agencies, clocks: clocks, notices: notices,
            retention: retention, calendarSettings: calendarSettings, consultation: consultation, ladders: all,
            ladder: ladder, subjectLadders: subjectLadders)
    }
}
