import Contracts
import EscalationTrackerSpec
import Foundation
import JSON
import Messaging
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// Row B3: who answers for an agency at each stage, and whether it has said so this year.
struct ResponsibilityTests {
    /// One agency's own matters in virtual time.
    struct Matters {
        let tracker: EscalationTracker
        let agency: AgencyCode
        var state = TrackerState()
        var clock: Deadline?
        var told: [String] = []
        var facts = 0

        init(of code: String, at now: Instant) throws {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("deploy/policy").path
            tracker = EscalationTracker(policy: try Policy.load(directory: folder), topics: Topics())
            agency = try #require(AgencyCode(code))
            let key = TrackerClock.attestation.key(code)
            clock = tracker.standingClocks(now: now).first { $0.key == key }
        }

        mutating func wait(until time: String) throws {
            let end = try #require(Instant(rfc3339: time))
            while let next = clock, next.due <= end {
                clock = nil
                let due = DueDeadline(key: next.key, household: next.household, due: next.due)
                try take(tracker.fire(due, state: &state, now: next.due), at: next.due)
            }
        }

        mutating func attest(_ day: String, at time: String) throws {
            facts += 1
            let now = try #require(Instant(rfc3339: time))
            let household = HouseholdID.agencyStream(of: agency)
            let context = Fact.Context(
                agency: agency, eventID: "a\(facts)", eventType: ContactsAttested.type.text, household: household,
                happenedAt: now, recordedAt: now)
            let fact = Fact(
                context: context, children: [],
                body: .attestation(AttestationFact(attestedOn: try #require(CalendarDate(day)))))
            let envelope = Envelope(
                id: "fact-\(facts)", source: .service("referral-intake"), type: fact.body.type.text, time: now)
            let event = try EnvelopeReader.read(
                value: EnvelopeWriter.write(envelope) { fact.write(to: &$0) }, headers: [], now: now)
            try take(tracker.handle(event, of: household, state: &state, now: now), at: now)
        }

        private mutating func take(_ effects: [Effect<EscalationRow>], at now: Instant) throws {
            for effect in effects {
                switch effect {
                case .arm(let deadline): clock = deadline
                case .publish(let record):
                    let event = try EnvelopeReader.read(value: record.value ?? [], headers: [], now: now)
                    var reasons = RefusalReasons()
                    let due = try #require(NoticeDue(reading: event.data, &reasons))
                    #expect(due.children.isEmpty)
                    for receiver in due.receivers {
                        let to = receiver.addressedTo.map { "\($0.stage) \($0.role)" }.joined(separator: ", ")
                        told.append("\(now) \(receiver.agency) \(receiver.task?.rawValue ?? "-") \(to)")
                    }
                default: Issue.record("\(effect)")
                }
            }
        }
    }

    static let start = "2026-11-02T10:00:00Z"

    private func matters(of code: String = "police") throws -> Matters {
        try Matters(of: code, at: try #require(Instant(rfc3339: ResponsibilityTests.start)))
    }

    @Test("B3: every agency has a clock from the start, in an order of its own, whatever it has said")
    func standing() throws {
        let tracker = try matters().tracker
        let clocks = tracker.standingClocks(now: try #require(Instant(rfc3339: ResponsibilityTests.start)))
        #expect(clocks.map(\.key.subject) == tracker.policy.agencies.codes.map(\.text))
        #expect(Set(clocks.map(\.household)).count == clocks.count)
        #expect(clocks.allSatisfy { $0.due.rfc3339 == "2026-11-30T17:00:00Z" }, "20 working days")
        #expect(Set(clocks.map(\.key.kind)) == ["attestation"])
    }

    @Test("B3: one that never attests is reminded, and from the second time on the business unit hears of it")
    func never() throws {
        var matters = try matters()
        try matters.wait(until: "2026-11-30T16:59:59Z")
        #expect(matters.told == [])
        try matters.wait(until: "2026-12-31T00:00:00Z")
        #expect(
            matters.told == [
                "2026-11-30T17:00:00Z police attest-contacts 2 line manager",
                // Ten working days later, over no holiday; the next reminder is after Christmas and New Year.
                "2026-12-14T17:00:00Z police attest-contacts 2 line manager",
                "2026-12-14T17:00:00Z business-unit attest-contacts 2 business manager",
                "2026-12-30T17:00:00Z police attest-contacts 2 line manager",
                "2026-12-30T17:00:00Z business-unit attest-contacts 2 business manager",
            ])
        #expect(matters.clock != nil, "a clock runs until it is said")
    }

    @Test("B3: attested, it is due in a year, and everything begins anew")
    func yearly() throws {
        var matters = try matters()
        try matters.wait(until: "2026-12-15T00:00:00Z")
        let before = matters.told.count
        try matters.attest("2026-12-15", at: "2026-12-15T09:00:00Z")
        try matters.wait(until: "2027-12-15T16:59:59Z")
        #expect(matters.told.count == before)
        try matters.wait(until: "2027-12-15T17:00:00Z")
        #expect(
            matters.told.dropFirst(before) == ["2027-12-15T17:00:00Z police attest-contacts 2 line manager"],
            "first the agency alone")
    }

    @Test("B3: an older attestation that comes in late moves nothing")
    func late() throws {
        var matters = try matters()
        try matters.attest("2026-11-10", at: "2026-11-10T09:00:00Z")
        let due = matters.clock?.due
        try matters.attest("2026-01-10", at: "2026-11-11T09:00:00Z")
        #expect(matters.clock?.due == due)
        #expect(due?.rfc3339 == "2027-11-10T17:00:00Z")
    }

    @Test("B3: the business unit is not told of itself twice")
    func businessUnit() throws {
        var matters = try matters(of: "business-unit")
        try matters.wait(until: "2026-12-15T00:00:00Z")
        #expect(matters.told.count == 2)
    }

    @Test("An agency's own matters are kept like a household's, and no household has their identifier")
    func document() throws {
        var matters = try matters()
        try matters.attest("2026-11-10", at: "2026-11-10T09:00:00Z")
        try matters.wait(until: "2027-11-11T00:00:00Z")
        var writer = JSONWriter()
        matters.state.write(to: &writer)
        #expect(TrackerState(reading: try JSONDocument(parsing: writer.bytes, limits: .event).root) == matters.state)
        #expect(matters.state.responsibility.reminders == 1)
        #expect(
            HouseholdID.agencyStream(of: matters.agency)
                != HouseholdID.agencyStream(of: try #require(AgencyCode("csc"))))
    }
}
