import Contracts
import DecisionRules
import Policy
import Safeguarding

/// Notices about strategy discussions, and about ratings: that one ended without an enquiry, raised a level, or is on record with
/// somebody as present.
struct DiscussionNotices: Sendable {
    let register: HouseholdRegister
    let terms: RegisterTerms

    /// A strategy discussion ended without a Section 47 enquiry: everybody who is party to it is told, above all those
    /// who were not there, and can challenge (row A6, T9).
    func withoutEnquiry(
        _ name: OwnName, to parties: [AgencyCode: Party], because reason: String?, answerBy due: Instant
    ) -> NoticeDraft? {
        guard let held = register.discussion(name)?.held else { return nil }
        let about = held.about.sorted().joined(separator: "; ")
        let settles =
            held.about.isEmpty
            ? ""
            : " It names decision \(about), and settles nothing of what is "
                + "decided there."
        let words =
            "The strategy discussion decided not to start a Section 47 enquiry. That does not change the level of any child."
            + settles
        var body = body(of: held, because: NoticeText.joined([words, reason]))
        body.state = .unchanged
        body.respondBy = due
        body.views = views(held)
        var draft = draft(cause: name.cause, held.children, parties, body, .thresholdChanged)
        for child in held.children {
            guard let level = register.children[child]?.level else { continue }
            draft?.details[child] = ChildDetail(from: level, to: level)
        }
        return draft
    }

    /// A strategy discussion decided on an enquiry: the level went up, which everybody who is party hears (R12).
    func raised(
        _ name: OwnName, from levels: [PersonID: ThresholdLevel], to parties: [AgencyCode: Party],
        because reason: String?, answerBy due: Instant
    ) -> NoticeDraft? {
        guard let held = register.discussion(name)?.held else { return nil }
        var body = body(of: held, because: reason)
        body.state = .changed
        body.respondBy = due
        let children = parties.values.reduce(into: Set()) { $0.formUnion($1.children) }
        var draft = draft(cause: name.raisedCause, children, parties, body, .thresholdRaised)
        for child in children { draft?.details[child] = ChildDetail(from: levels[child], to: .section47) }
        return draft
    }

    /// Every listed attendee hears that it is on record as present, and with which view: it can dispute that (R8).
    func recorded(_ name: OwnName, because reason: String?, answerBy due: Instant) -> NoticeDraft? {
        guard let held = register.discussion(name)?.held else { return nil }
        var body = body(of: held, because: reason)
        body.respondBy = due
        body.views = views(held)
        let parties = held.attendees.mapValues { _ in Party(children: held.children, because: [.attendee]) }
        return draft(cause: name.recordedCause, held.children, parties, body, .discussionRecorded)
    }

    /// The rating of a referral was lowered: every party beside the referrer, whose notice the screening desk wrote, is told
    /// the same (row A6). The referrer's own identifier of the referral is not theirs to know (P7).
    func ratingLowered(_ lowered: RatingLowered) -> NoticeDraft? {
        var body = lowered.notices.body
        body.subject = NoticeSubject(.screeningItem, lowered.itemID.text)
        let told = Set(lowered.notices.receivers.map(\.agency))
        let children = Set(lowered.notices.children.map(\.person))
        let parties = register.parties(to: children, under: terms).filter { !told.contains($0.key) }
        return draft(cause: lowered.notices.cause, children, parties, body, .thresholdChanged)
    }

    /// The views that the record gives to who was there.
    private func views(_ held: DiscussionHeld) -> [NoticeView] {
        held.attendees.sorted { $0.key < $1.key }.compactMap { agency, view in
            let isOwn = agency == held.recordedBy
            return view.map {
                NoticeView(agency, $0, isOwn: isOwn, recordedBy: isOwn ? nil : held.recordedBy, at: held.heldAt)
            }
        }
    }

    private func body(of held: DiscussionHeld, because reason: String?) -> NoticeBody {
        var body = NoticeBody.about(NoticeSubject(.discussion, held.id, chosenBy: held.recordedBy))
        body.reason = reason
        body.decidedBy = NoticeAuthor(held.recordedBy, role: "strategy discussion")
        body.decidedAt = held.heldAt
        return body
    }

    /// What every party is told; `nil` if there is none.
    private func draft(
        cause: String, _ children: Set<PersonID>, _ parties: [AgencyCode: Party], _ body: NoticeBody, _ kind: NoticeKind
    ) -> NoticeDraft? {
        guard !parties.isEmpty else { return nil }
        return NoticeDraft(
            cause: cause, children: children,
            receivers: parties.sorted { $0.key < $1.key }.map {
                NoticeDue.Receiver($0.key, $0.value, of: children, kind: kind)
            }, body: body)
    }
}

extension OwnName {
    /// What the notices of a discussion without an enquiry are derived from.
    var cause: String { "discussion/\(text)" }
    /// What the notices of a level are derived from that a discussion raised.
    var raisedCause: String { "discussion/\(text)/raised" }
    /// What the notices to a discussion's attendees are derived from.
    var recordedCause: String { "discussion/\(text)/recorded" }
}
