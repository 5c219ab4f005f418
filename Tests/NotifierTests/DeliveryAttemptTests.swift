import Channels
import Contracts
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Notifier

/// What an attempt makes of a delivery, and when it is tried again.
struct DeliveryAttemptTests {
    private let policy: Policy
    private let now: Instant

    init() throws {
        policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
        now = try #require(Instant(rfc3339: "2026-11-20T16:00:00Z"))
    }

    private func settling(_ outcome: DeliveryOutcome, attempts: Int = 0, status: Int = 0) -> DeliveryAttempt? {
        var message = TemplateTests.message([.decision, .view])
        message = DueMessage(
            id: message.id, agency: message.agency, address: message.address, pace: message.pace, attempts: attempts,
            items: message.items)
        return DeliveryAttempt.settling(message, outcome, status: status, policy, now: now)
    }

    @Test("Each attempt waits as policy says, a working day at last over the weekend; then somebody must see to it")
    func schedule() {
        let waits = (0..<6).map { settling(.later(.askedToWait), attempts: $0, status: 450) }
        #expect(
            waits.map { $0?.nextAttempt?.rfc3339 } == [
                "2026-11-20T16:01:00Z", "2026-11-20T16:05:00Z", "2026-11-20T16:30:00Z", "2026-11-20T18:00:00Z",
                "2026-11-23T17:00:00Z", nil,
            ])
        #expect(waits.map { $0?.state } == [.waiting, .waiting, .waiting, .waiting, .waiting, .failed])
        #expect(waits.last??.reason == .gaveUp)
        #expect(waits.map { $0?.attempts } == [1, 2, 3, 4, 5, 6])
        #expect(
            waits.allSatisfy { $0?.deliveries == [7, 8] }, "what becomes of an e-mail becomes of all that is in it")
    }

    @Test("A refusal is final at once; what says nothing of the recipient is not counted")
    func verdicts() {
        #expect(settling(.never(.gone), status: 410)?.state == .failed)
        #expect(settling(.never(.gone), status: 410)?.status == 410)
        #expect(settling(.delivered, attempts: 3)?.state == .delivered)
        #expect(settling(.delivered)?.nextAttempt == nil)
        #expect(settling(.paused(.unreachable)) == nil)
        #expect(settling(.untried) == nil)
    }

    @Test("An address that has just failed rests, an answer ends the rest, and no more are remembered than may be")
    func resting() {
        var resting = RestingAddresses()
        resting.note("a", .later(.unreachable), now: now)
        resting.note("b", .later(.tooSlow), now: now)
        resting.note("c", .later(.askedToWait), now: now)
        #expect(resting.resting(at: now) == ["a", "b"])
        resting.note("b", .delivered, now: now)
        #expect(resting.resting(at: now.adding(seconds: 29)) == ["a"])
        #expect(resting.resting(at: now.adding(seconds: 31)).isEmpty)
        for number in 0..<2000 { resting.note("\(number)", .later(.tooSlow), now: now) }
        #expect(resting.resting(at: now).count == RestingAddresses.maximumCount)
    }
}
