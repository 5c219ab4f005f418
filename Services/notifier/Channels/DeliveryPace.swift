import Contracts
import Policy
import Safeguarding

/// How soon a contact hears of a notice by e-mail (contract N2). What goes at different paces never stands in one e-mail: what
/// is urgent is apart.
enum DeliveryPace: String, CaseIterable, Sendable {
    /// A child cannot wait, or the answer is due within an hour or before anything that is gathered would have gone.
    case atOnce = "at-once"
    /// With whatever else the contact is to hear of within some minutes.
    case gathered
    /// With everything else that the business unit is to hear of until the digest of the working day.
    case digest
}

/// When a delivery goes, and with what: pure.
public struct DeliveryTime: Sendable, Equatable {
    let pace: DeliveryPace
    let due: Instant

    /// Of a notice that is issued now. A webhook is for a program and goes at once, whatever its pace: that says whether
    /// it is urgent.
    init(of notice: NoticeIssued, to address: ChannelAddress, _ policy: Policy, now: Instant) {
        let (pace, due) = DeliveryTime.plan(
            notice, isForUnit: address.agency == policy.agencies.businessUnit, policy, now)
        self.pace = pace
        self.due = address.channel == .email ? due : now
    }

    /// Whoever is asked for something within an hour cannot wait for what else may come, nor take it for one of many.
    private static let shortTime: Int64 = 3600

    private static func plan(_ notice: NoticeIssued, isForUnit: Bool, _ policy: Policy, _ now: Instant)
        -> (DeliveryPace, Instant)
    {
        guard !notice.isUrgent else { return (.atOnce, now) }
        let due = isForUnit ? policy.nextDigest(after: now) : policy.endOfGathering(from: now)
        if let respondBy = notice.body.respondBy, respondBy > now,
            respondBy <= (MessageTemplate.of(notice).asks ? max(due, now.adding(seconds: shortTime)) : due)
        {
            return (.atOnce, now)
        }
        return (isForUnit ? .digest : .gathered, due)
    }
}

extension NoticeIssued {
    /// Whether a child cannot wait: a school is told before the child arrives. That an urgent change is settled can wait.
    fileprivate var isUrgent: Bool {
        body.isUrgent == true && kind != .changeConfirmed || kind == .domesticAbuseSchool
    }
}
