import Contracts
import Policy
import Safeguarding

/// Notices about decisions that are no step of theirs: that one took effect before everybody was consulted, that a
/// reconvened discussion does not come, that a discussion ended without an enquiry, that somebody needs to know more.
struct DecisionNotices: Sendable {
    private static let lineManagerStage = 2

    let policy: Policy

    /// A step in the life of a decision, for everybody who is party to it; who is asked for a view gets a notice for that.
    func step(_ step: Step, of change: ChangeRecord, cause: String, answerBy due: Instant) -> NoticeOrder {
        var body = body(of: change)
        body.state = change.state == .changed ? .changed : .held
        body.isUrgent = change.isUrgent ? true : nil
        body.urgentReason = step.urgentReason
        body.decidedAt = change.decidedAt
        body.reason = change.reason
        body.awaiting = change.state == .held ? change.notConsulted.sorted() : []
        body.views = change.consultations.map { NoticeView($0.agency, $0.view, isOwn: $0.recordedBy == $0.agency) }
        body.respondBy = due
        let children = Set(step.children.map(\.person))
        let receivers = step.parties.sorted { $0.key < $1.key }.flatMap { agency, party in
            let kinds = step.consult.contains(agency) ? [step.noticeKind, .consultationRequested] : [step.noticeKind]
            return kinds.map { NoticeDue.Receiver(agency, party, of: children, kind: $0) }
        }
        let details = step.children.map {
            ($0.person, ChildDetail(from: $0.from, to: $0.to, rationale: $0.rationale))
        }
        return NoticeOrder(
            cause: cause, children: children, details: Dictionary(details) { first, _ in first }, receivers: receivers,
            body: body)
    }

    /// An urgent change: the line managers of those who decided and of those who were not asked, and the business unit,
    /// hear that a reconvened discussion is due (row A2).
    func overridden(_ change: ChangeRecord, _ register: DecisionRegister, reconvenedBy due: Instant) -> NoticeOrder {
        let unit = policy.agencies.businessUnit
        let sides = change.notConsulted.union([change.agency])
        var body = body(of: change)
        body.isUrgent = true
        body.urgentReason = change.urgentReason
        body.respondBy = due
        let children = Set(change.children.map(\.person))
        let parties = register.parties(to: children, by: change)
        return NoticeOrder(
            cause: "\(change.cause)/urgent", children: children,
            receivers: sides.union([unit]).sorted().map { agency in
                // Who decided, and the business unit, are told of all of them.
                var party = parties[agency] ?? Party()
                if party.children.isEmpty || agency == unit || agency == change.agency { party.children = children }
                return NoticeDue.Receiver(
                    agency, party, of: children, kind: .discussionRequired,
                    addressedTo: policy.addressees(of: agency, stages: [DecisionNotices.lineManagerStage]))
            }, body: body)
    }

    /// The reconvened discussion did not come in time: each time one stage higher, and from the second on the business
    /// unit hears of it too. It never ends in silence.
    func discussionOverdue(_ change: ChangeRecord, _ register: DecisionRegister, dueAgain due: Instant) -> NoticeOrder {
        let stage = min(1 + change.discussionLapses, AgencyRegister.highestStage)
        let sides = change.consultees.union([change.agency])
        let unit = policy.agencies.businessUnit
        let children = Set(change.children.map(\.person))
        var parties = register.parties(to: children, by: change)
        parties[change.agency, default: Party()].children = children
        if change.discussionLapses > 1 { parties[unit, default: Party()].children = children }
        var body = body(of: change)
        body.awaiting = change.notConsulted.sorted()
        body.respondBy = due
        body.stage = stage
        return NoticeOrder(
            cause: "\(change.cause)/discussion-overdue/\(change.discussionLapses)", children: children,
            receivers: parties.sorted { $0.key < $1.key }.map { agency, party in
                NoticeDue.Receiver(
                    agency, party, of: children, kind: .discussionRequired,
                    addressedTo: sides.contains(agency) || agency == unit
                        ? policy.addressees(of: agency, stages: [stage]) : [])
            }, body: body)
    }

    /// A strategy discussion ended without a Section 47 enquiry: everybody who is party to it is told, above all those
    /// who were not there, and can challenge (row A6, T9).
    func withoutEnquiry(_ discussion: DiscussionRecord, _ register: DecisionRegister, answerBy due: Instant)
        -> NoticeOrder?
    {
        var body = NoticeBody.about(NoticeSubject(.discussion, discussion.name.id, chosenBy: discussion.name.agency))
        body.respondBy = due
        body.reason = discussion.reason
        body.decidedBy = NoticeAuthor(discussion.name.agency, role: "strategy discussion")
        body.decidedAt = discussion.heldAt
        let parties = register.parties(to: discussion.children) { register.parties(of: $0, discussion: discussion) }
        return order(cause: discussion.cause, discussion.children, parties, body)
    }

    /// The rating of a referral was lowered: every party beside the referrer, whose notice the screening desk wrote, is told
    /// the same (row A6). The referrer's own identifier of the referral is not theirs to know (P7).
    func ratingLowered(_ lowered: RatingLowered, _ register: DecisionRegister) -> NoticeOrder? {
        var body = lowered.notices.body
        body.subject = NoticeSubject(.screeningItem, lowered.itemID.text)
        let told = Set(lowered.notices.receivers.map(\.agency))
        let children = Set(lowered.notices.children.map(\.person))
        let parties = register.parties(to: children) { child in
            register.parties(of: child, discussion: nil).filter { !told.contains($0.key) }
        }
        return order(cause: lowered.notices.cause, children, parties, body)
    }

    /// What every party is told; `nil` if there is none.
    private func order(
        cause: String, _ children: Set<PersonID>, _ parties: [AgencyCode: Party], _ body: NoticeBody
    ) -> NoticeOrder? {
        guard !parties.isEmpty else { return nil }
        return NoticeOrder(
            cause: cause, children: children,
            receivers: parties.sorted { $0.key < $1.key }.map {
                NoticeDue.Receiver($0.key, $0.value, of: children, kind: .thresholdChanged)
            }, body: body)
    }

    /// A party needs to know more before it says what it thinks.
    func informationNeeded(
        _ subject: Escalation.Subject, children: Set<PersonID>, from decider: AgencyCode, asked: AgencyCode,
        by person: Person, _ question: String?, eventID: String, answerBy due: Instant
    ) -> NoticeOrder {
        var body = NoticeBody.about(NoticeSubject(subject, decidedBy: decider, challengedBy: asked))
        body.question = question
        body.respondBy = due
        body.raisedBy = NoticeAuthor(asked, role: person.role)
        return NoticeOrder(
            cause: "\(subject.text)/information/\(SHA256.identifier(asked.text, eventID))", children: children,
            receivers: [
                NoticeDue.Receiver(
                    agency: decider, kind: .informationRequested,
                    addressedTo: policy.addressees(of: decider, stages: [1]))
            ], body: body)
    }

    private func body(of change: ChangeRecord) -> NoticeBody {
        var body = NoticeBody.about(
            NoticeSubject(.decision, change.decisionID, chosenBy: change.agency, version: change.version))
        body.decidedBy = NoticeAuthor(change.agency, role: change.authoriserRole)
        return body
    }
}

extension ChangeRecord {
    /// What a version's own notices are derived from.
    var cause: String { "decision/\(self.decisionID)/\(self.version)" }
}

extension DecisionRegister {
    /// Everybody who is party to a change.
    func parties(to children: Set<PersonID>, by change: ChangeRecord) -> [AgencyCode: Party] {
        let discussion = change.discussion.flatMap { self.discussion($0) }
        return parties(to: children) { parties(of: $0, discussion: discussion) }
    }
}

extension DiscussionRecord {
    /// What the notices of a discussion without an enquiry are derived from.
    var cause: String { "discussion/\(name.text)" }
}
