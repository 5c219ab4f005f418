import Contracts
import Safeguarding
import Testing

@testable import EscalationTracker

/// What issue 15 lists as bad input, as far as the decision register and the ladders judge it: each is refused, leaves no trace, and
/// says what would be right. Discussions are judged by intake (`AdmissionTests`), answers by the notifier as well (`AnswerTests`),
/// ladders and calendars by policy (`PolicyTests`, `CalendarFileTests`).
struct BadInputRowTests {
    private static func decided() throws -> VirtualPartnership {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        return scene
    }

    /// Expects that an event was refused with a code, and advice in whose words these stand.
    private static func refused(_ reasons: [RefusalReason]?, _ code: String, _ advice: String) {
        #expect(reasons?.map(\.code.rawValue) == [code])
        #expect(reasons?.first?.message.contains(advice) == true, "\(reasons?.first?.message ?? "")")
    }

    @Test("Bad input: a consultation for a version that is gone")
    func versionGone() throws {
        var scene = try Self.decided()
        try scene.decide(version: 2)
        let before = scene.state
        let id = try scene.consult("police", version: 1)
        Self.refused(scene.rulings[id], "superseded", "Give a view on that version.")
        #expect(scene.state.register == before.register)
    }

    @Test("Bad input: a challenge, and a view, of what has ended")
    func ended() throws {
        var scene = try VirtualPartnership()
        for agency in ["csc", "school-hill"] { try scene.involve(agency) }
        try scene.decide(from: .section17, to: .earlyHelp)
        try scene.discuss("SD1")
        let challenge = try scene.answer(.thresholdChanged, as: "school-hill")
        Self.refused(scene.rulings[challenge], "change-ended", "Answer the notices of the decision that holds now.")
        let view = try scene.consult("school-hill", .object)
        Self.refused(scene.rulings[view], "change-ended", "Answer the notices of the decision that holds now.")
        #expect(scene.escalation == nil)
    }

    @Test("Bad input: a closing by the side that decided, by a stranger, and of what is closed")
    func closing() throws {
        var scene = try Self.decided()
        try scene.consult("police", .object)
        Self.refused(try scene.close(.upheld, as: "csc"), "not-allowed", "Answer with escalation.responded")
        Self.refused(
            try scene.close(.withdrawn, as: "school-hill"), "unknown-subject", "escalationId as the notice has it.")
        Self.refused(try scene.close(.upheld, as: "police"), "not-allowed", "Close it as withdrawn")
        Self.refused(try scene.close(.compromise, as: "business-unit"), "not-allowed", "closes it at stage 5")
        #expect(scene.escalation?.isOpen == true)
        try scene.close(.withdrawn, as: "police")
        Self.refused(
            try scene.close(.withdrawn, as: "police"), "escalation-closed", "Challenge the notice again")
    }

    @Test("Bad input: an answer to what cannot be answered: another's question, an answered one, another stage")
    func answers() throws {
        var scene = try Self.decided()
        try scene.answer(.consultationRequested, as: "police", .needInformation)
        Self.refused(try scene.provide(as: "school-hill"), "unknown-subject", "requestId as the notice has it.")
        #expect(try scene.provide(as: "csc") == [])
        Self.refused(try scene.provide(as: "csc"), "on-record", "whoever asked can ask again")
        try scene.consult("police", .object)
        Self.refused(try scene.respond(as: "csc", stage: 2), "wrong-stage", "Answer for that stage.")
        Self.refused(try scene.respond(as: "police"), "not-your-turn", "It is csc's turn")
    }

    @Test("Bad input: a decision from another level, a version too many, and what cannot be taken back")
    func decisions() throws {
        var scene = try Self.decided()
        let stale = try scene.decide("D2", from: .section17, to: .earlyHelp)
        Self.refused(scene.rulings[stale], "stale-decision", "Decide from that level")
        let version = try scene.decide(version: 3)
        Self.refused(scene.rulings[version], "stale-version", "Send the change as that version.")
        for agency in ["police", "health-visiting"] { try scene.consult(agency) }
        let back = try scene.decide(version: 2, from: .section17, to: .section17)
        Self.refused(scene.rulings[back], "not-allowed", "decide to what level the child goes")
    }
}
