import Contracts
import Messaging
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// The right to ask for a conference, in virtual time: row B8.
struct ConferenceTests {
    func requested(backed: Bool) throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue()
        let request = ConferenceFact(
            requestID: "CR1", by: VirtualPartnership.practitioner,
            action: .requested(grounds: "The harm goes on.", isBacked: backed))
        let id = try scene.publish(.conference(request), as: "school-hill")
        #expect(scene.rulings[id] == [])
        return scene
    }

    func decide(_ decision: ConferenceDecision, in scene: inout VirtualPartnership, as agency: String = "csc") throws
        -> [String]
    {
        let fact = ConferenceFact(
            requestID: "CR1", by: Person(name: "Chris Example", role: "service manager"),
            action: .decided(decision, reason: "The plan is working."))
        let id = try scene.publish(.conference(fact), as: agency, about: [])
        return (scene.rulings[id] ?? []).map(\.code.rawValue)
    }

    @Test("B8: social care is asked to decide by a day; the one who asked hears the decision with its reason")
    func decided() throws {
        var scene = try requested(backed: false)
        let asked = try #require(scene.notices(.taskDue, to: "csc").first)
        #expect(asked.task == .decideOnConference && asked.body.grounds == "The harm goes on.")
        #expect(asked.body.respondBy == (try Instant.reading("2026-11-09T17:00:00Z")))
        #expect(try decide(.agreed, in: &scene, as: "police") == ["unknown-subject"])
        #expect(try decide(.agreed, in: &scene) == [])
        let heard = try #require(scene.notices(.taskDue, to: "school-hill").last)
        #expect(heard.task == .noteConferenceDecision && heard.body.reason == "The plan is working.")
        #expect(try decide(.declined, in: &scene) == ["unknown-subject"], "it is decided")
        #expect(scene.escalation == nil)
        try scene.wait(workingDays: 9)
        #expect(scene.escalation == nil)
    }

    @Test("B8: declined, a request that a senior manager stands behind goes to the ladder, above the practitioners")
    func declined() throws {
        var scene = try requested(backed: true)
        #expect(try decide(.declined, in: &scene) == [])
        #expect(scene.escalation?.occasion == .conferenceDeclined && scene.escalation?.stage == 2)
        var plain = try requested(backed: false)
        #expect(try decide(.declined, in: &plain) == [])
        #expect(plain.escalation == nil)
    }

    @Test(
        "B8: a request that nobody answers goes to the ladder, when its time is over and not before",
        arguments: [true, false])
    func unanswered(_ backed: Bool) throws {
        var scene = try requested(backed: backed)
        try scene.wait(until: "2026-11-09T16:59:59Z")
        #expect(scene.escalation == nil)
        try scene.wait(until: "2026-11-09T17:00:00Z")
        #expect(scene.escalation?.occasion == .conferenceUnanswered)
        #expect(scene.escalation?.stage == (backed ? 2 : 1))
        #expect(try decide(.agreed, in: &scene) == [], "late is better than never")
    }
}
