import Contracts
import Policy
import Safeguarding

/// Notices about decisions that are no step of theirs: that one took effect before everybody was consulted, that a
/// reconvened discussion does not come, that a discussion ended without an enquiry, that somebody needs to know more.
struct DecisionNotices: Sendable {
    private static let lineManagerStage = 2

    let policy: Policy

    /// An urgent change: the line managers of those who decided and of those who were not asked, and the business unit,
    /// hear that a reconvened discussion is due (row A2).
    func overridden(_ change: ChangeRecord, reconvenedBy due: Instant) -> NoticeOrder {
        let unit = policy.agencies.businessUnit
        let sides = change.notConsulted.union([change.agency])
        var content = content(of: change)
        content.isUrgent = true
        content.respondBy = due
        return NoticeOrder(
            cause: "\(change.cause)/urgent", children: Set(change.children.map(\.person)),
            receivers: sides.union([unit]).sorted().map { agency in
                NoticeDue.Receiver(
                    agency: agency, kind: .discussionRequired,
                    addressedTo: policy.addressees(of: agency, stages: [DecisionNotices.lineManagerStage]))
            }, content: content)
    }

    /// The reconvened discussion did not come in time: each time one stage higher, and from the second on the business
    /// unit hears of it too. It never ends in silence.
    func discussionOverdue(_ change: ChangeRecord, _ register: DecisionRegister, dueAgain due: Instant) -> [NoticeOrder]
    {
        let stage = min(1 + change.discussionLapses, AgencyRegister.highestStage)
        let sides = change.consultees.union([change.agency])
        let unit = policy.agencies.businessUnit
        let discussion = change.discussion.flatMap { register.discussion($0) }
        let groups = register.groups(of: Set(change.children.map(\.person))) {
            register.parties(of: $0, discussion: discussion)
        }
        var content = content(of: change)
        content.respondBy = due
        content.stage = stage
        return groups.map { group in
            var agencies = Set(group.parties.keys).union([change.agency])
            if change.discussionLapses > 1 { agencies.insert(unit) }
            return NoticeOrder(
                cause: "\(change.cause)/discussion-overdue/\(change.discussionLapses)", children: group.children,
                receivers: agencies.sorted().map { agency in
                    NoticeDue.Receiver(
                        agency: agency, kind: .discussionRequired,
                        addressedTo: sides.contains(agency) || agency == unit
                            ? policy.addressees(of: agency, stages: [stage]) : [],
                        because: group.parties[agency] ?? [])
                }, content: content)
        }
    }

    /// A strategy discussion ended without a Section 47 enquiry: everybody who is party to it is told, above all those
    /// who were not there, and can challenge (row A6, T9).
    func withoutEnquiry(_ discussion: DiscussionRecord, _ register: DecisionRegister, answerBy due: Instant)
        -> [NoticeOrder]
    {
        var content = NoticeDue.Content()
        content.decisionID = discussion.name.id
        content.respondBy = due
        content.reason = discussion.reason
        content.decidedBy = discussion.name.agency
        content.decidedByRole = "strategy discussion"
        return register.groups(of: discussion.children) { register.parties(of: $0, discussion: discussion) }
            .filter { !$0.parties.isEmpty }
            .map { group in
                NoticeOrder(
                    cause: discussion.cause, children: group.children,
                    receivers: group.parties.sorted { $0.key < $1.key }.map {
                        NoticeDue.Receiver(agency: $0.key, kind: .thresholdChanged, because: $0.value)
                    }, content: content)
            }
    }

    /// The rating of a referral was lowered: every party beside the referrer, whom the notifier tells (row A6).
    func ratingLowered(_ lowered: RatingLowered, _ register: DecisionRegister) -> [NoticeOrder] {
        var content = NoticeDue.Content()
        content.rating = NoticeIssued.RatingStep(from: lowered.from, to: lowered.to)
        content.respondBy = lowered.respondBy
        content.reason = lowered.reason
        content.decidedBy = lowered.decidedBy
        content.decidedByRole = lowered.decidedByRole
        return register.groups(of: Set(lowered.children.map(\.person))) { child in
            register.parties(of: child, discussion: nil).filter { $0.key != lowered.referrer }
        }.filter { !$0.parties.isEmpty }.map { group in
            NoticeOrder(
                cause: "item/\(lowered.itemID.text)/\(lowered.cause)", children: group.children,
                receivers: group.parties.sorted { $0.key < $1.key }.map {
                    NoticeDue.Receiver(agency: $0.key, kind: .thresholdChanged, because: $0.value)
                }, content: content)
        }
    }

    /// A party needs to know more before it says what it thinks.
    func informationNeeded(
        _ subject: Escalation.Subject, children: Set<PersonID>, from decider: AgencyCode, asked: AgencyCode,
        by person: Person, _ question: String?, eventID: String, answerBy due: Instant
    ) -> NoticeOrder {
        var content = NoticeDue.Content()
        content.decisionID = subject.identifier
        content.version = subject.version
        content.reason = question
        content.respondBy = due
        content.decidedBy = asked
        content.decidedByRole = person.role
        return NoticeOrder(
            cause: "\(subject.text)/information/\(SHA256.identifier(asked.text, eventID))", children: children,
            receivers: [
                NoticeDue.Receiver(
                    agency: decider, kind: .informationRequested,
                    addressedTo: policy.addressees(of: decider, stages: [1]))
            ], content: content)
    }

    private func content(of change: ChangeRecord) -> NoticeDue.Content {
        var content = NoticeDue.Content()
        content.decisionID = change.decisionID
        content.version = change.version
        content.decidedBy = change.agency
        content.decidedByRole = change.authoriserRole
        return content
    }
}

extension ChangeRecord {
    /// What a version's own notices are derived from.
    var cause: String { "decision/\(self.decisionID)/\(self.version)" }
}

extension DiscussionRecord {
    /// What the notices of a discussion without an enquiry are derived from.
    var cause: String { "discussion/\(name.text)" }
}
