import Contracts
import Messaging
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import EscalationTracker
@testable import Notifier

/// What the notifier makes of what the tracker has said in a scene, and the mail worker of that, where nobody acknowledges
/// anything: in virtual time.
struct SilentPartnership {
    struct Issued {
        let at: Instant
        let agency: AgencyCode
        let notice: NoticeIssued
    }

    struct Mail {
        let at: Instant
        let message: DueMessage
        var address: String { message.address }
    }

    private struct Waiting {
        let since: Instant
        let delivery: GatheredDelivery
        let item: DueMessage.Item
    }

    private let notifier: Notifier
    private var virtual: VirtualHousehold
    private var book = LoadedNotices()
    private var waiting: [Waiting] = []
    private(set) var notices: [Issued] = []

    init(_ scene: VirtualPartnership, until end: Instant) throws {
        notifier = Notifier(policy: scene.policy, topics: Topics(prefix: ""), channels: [.email])
        virtual = VirtualHousehold(VirtualPartnership.household, at: try #require(scene.due.first?.at))
        for (number, due) in scene.due.enumerated() {
            try wait(until: due.at)
            let value = virtual.bytes(due.notices, id: "due-\(number)", from: "escalation-tracker")
            try take(notifier.handle(virtual.message(value), in: &book, now: virtual.now))
        }
        try wait(until: end)
    }

    private mutating func wait(until end: Instant) throws {
        while let due = virtual.nextDue(until: end) {
            try take(notifier.fire(due, in: &book, now: virtual.now))
        }
    }

    private mutating func take(_ effects: [Effect<NoticeRow>]) throws {
        let now = virtual.now
        for row in try virtual.carryOut(effects).rows {
            switch row {
            case .issued(let notice, _, let agency, _):
                notices.append(Issued(at: now, agency: agency, notice: notice))
            case .carried(let notice, let address, let template, let time):
                let id = Int64(waiting.count)
                let delivery = GatheredDelivery(
                    id: id, agency: address.agency, address: address.address, pace: time.pace, due: time.due)
                let due = notices.last { $0.notice.noticeID == notice }?.notice.body.respondBy
                let item = DueMessage.Item(id: id, notice: notice, template: template, respondBy: due)
                waiting.append(Waiting(since: now, delivery: delivery, item: item))
            default: break
            }
        }
    }

    /// How many times a contact is to hear of a notice by e-mail.
    var deliveries: Int { waiting.count }

    /// Every e-mail, as a worker sends it that is there all the time.
    func mails(until end: Instant) -> [Mail] {
        var waiting = self.waiting
        var mails: [Mail] = []
        for now in Set(self.waiting.map(\.delivery.due)).sorted() where now <= end {
            for numbers in MessagePlan.messages(of: waiting.filter { $0.since <= now }.map(\.delivery), now: now) {
                let parts = waiting.filter { numbers.contains($0.delivery.id) }
                guard let first = parts.first?.delivery else { continue }
                let message = DueMessage(
                    id: numbers[0], agency: first.agency, address: first.address, pace: first.pace, attempts: 0,
                    items: parts.map(\.item))
                mails.append(Mail(at: now, message: message))
                waiting.removeAll { numbers.contains($0.delivery.id) }
            }
        }
        return mails
    }
}
