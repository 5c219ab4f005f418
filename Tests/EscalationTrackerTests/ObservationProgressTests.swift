import Contracts
import Messaging
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// What an observation does to the watch over a household's progress, in virtual time: row B6.
struct ObservationProgressTests {
    /// A child at a Section 47 enquiry, which is watched for ten working days.
    private func open() throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.publish(
            .involvement(InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: scene.now))), as: "csc"
        )
        try scene.decide("D0", from: .universal, to: .section47)
        return scene
    }

    private func observed(_ scene: inout VirtualPartnership, at moment: Instant, kind: String = "contact.made") throws {
        try scene.publish(.observation(ObservationFact(kind: kind, at: moment)), as: "school-hill")
    }

    private func due(from moment: Instant, _ scene: VirtualPartnership) -> Instant {
        scene.policy.due(.workingDays(10), from: moment).due
    }

    @Test(
        "B6: an observation of any kind is a sign of life, from which the count begins anew",
        arguments: [
            "contact.made", "appointment.not-brought", "concern.raised", "police-notification.made", "not.known-yet",
        ])
    func counts(_ kind: String) throws {
        var scene = try open()
        try scene.wait(workingDays: 6)
        try observed(&scene, at: scene.now, kind: kind)
        let due = due(from: scene.now, scene)
        try scene.wait(until: due.adding(seconds: -1).rfc3339)
        #expect(scene.lastTold(.taskDue) == [])
        try scene.wait(until: due.rfc3339)
        #expect(scene.lastTold(.taskDue) == ["csc"])
    }

    @Test("B6: an observation tells nobody anything, and sets no deadline beside the one that runs")
    func quiet() throws {
        var scene = try open()
        let (told, clocks) = (scene.told.count, scene.clocks)
        try scene.wait(workingDays: 2)
        try observed(&scene, at: scene.now)
        #expect(scene.told.count == told && scene.clocks == clocks)
    }

    @Test("B6: what is typed in late counts from when it was")
    func late() throws {
        var scene = try open()
        let start = scene.now
        try scene.wait(workingDays: 3)
        let moment = scene.now
        try scene.wait(workingDays: 6)
        try observed(&scene, at: moment)
        #expect(moment > start)
        try scene.wait(until: due(from: moment, scene).adding(seconds: -1).rfc3339)
        #expect(scene.lastTold(.taskDue) == [])
        try scene.wait(until: due(from: moment, scene).rfc3339)
        #expect(scene.lastTold(.taskDue) == ["csc"])
    }

    @Test("B6: what was seen before the last that happened moves nothing, and takes back no breach")
    func before() throws {
        var scene = try open()
        let start = scene.now
        let first = due(from: start, scene)
        try scene.wait(until: first.rfc3339)
        #expect(scene.state.progress.breaches == 1)
        for moment in [start, start.adding(seconds: -40 * 86_400)] { try observed(&scene, at: moment) }
        #expect(scene.state.progress.breaches == 1 && scene.state.progress.lastAt == start)
        try scene.wait(until: due(from: first, scene).rfc3339)
        #expect(scene.state.progress.breaches == 2)
    }

    @Test("B6: what comes after a breach ends the row of breaches, and a moment ahead of the clock counts from now")
    func after() throws {
        var scene = try open()
        try scene.wait(until: due(from: scene.now, scene).rfc3339)
        try scene.wait(workingDays: 2)
        try observed(&scene, at: scene.now.adding(seconds: 240))
        #expect(scene.state.progress.breaches == 0 && scene.state.progress.lastAt == scene.now)
    }

    @Test("B6: what is observed while nothing is open is remembered, and watched once something is")
    func closed() throws {
        var scene = try VirtualPartnership()
        try observed(&scene, at: scene.now)
        #expect(scene.clocks.isEmpty && scene.state.progress.lastAt == scene.now)
        try scene.wait(workingDays: 30)
        #expect(scene.told.isEmpty)
    }
}
