import Contracts
import Messaging
import Policy
import Safeguarding

/// What falls due at the desk: a referral that nobody looks at, and one that is not decided (T1, T2, row B2).
extension MashScreener {
    /// The stage of the hub that hears of it first: the screener's line manager.
    static let managerStage = 2

    /// Every clock of the desk, with what happens when it falls due.
    public var clockKinds: [ClockKind] {
        let top = policy.clocks.overdueDecision.upToStage
        return [
            ClockKind(
                MashScreener.screeningDecision,
                "The referral is overdue (T1): the hub's contact of stage 2 is told to have it decided, and the referrer "
                    + "is prompted to ask what has become of it."),
            ClockKind(
                MashScreener.overdueDecision,
                "A referral that is still not decided moves up: the hub's contact of the next stage is told, up to stage "
                    + "\(top)" + (policy.clocks.overdueDecision.tellsBusinessUnit ? " and the business unit." : ".")),
            ClockKind(
                MashScreener.rating,
                "If nobody has claimed the referral, the hub's contact of stage 2 is told that nobody looks at it."),
        ]
    }

    /// One clock of the household that has fallen due.
    public func fire(_ deadline: DueDeadline, state desk: inout OpenItems, now: Instant) -> [Effect<NoRows>] {
        guard let id = ScreeningItemID(deadline.key.subject), let place = desk.place(of: id) else { return [] }
        let context = Context(household: deadline.household, origin: Origin(deadline), now: now)
        switch deadline.key.kind {
        case MashScreener.screeningDecision:
            desk.items[place].shown.isOverdue = true
            desk.items[place].overdueStage = MashScreener.managerStage
            return [show(desk.items[place].shown, context)]
                + moveUp(desk.items[place], to: MashScreener.managerStage, deadline, context)
        case MashScreener.overdueDecision:
            let stage = (desk.items[place].overdueStage ?? MashScreener.managerStage) + 1
            desk.items[place].overdueStage = stage
            return moveUp(desk.items[place], to: stage, deadline, context)
        case MashScreener.rating:
            guard desk.items[place].shown.claimedBy == nil else { return [] }
            let clock = "rating-" + desk.items[place].shown.rating.rawValue
            return [prompt(desk.items[place], to: MashScreener.managerStage, clock: clock, context)]
        default:
            return []
        }
    }

    /// A clock that an operator has moved: the queue shows when it falls due now.
    public func moved(_ deadline: Deadline, state desk: inout OpenItems, now: Instant) -> [Effect<NoRows>] {
        guard let id = ScreeningItemID(deadline.key.subject), let place = desk.place(of: id),
            let explanation = ClockExplanation(document: deadline.explanation)
        else { return [] }
        let shown = desk.items[place].shown
        let name = deadline.key.kind == MashScreener.rating ? "rating-" + shown.rating.rawValue : deadline.key.kind
        guard let clock = shown.clocks.firstIndex(where: { $0.name == name }) else { return [] }
        desk.items[place].shown.clocks[clock] = ScreeningItemUpdated.Clock(
            name: name, due: deadline.due, explanation: explanation.sentence)
        let context = Context(household: deadline.household, origin: Origin(moved: deadline), now: now)
        return [show(desk.items[place].shown, context)]
    }

    /// Tells who answers for the desk at that stage, and sets the clock to the next one, if there is one.
    private func moveUp(_ item: OpenItems.Item, to stage: Int, _ deadline: DueDeadline, _ context: Context)
        -> [Effect<NoRows>]
    {
        let rule = policy.clocks.overdueDecision
        let isLast = stage >= rule.upToStage
        var effects = [
            prompt(
                item, to: stage, clock: MashScreener.screeningDecision,
                tellsBusinessUnit: isLast && rule.tellsBusinessUnit, context)
        ]
        // KCSIE paragraph 63: on expiry of the working day the referrer is to ask.
        if stage == MashScreener.managerStage { effects.append(promptReferrer(of: item, context)) }
        if !isLast {
            // Counted from when it fell due, not from when that was noticed.
            let due = policy.due(rule.every, from: deadline.due, setting: .overdueDecision)
            effects.append(
                .arm(
                    Deadline(
                        key: DeadlineKey(kind: MashScreener.overdueDecision, subject: item.shown.itemID.text),
                        household: context.household, due: due)))
        }
        return effects
    }

    /// The hub's contact of the stage has something to do; the business unit has reason to ask.
    private func prompt(
        _ item: OpenItems.Item, to stage: Int, clock: String, tellsBusinessUnit: Bool = false, _ context: Context
    ) -> Effect<NoRows> {
        var receivers = [
            receiver(policy.agencies.hub, .decideReferral, stage: stage)
        ]
        if tellsBusinessUnit {
            receivers.append(receiver(policy.agencies.businessUnit, .chaseOutcome, stage: stage))
        }
        var body = body(of: item, clock: clock)
        body.stage = stage
        return order(item, "\(clock)/\(stage)", receivers, body, tally: "referral overdue, stage \(stage)", context)
    }

    private func promptReferrer(of item: OpenItems.Item, _ context: Context) -> Effect<NoRows> {
        let referrer = NoticeDue.Receiver(
            agency: item.shown.referrer, kind: .taskDue, task: .chaseOutcome, because: [.referrer])
        return order(
            item, MashScreener.screeningDecision + "/referrer", [referrer],
            body(of: item, clock: MashScreener.screeningDecision), tally: "referrer prompted to chase", context)
    }

    private func receiver(_ agency: AgencyCode, _ task: NoticeTask, stage: Int) -> NoticeDue.Receiver {
        let contacts = (policy.agencies[agency]?.contacts ?? []).filter { $0.stage == stage }
        return NoticeDue.Receiver(
            agency: agency, kind: .taskDue, task: task,
            addressedTo: contacts.map { NoticeIssued.Addressee(stage: $0.stage, role: $0.role) })
    }

    /// What is late, since when, and whether anybody has taken it.
    private func body(of item: OpenItems.Item, clock: String) -> NoticeBody {
        let due = item.shown.clocks.first { $0.name == clock }?.due
        let what = clock == MashScreener.screeningDecision ? "The decision on the referral" : "A look at the referral"
        var body = NoticeBody.about(item.shown.subject)
        body.reason =
            what + (due.map { " was due by \(LondonTime.text($0))." } ?? " is overdue.")
            + (item.shown.claimedBy == nil ? " Nobody has taken it yet." : " A screener has taken it.")
        return body
    }

    private func order(
        _ item: OpenItems.Item, _ what: String, _ receivers: [NoticeDue.Receiver], _ body: NoticeBody,
        tally: String, _ context: Context
    ) -> Effect<NoRows> {
        let notices = NoticeDue(
            cause: "overdue/\(item.shown.itemID.text)/\(what)", children: item.children, receivers: receivers,
            body: body)
        return publish(notices, "overdue/" + what, on: topics.screeningOutcomes, tally: tally, context)
    }
}

extension OpenItems.Item {
    /// The children with their references, in one order.
    var children: [NoticeDue.Child] {
        references.sorted { $0.key < $1.key }.map { NoticeDue.Child(person: $0.key, references: $0.value) }
    }
}

extension ScreeningItemUpdated {
    /// The referral as notices name it.
    var subject: NoticeSubject { NoticeSubject(.referral, referralID, chosenBy: referrer) }

    /// When the statutory decision is due.
    var decisionDue: Instant? { clocks.first { $0.name == MashScreener.screeningDecision }?.due }
}
