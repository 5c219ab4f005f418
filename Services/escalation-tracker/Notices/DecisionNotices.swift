import Contracts
import DecisionRules
import Policy
import Safeguarding

/// Notices about decisions: each state of a change, who is asked for a view, whose view another has recorded, that one took
/// effect before everybody was consulted, that somebody is silent.
struct DecisionNotices: Sendable {
    private static let lineManagerStage = 2

    let policy: Policy
    let terms: RegisterTerms
    /// Under which notices about discussions are told.
    let state: TrackerState

    /// One state of a change, for everybody who has not heard of it; whoever is asked for a view gets a notice for that.
    func step(
        _ step: Step, asking asked: [AgencyCode: Set<PersonID>], question: String?, because reason: String?,
        answerBy due: Instant
    ) -> NoticeDraft? {
        guard let change = state.register.change(step.decisionID) else { return nil }
        var body = body(of: change, version: step.version, isUrgent: step.isUrgent)
        body.decidedAt = change.decidedAt
        switch step.state {
        case .held:
            body.state = .held
            body.awaiting = awaiting(step.children, change)
            if step.turn > 0 { body.reason = heldAgain(body.reason) }
            add(words(of: change, step.children), to: &body)
        case .inEffect: body.state = .changed
        case .withdrawn, .overtaken:
            body.reason = ending(step.state, of: change, because: reason)
            body.state = stateAfterEnd(of: step.children, change, version: step.version)
        }
        body.respondBy = step.kind == .changeWithdrawn ? nil : due
        body.question = question
        let children = step.children.union(asked.values.joined())
        var receivers = step.parties.sorted { $0.key < $1.key }.map { agency, party in
            NoticeDue.Receiver(agency, party, of: children, kind: step.kind)
        }
        receivers += ask(asked, change, of: children)
        if step.state == .held, step.turn > 0 { receivers = withManagers(receivers, change, of: children) }
        var details = details(children, change, version: step.version)
        body.views = views(change, of: children, &details)
        return NoticeDraft(
            cause: step.cause, children: children, details: details, receivers: receivers, body: body)
    }

    /// The business unit and the line manager of whoever decided hear that what was in effect is held again.
    private func withManagers(_ receivers: [NoticeDue.Receiver], _ change: Change, of children: Set<PersonID>)
        -> [NoticeDue.Receiver]
    {
        var receivers = receivers
        for agency in [change.agency, policy.agencies.businessUnit] {
            let managers = policy.addressees(of: agency, stages: [DecisionNotices.lineManagerStage])
            if let place = receivers.firstIndex(where: { $0.agency == agency && $0.kind == .thresholdChanged }) {
                receivers[place].addressedTo = managers
            } else {
                receivers.append(
                    NoticeDue.Receiver(
                        agency, Party(children: children), of: children, kind: .thresholdChanged, addressedTo: managers)
                )
            }
        }
        return receivers
    }

    /// Agencies that have become consultees since everybody was told.
    func asked(_ asked: [AgencyCode: Set<PersonID>], of decision: OwnName, answerBy due: Instant) -> NoticeDraft? {
        guard let change = state.register.change(decision) else { return nil }
        let children = Set(asked.values.joined())
        var body = body(of: change)
        body.state = change.parts.contains { children.contains($0.person) && $0.isHeld } ? .held : .changed
        body.decidedAt = change.decidedAt
        body.awaiting = awaiting(children, change)
        add(words(of: change, children), to: &body)
        var details = details(children, change)
        body.views = views(change, of: children, &details)
        body.respondBy = due
        let people = children.sorted().map(\.text) + asked.keys.sorted().map(\.text)
        return NoticeDraft(
            cause: "\(change.cause)/asked/\(SHA256.identifier(people.joined(separator: " ")))", children: children,
            details: details, receivers: ask(asked, change, of: children), body: body)
    }

    /// Another agency has recorded this one's view: it lets nothing go until the agency confirms it, and the agency can dispute
    /// it (R5).
    func viewRecorded(_ number: Int, of agency: AgencyCode, on decision: OwnName) -> NoticeDraft? {
        guard let change = state.register.change(decision),
            let view = change.views.first(where: { $0.number == number })
        else { return nil }
        var body = body(of: change)
        body.views = [NoticeView(view)]
        body.state = change.parts.contains { view.children.contains($0.person) && $0.isHeld } ? .held : .changed
        body.raisedBy = NoticeAuthor(view.recordedBy, role: nil)
        body.decidedAt = view.at
        return NoticeDraft(
            cause: change.cause(ofView: number), children: view.children, details: details(view.children, change),
            receivers: [NoticeDue.Receiver(agency: agency, kind: .consultationRecorded)], body: body)
    }

    /// An urgent change: the line managers of those who decided and of those who were not asked, and the business unit,
    /// hear that a reconvened discussion is due (row A2).
    func overridden(_ children: Set<PersonID>, of decision: OwnName, reconvenedBy due: Instant) -> NoticeDraft? {
        guard let change = state.register.change(decision) else { return nil }
        let unit = policy.agencies.businessUnit
        let silent = silent(children, change)
        var body = body(of: change, isUrgent: true)
        body.state = .changed
        body.reason = nil
        body.awaiting = silent.sorted()
        body.respondBy = due
        let parties = state.register.hearers(of: children, in: change, under: terms)
        return NoticeDraft(
            cause: "\(change.cause)/urgent", children: children, details: details(children, change),
            receivers: silent.union([change.agency, unit]).sorted().map { agency in
                // Who decided, and the business unit, are told of all of them.
                var party = parties[agency] ?? Party()
                if party.children.isEmpty || agency == unit || agency == change.agency { party.children = children }
                return NoticeDue.Receiver(
                    agency, party, of: children, kind: .discussionRequired,
                    addressedTo: policy.addressees(of: agency, stages: [DecisionNotices.lineManagerStage]))
            }, body: body)
    }

    /// Another working day has gone by: a reconvened discussion is called for, everybody sees who is silent, and the silent are
    /// asked again, each time one stage higher (R11, R20). It never ends in silence.
    func waiting(
        _ children: Set<PersonID>, of decision: OwnName, silent: Set<AgencyCode>, times: Int, dueAgain due: Instant
    ) -> NoticeDraft? {
        guard let change = state.register.change(decision) else { return nil }
        let stage = min(1 + times, AgencyRegister.highestStage)
        let unit = policy.agencies.businessUnit
        var parties = state.register.hearers(of: children, in: change, under: terms)
        let asked = silent.reduce(into: [:]) { $0[$1] = parties[$1]?.children ?? children }
        // Who decided, and the business unit, are told of all of them.
        for agency in [change.agency, unit] { parties[agency, default: Party()].children = children }
        // A version that was taken back is not what waits.
        let parts = children.compactMap(change.part(of:))
        var body = body(
            of: change, version: parts.map(\.version).max(), isUrgent: parts.contains { $0.awaitsDiscussion })
        body.state = parts.contains { $0.isHeld } ? .held : .changed
        body.awaiting = silent.sorted()
        add(words(of: change, children), to: &body)
        var details = details(children, change)
        body.views = views(change, of: children, &details)
        body.respondBy = due
        body.stage = stage
        let sides = silent.union([change.agency, unit])
        var receivers = parties.sorted { $0.key < $1.key }.map { agency, party in
            NoticeDue.Receiver(
                agency, party, of: children, kind: .discussionRequired,
                addressedTo: sides.contains(agency) ? policy.addressees(of: agency, stages: [stage]) : [])
        }
        receivers += ask(asked, change, of: children, stage: stage)
        return NoticeDraft(
            cause: "\(change.cause)/discussion-overdue/\(times)", children: children,
            details: details, receivers: receivers, body: body)
    }

    private func ask(
        _ asked: [AgencyCode: Set<PersonID>], _ change: Change, of children: Set<PersonID>, stage: Int? = nil
    ) -> [NoticeDue.Receiver] {
        asked.sorted { $0.key < $1.key }.map { agency, people in
            let because = state.register.hearers(of: people, in: change, under: terms)[agency]?.because ?? []
            return NoticeDue.Receiver(
                agency, Party(children: people, because: because), of: children, kind: .consultationRequested,
                addressedTo: stage.map { policy.addressees(of: agency, stages: [$0]) } ?? [])
        }
    }

    private func awaiting(_ children: Set<PersonID>, _ change: Change) -> [AgencyCode] {
        silent(children, change).sorted()
    }

    private func silent(_ children: Set<PersonID>, _ change: Change) -> Set<AgencyCode> {
        change.parts.filter { children.contains($0.person) && $0.isOpen }.reduce(into: []) {
            $0.formUnion(state.register.silent(on: $1, in: change, under: terms))
        }
    }

    /// Views on the change of all these children; one on that of some stands with those.
    private func views(_ change: Change, of children: Set<PersonID>, _ details: inout [PersonID: ChildDetail])
        -> [NoticeView]
    {
        var ofAll: [NoticeView] = []
        for view in change.views {
            if view.children.isSuperset(of: children) {
                ofAll.append(NoticeView(view))
            } else {
                for child in view.children.intersection(children) { details[child]?.views.append(NoticeView(view)) }
            }
        }
        return ofAll
    }

    /// What is said of each child, as a version has it: the latest in which the child was, if none is given.
    private func details(_ children: Set<PersonID>, _ change: Change, version: Int? = nil) -> [PersonID: ChildDetail] {
        let rationales = state.statements[change.id]?.rationales ?? [:]
        return children.reduce(into: [:]) { details, person in
            let own = version.flatMap { version in
                change.parts.last { $0.person == person && $0.version == version }
            }
            guard let part = own ?? change.part(of: person) else { return }
            details[person] = ChildDetail(from: part.from, to: part.to, rationale: rationales[person])
        }
    }

    private func body(of change: Change, version: Int? = nil, isUrgent: Bool = false) -> NoticeBody {
        let statement = state.statements[change.id]
        var body = NoticeBody.about(
            NoticeSubject(.decision, change.id.id, chosenBy: change.agency, version: version ?? change.version))
        body.decidedBy = NoticeAuthor(change.agency, role: statement?.authoriserRole)
        body.reason = statement?.reason
        body.isUrgent = isUrgent ? true : nil
        body.urgentReason = isUrgent ? statement?.urgentReason : nil
        return body
    }

}

extension NoticeView {
    /// A view on record, with what was said beside (N3).
    fileprivate init(_ view: View) {
        self.init(
            view.agency, view.position, isOwn: view.isOwn,
            recordedBy: view.recordedBy == view.agency ? nil : view.recordedBy, at: view.at, note: view.note)
    }
}

extension Step {
    /// What kind of notice tells of it.
    var kind: NoticeKind {
        switch state {
        case .held: .thresholdChanged
        case .inEffect where isRaise: .thresholdRaised
        case .inEffect: turn == 0 ? .thresholdChanged : .changeConfirmed
        case .withdrawn, .overtaken: .changeWithdrawn
        }
    }

    /// What makes its notices distinct: whoever hears late of one child more gets a notice for that one.
    var cause: String {
        let people = children.sorted().map(\.text).joined(separator: " ")
        return "decision/\(decisionID.text)/\(version)/\(turn)/\(SHA256.identifier(people))"
    }
}

extension Change {
    /// What a version's other notices are derived from.
    var cause: String { "decision/\(id.text)/\(version)" }

    /// What the notice of a recorded view is derived from.
    func cause(ofView number: Int) -> String { "decision/\(id.text)/view/\(number)" }
}
