import Contracts
import Messaging
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import EscalationTracker
@testable import Notifier

/// How much a family makes an agency hear that does not answer (contract N2): in counts, in virtual time.
struct NoiseTests {
    /// Children's social care lowers the level of seven children with whom six agencies work, and nobody says anything.
    private func silent(urgent: Bool = false) throws -> (noise: SilentPartnership, end: Instant) {
        var scene = try VirtualPartnership(at: "2026-11-02T10:00:00Z")
        try scene.prologue(children: FamilyNoticeTests.family)
        for agency in ["gp-riverside", "housing"] {
            try scene.publish(
                .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: scene.now))),
                as: agency, about: FamilyNoticeTests.family)
        }
        try scene.decide(urgent: urgent, children: FamilyNoticeTests.family)
        // The evening of the third working day, and the morning after it.
        let end = try VirtualHousehold.instant("2026-11-06T08:59:59Z")
        try scene.wait(until: end.rfc3339)
        return (try SilentPartnership(scene, until: end), end)
    }

    private static func byDay<Thing>(_ things: [Thing], _ at: (Thing) -> Instant) -> [Int] {
        (2...6).map { day in things.count { LondonTime.date(at: at($0)).parts.day == day } }
    }

    @Test("N2, trial C17: seven siblings, six agencies, three working days in which nobody acknowledges anything")
    func figures() throws {
        let (noise, end) = try silent()
        let mails = noise.mails(until: end)
        #expect(Self.isWithin(Self.byDay(noise.notices) { $0.at }, [14, 23, 32, 55, 0]))
        #expect(Self.isWithin(Self.byDay(mails) { $0.at }, [6, 9, 16, 23, 3]))
        let boxes = Dictionary(grouping: mails) { "\($0.address) \(LondonTime.date(at: $0.at).parts.day)" }
        #expect(boxes.values.allSatisfy { $0.count == 1 }, "nobody gets two e-mails on a day")
        let unit = noise.notices.filter { $0.agency.text == "business-unit" }
        #expect(Self.isWithin(Self.byDay(unit) { $0.at }, [0, 1, 2, 17, 0]))
        #expect(mails.filter { $0.address.contains("business-unit") }.allSatisfy { $0.message.pace == .digest })
        // Each notice stands in one e-mail of each contact that it is for, and no contact is left out.
        #expect(mails.flatMap(\.message.items).count == noise.deliveries)
    }

    @Test("N2: an urgent change reaches the business unit and the line managers at once, apart from what can wait")
    func urgent() throws {
        let (noise, end) = try silent(urgent: true)
        let start = try #require(noise.notices.first?.at)
        let mails = noise.mails(until: end)
        let atOnce = mails.filter { $0.at == start }
        #expect(atOnce.allSatisfy { $0.message.pace == .atOnce })
        for contact in ["stage2.business-unit", "stage2.csc", "stage1.police", "stage2.police"] {
            #expect(atOnce.count { $0.address.hasPrefix(contact) } == 1, "\(contact)")
        }
        #expect(mails.flatMap(\.message.items).count == noise.deliveries)
        let digests = mails.filter { $0.message.pace == .digest }
        let days = Set(digests.map { "\($0.address) \(LondonTime.date(at: $0.at).parts.day)" })
        #expect(days.count == digests.count, "one digest a working day")
    }

    /// None is greater than its bound: less noise is no fault.
    private static func isWithin(_ counts: [Int], _ bounds: [Int]) -> Bool {
        zip(counts, bounds).allSatisfy { $0 <= $1 } && counts.count == bounds.count
    }
}
