import Contracts
import Foundation
import JSON
import Messaging
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import MashScreener

/// Rows T1 to T3, B1, B2, A6 and the promise P2, at the screening hub, in virtual time.
struct ReferrerLoopTests {
    @Test(
        "T1: the decision is due one working day after the referral, whatever its rating",
        arguments: [
            // The vectors of section 11.
            ("2026-04-02T10:00:00Z", "2026-04-07T16:00:00Z"), ("2026-12-24T10:00:00Z", "2026-12-29T17:00:00Z"),
            ("2026-11-21T10:00:00Z", "2026-11-23T17:00:00Z"), ("2020-12-24T10:00:00Z", "2020-12-29T17:00:00Z"),
        ])
    func decisionDue(_ received: String, _ due: String) throws {
        for concerns in [["supervision"], ["hygiene"]] { try decisionDue(received, due, concerns) }
    }

    private func decisionDue(_ received: String, _ due: String, _ concerns: [String]) throws {
        var hub = try VirtualHub(at: received)
        try hub.refer(concerns: concerns)
        let item = try #require(hub.item)
        #expect(item.rating == (concerns == ["hygiene"] ? .green : .amber))
        #expect(item.clocks.first?.name == "screening-decision")
        #expect(item.decisionDue?.rfc3339 == due)
        #expect(item.clocks.first?.explanation.hasPrefix("1 working day from \(received), policy 2026.1") == true)
        #expect(hub.clocks.count == 1, "green and amber set no second clock that could fall due after the first")
    }

    @Test("T1: decided in time, nobody is prompted, every clock is cleared and no lateness is measured")
    func inTime() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer(isImmediateRisk: true)
        try hub.act(.claimed)
        try hub.wait(until: "2026-11-25T16:59:59Z")
        try hub.act(.decided(.assessment, reason: "Needs are not clear.", children: []))
        try hub.wait(until: "2027-11-25T17:00:00Z")
        #expect(hub.prompts == [])
        #expect(hub.clocks.isEmpty)
        #expect(hub.measured.map(\.seconds) == [0])
    }

    @Test(
        "B2, T2: at one working day and no moment later the hub's manager is told, and the referrer prompted to chase")
    func overdue() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer(children: 2)
        try hub.wait(until: "2026-11-25T16:59:59.999999Z")
        #expect(hub.prompts == [])
        #expect(hub.item?.isOverdue == false)
        try hub.wait(until: "2026-11-25T17:00:00Z")
        #expect(
            hub.prompts == [
                "2026-11-25T17:00:00Z mash decide-referral 2 line manager",
                "2026-11-25T17:00:00Z health-visiting chase-outcome",
            ])
        #expect(hub.item?.isOverdue == true)
        let notices = hub.all(NoticeDue.self).map(\.payload)
        #expect(notices.allSatisfy { $0.children.count == 2 && $0.body.subject.id == "R1" })
        #expect(Set(notices.map(\.cause)).count == 2)
        #expect(
            notices.first?.body.reason
                == "The decision on the referral was due by Wed 25 November 2026, 17:00 UK time. Nobody has taken it yet."
        )
        #expect(notices.last?.receivers.first?.because == [.referrer])
        #expect(hub.publishedByKind["referral overdue, stage 2"] == 1)
    }

    @Test(
        "B2: an outcome that stays overdue moves up a stage each working day, to stage 3 and the business unit, and stops"
    )
    func movesUp() throws {
        var hub = try VirtualHub(at: "2026-11-26T10:00:00Z")
        try hub.refer()
        try hub.act(.claimed)
        try hub.wait(until: "2027-02-01T00:00:00Z")
        #expect(
            hub.prompts == [
                // From Thursday: due on Friday, up on Monday.
                "2026-11-27T17:00:00Z mash decide-referral 2 line manager",
                "2026-11-27T17:00:00Z health-visiting chase-outcome",
                "2026-11-30T17:00:00Z mash decide-referral 3 safeguarding lead",
                "2026-11-30T17:00:00Z business-unit chase-outcome 3 business manager",
            ])
        let last = try #require(hub.all(NoticeDue.self).last?.payload)
        #expect(
            last.body.reason
                == "The decision on the referral was due by Fri 27 November 2026, 17:00 UK time. A screener has taken it."
        )
        // It is still decided, and how late that is is measured.
        try hub.act(.decided(.earlyHelp, reason: "Support is accepted.", children: []))
        #expect(hub.all(ReferralOutcome.self).count == 1)
        #expect(hub.measured.map(\.seconds) == [hub.now.seconds(since: try VirtualHub.instant("2026-11-27T17:00:00Z"))])
        #expect(hub.measured.first.map { $0.seconds > 60 * 86_400 } == true)
    }

    @Test("B2: once decided, nothing moves up any more", arguments: [2, 3])
    func decidedLate(_ stage: Int) throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer()
        try hub.wait(until: stage == 2 ? "2026-11-25T18:00:00Z" : "2026-11-26T18:00:00Z")
        let before = hub.prompts.count
        try hub.act(.decided(.assessment, reason: "Needs are not clear.", children: []))
        try hub.wait(until: "2027-11-26T18:00:00Z")
        #expect(hub.prompts.count == before)
        #expect(hub.clocks.isEmpty)
    }

    @Test("B2: how far it moves up is policy", arguments: [2, 4])
    func topStage(_ top: Int) throws {
        let policy = try VirtualHub.policy { text in
            text.replacingOccurrences(
                of: "upToStage: 3, businessUnit: true", with: "upToStage: \(top), businessUnit: false")
        }
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z", policy: policy)
        try hub.refer()
        try hub.wait(until: "2027-01-24T10:00:00Z")
        #expect(hub.prompts.filter { $0.contains(" mash ") }.count == top - 1)
        #expect(hub.prompts.allSatisfy { !$0.contains("business-unit") })
    }

    @Test("Section 3.1: a red referral that nobody has claimed after four hours is told to the manager, day or night")
    func red() throws {
        var hub = try VirtualHub(at: "2026-11-21T22:00:00Z")
        try hub.refer(isImmediateRisk: true)
        try hub.wait(until: "2026-11-22T12:00:00Z")
        #expect(hub.prompts == ["2026-11-22T02:00:00Z mash decide-referral 2 line manager"])
        #expect(
            hub.all(NoticeDue.self).first?.payload.body.reason
                == "A look at the referral was due by Sun 22 November 2026, 02:00 UK time. Nobody has taken it yet.")
        // The statutory clock runs beside it as if nothing were.
        try hub.wait(until: "2026-11-23T17:00:00Z")
        #expect(hub.prompts.count == 3)

        var claimed = try VirtualHub(at: "2026-11-21T22:00:00Z")
        try claimed.refer(isImmediateRisk: true)
        try claimed.act(.claimed)
        try claimed.wait(until: "2026-11-22T12:00:00Z")
        #expect(claimed.prompts == [])
    }

    @Test("T3, B1: the outcome leaves in the moment of the decision, with its reason and the time to challenge it")
    func outcome() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer(children: 2)
        try hub.wait(until: "2026-11-24T15:00:00Z")
        let sibling = PersonID(digest: [2])
        // As intake reads it.
        let single = try VirtualHub.outcome(of: sibling, "assessment", "Needs are not clear.")
        try hub.act(
            .decided(
                .earlyHelp, reason: "Support is accepted.",
                children: [single]))
        let (at, outcome) = try #require(hub.all(ReferralOutcome.self).first)
        #expect(at.rfc3339 == "2026-11-24T15:00:00Z")
        #expect(outcome.notices.receivers.map(\.agency.text) == ["health-visiting"])
        let body = outcome.notices.body
        #expect(body.subject == NoticeSubject(.referral, "R1", chosenBy: try VirtualHub.agency("health-visiting")))
        #expect(body.reason == "Support is accepted.")
        #expect(outcome.notices.children.map(\.detail.rationale) == [nil, "Needs are not clear."])
        #expect(outcome.notices.children.map(\.detail.outcome) == [.earlyHelp, .assessment])
        #expect(body.respondBy?.rfc3339 == "2026-12-01T17:00:00Z")
        #expect(hub.tombstones == 1 && hub.item == nil)
    }

    @Test(
        "A6: a rating is raised in silence and never lowered in silence; over all pairs", arguments: RiskRating.allCases
    )
    func ratings(_ from: RiskRating) throws {
        for to in RiskRating.allCases {
            var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
            try hub.refer(concerns: from == .green ? ["hygiene"] : ["medical"], isImmediateRisk: from == .red)
            #expect(hub.item?.rating == from)
            try hub.act(.rated(to, reason: "What was worrying has been explained."))
            #expect(hub.item?.rating == to)
            #expect(hub.refusals == (to == from ? ["on-record"] : []))
            let lowered = hub.all(RatingLowered.self).map(\.payload)
            #expect(lowered.count == (to < from ? 1 : 0), "\(from) to \(to)")
            if let lowered = lowered.first {
                let (notices, body) = (lowered.notices, lowered.notices.body)
                #expect(body.rating == RatingStep(from: from, to: to))
                #expect(notices.receivers.map(\.agency.text) == ["health-visiting"])
                #expect(
                    body.reason == "What was worrying has been explained." && body.decidedBy?.role == "screener")
                #expect(notices.children.map(\.references.count) == [1])
                #expect(body.respondBy?.rfc3339 == "2026-12-01T17:00:00Z")
            }
            // The statutory clock is what it was, and no rating's clock can fall due after it.
            #expect(hub.item?.decisionDue?.rfc3339 == "2026-11-25T17:00:00Z")
            #expect(hub.clocks.keys.contains { $0.kind == "rating" } == (to == .red))
            #expect(hub.item?.clocks.map(\.name) == ["screening-decision", "rating-" + to.rawValue])
        }
    }

    @Test("A6: lowered, raised and lowered again is two causes; and a rule never lowers what a person raised")
    func loweredTwice() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer()
        for rating in [RiskRating.green, .red, .green] { try hub.act(.rated(rating, reason: "New information.")) }
        #expect(Set(hub.all(RatingLowered.self).map(\.payload.notices.cause)).count == 2)
        try hub.act(.rated(.red, reason: "New information."))
        // The same referral again would be amber by rule.
        try hub.refer()
        #expect(hub.item?.rating == .red)
        #expect(hub.state.items.count == 1)
    }

    @Test("A rating of an item that is not open is refused")
    func unknown() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.act(.rated(.green, reason: "New information."))
        #expect(hub.refusals == ["unknown-subject"])
        #expect(hub.all(RatingLowered.self).isEmpty)
    }

    /// Whatever people do in whatever order: a referral is open, or it has exactly one outcome.
    @Test("P2: a referral is on the hub with a clock running, or it has an outcome", arguments: 0..<200)
    func neverSilent(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        var referred: Set<String> = []
        var minutes: Int64 = 0
        for _ in 0..<40 {
            let referral = "R\(random.next() % 3)"
            switch random.next() % 6 {
            case 0:
                try hub.refer(referral)
                referred.insert(referral)
            case 1: try hub.act(.claimed, on: referral, by: random.next() % 2 == 0 ? "Sam Example" : "Kim Example")
            case 2: try hub.act(.released, on: referral)
            case 3: try hub.act(.rated(RiskRating.allCases[Int(random.next() % 3)], reason: "So."), on: referral)
            case 4: try hub.act(.decided(.assessment, reason: "So.", children: []), on: referral)
            default:
                minutes += Int64(random.next() % 3000)
                try hub.wait(
                    until: try VirtualHub.instant("2026-11-24T10:00:00Z").adding(seconds: minutes * 60).rfc3339)
            }
            for referral in referred {
                let id = try VirtualHub.itemID(referral)
                let isOpen = hub.state.place(of: id) != nil
                let outcomes = hub.all(ReferralOutcome.self).filter { $0.payload.itemID == id }.count
                #expect(isOpen || outcomes > 0, "\(referral) is nowhere")
                let hasClock = hub.clocks.keys.contains { $0.kind == "screening-decision" && $0.subject == id.text }
                let isOverdue = hub.state.items.first { $0.shown.itemID == id }?.shown.isOverdue ?? false
                if isOpen { #expect(hasClock != isOverdue, "a clock runs until it has been told that it is late") }
                if !isOpen { #expect(!hub.clocks.keys.contains { $0.subject == id.text }) }
            }
        }
    }

    @Test("P6: a clock that an operator has moved is shown on the queue as it is now, and why")
    func moved() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer()
        let due = ClockLength.workingDays(1).due(
            from: try VirtualHub.instant("2026-11-24T10:00:00Z"),
            calendar: WorkingCalendar(
                changes: [HolidayChange("Proclaimed", day: CalendarDate("2026-11-25"))]),
            practiceHour: 17, policyVersion: "2026.2")
        try hub.move("screening-decision", to: due)
        let shown = try #require(hub.all(ScreeningItemUpdated.self).last?.payload.clocks.first)
        #expect(shown.due.rfc3339 == "2026-11-26T17:00:00Z")
        #expect(
            shown.explanation
                == "1 working day from 2026-11-24T10:00:00Z, policy 2026.2; skipped 2026-11-25 (Proclaimed)")
        try hub.wait(until: "2026-11-25T18:00:00Z")
        #expect(hub.prompts == [])
        try hub.wait(until: "2026-11-26T17:00:00Z")
        #expect(hub.prompts.count == 2)
    }

    @Test("Every kind of clock that the hub sets says what happens then")
    func kinds() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer(isImmediateRisk: true)
        var kinds = Set(hub.clocks.keys.map(\.kind))
        try hub.wait(until: "2026-11-25T18:00:00Z")
        kinds.formUnion(hub.clocks.keys.map(\.kind))
        #expect(kinds == Set(hub.screener.clockKinds.map(\.name)))
        #expect(hub.screener.clockKinds.allSatisfy { $0.consequence.hasSuffix(".") })
    }

    @Test("The hub's document is read as it is written, overdue or not")
    func document() throws {
        var hub = try VirtualHub(at: "2026-11-24T10:00:00Z")
        try hub.refer(children: 3)
        try hub.refer("R2")
        for _ in 0..<2 {
            var writer = JSONWriter()
            hub.state.write(to: &writer)
            let read = OpenItems(reading: try JSONDocument(parsing: writer.bytes, limits: .event).root)
            #expect(read == hub.state)
            try hub.wait(until: "2026-11-26T18:00:00Z")
        }
        #expect(hub.state.items.map(\.overdueStage) == [3, 3])
    }
}

/// Numbers that are the same in every run.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension VirtualHub {
    /// The sample policy with other clocks.
    static func policy(_ change: (String) -> String) throws -> Policy {
        let copy = NSTemporaryDirectory() + "keepsight-policy-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: TestEnvironment.project + "/deploy/policy", toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let text = try String(contentsOfFile: copy + "/clocks.yaml", encoding: .utf8)
        try change(text).write(toFile: copy + "/clocks.yaml", atomically: true, encoding: .utf8)
        return try Policy.load(directory: copy)
    }
}

extension VirtualHub {
    /// Another outcome for one child, read as it comes.
    static func outcome(of child: PersonID, _ outcome: String, _ reason: String) throws -> ScreeningDecided.ChildOutcome
    {
        let text = """
            {"itemId":"\(try itemID().text)","by":{"name":"Sam Example","role":"screener"},"outcome":"early-help",\
            "reason":"So.","children":[{"handle":"\(child.text)","outcome":"\(outcome)","reason":"\(reason)"}]}
            """
        var reasons = RefusalReasons()
        let document = try JSONDocument(parsing: Array(text.utf8), limits: .event)
        return try #require(ScreeningDecided(reading: document.root, &reasons)?.children.first, "\(text)")
    }
}
