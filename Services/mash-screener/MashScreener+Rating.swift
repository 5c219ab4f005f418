import Contracts
import Messaging
import Policy
import Safeguarding

/// How soon a referral is to be looked at: rules raise it, and only a named person with a reason lowers it (section 3.1).
extension MashScreener {
    /// Rules raise, they never lower; a person can (P5).
    func rating(of referral: ReferralFact) -> RiskRating {
        if referral.isImmediateRisk { return .red }
        return policy.clocks.amberConcerns.isDisjoint(with: referral.concernKinds) ? .green : .amber
    }

    /// A person rates the item anew. Lowered, it is told like any other threshold that is lowered (row A6).
    func rate(
        _ place: Int, _ rating: RiskRating, reason: String, _ screening: ScreeningFact, _ fact: Fact,
        _ desk: inout OpenItems, _ context: Context
    ) -> [Effect<NoRows>] {
        let before = desk.items[place].shown.rating
        desk.items[place].shown.rating = rating
        desk.items[place].shown.clocks.removeAll { $0.name.hasPrefix("rating-") }
        let clock = ratingClock(of: desk.items[place].shown, context)
        if let shown = clock.shown { desk.items[place].shown.clocks.append(shown) }
        let item = desk.items[place]
        var effects = [ruling(on: fact, context), show(item.shown, context), clock.effect]
        if rating < before {
            var body = body(of: item.shown, decidedBy: screening, fact, context)
            body.state = .changed
            body.rating = RatingStep(from: before, to: rating)
            body.reason = reason
            // It may be lowered, raised and lowered again.
            let change = "rating/" + SHA256.identifier(fact.context.agency.text, fact.context.eventID)
            let lowered = RatingLowered(
                itemID: item.shown.itemID,
                notices: NoticeDue(
                    cause: "item/\(item.shown.itemID.text)/\(change)", children: item.children,
                    receivers: [
                        NoticeDue.Receiver(
                            agency: item.shown.referrer, kind: .thresholdChanged, because: [.referrer])
                    ], body: body))
            effects.append(
                publish(lowered, "rating", on: topics.screeningOutcomes, tally: "rating lowered", context))
        }
        return effects
    }

    /// The rating's clock, shown beside the statutory one and never in its place. It is set only where it falls due
    /// before that one: what is late anyway is told once.
    func ratingClock(of item: ScreeningItemUpdated, _ context: Context)
        -> (shown: ScreeningItemUpdated.Clock?, effect: Effect<NoRows>)
    {
        let key = DeadlineKey(kind: MashScreener.rating, subject: item.itemID.text)
        guard let length = policy.clocks.ratings[item.rating] else { return (nil, .disarm(key)) }
        let due = policy.due(length, from: item.receivedAt, setting: .rating(item.rating))
        let shown = ScreeningItemUpdated.Clock("rating-" + item.rating.rawValue, due)
        guard let decision = item.decisionDue, due.due < decision, due.due > context.now else {
            return (shown, .disarm(key))
        }
        return (shown, .arm(Deadline(key: key, household: context.household, due: due)))
    }
}
