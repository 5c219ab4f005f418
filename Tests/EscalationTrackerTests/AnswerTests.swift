import Contracts
import Safeguarding
import Testing

@testable import EscalationTracker

/// Challenges and questions are taken up or refused by the tracker, and only what it takes up has an effect (contract section 5).
struct AnswerTests {
    private static func decided() throws -> VirtualPartnership {
        var partnership = try VirtualPartnership()
        try partnership.prologue()
        try partnership.decide()
        return partnership
    }

    @Test(
        "Section 5: a challenge and a question are accepted together with what they bring about",
        arguments: [true, false])
    func taken(_ isChallenge: Bool) throws {
        var partnership = try Self.decided()
        let answer: NoticeAnswer = isChallenge ? .challenge : .needInformation
        let id = try partnership.answer(.thresholdChanged, as: "school-hill", answer)
        #expect(partnership.rulings[id] == [])
        let notice = try #require(partnership.notices(.thresholdChanged, to: "school-hill").last)
        let taken = try #require(partnership.taken[notice.id])
        #expect(taken.answer == answer && taken.answeredAt == partnership.now)
        #expect(taken.by == VirtualPartnership.practitioner)
        #expect((partnership.escalation != nil) == isChallenge)
        #expect(partnership.notices(.informationRequested, to: "csc").count == (isChallenge ? 0 : 1))
    }

    @Test(
        "Section 5, R14: an answer to a version that was replaced is refused at once, and has no effect",
        arguments: [NoticeAnswer.challenge, .needInformation], [false, true])
    func superseded(_ answer: NoticeAnswer, _ isTakenBack: Bool) throws {
        var partnership = try Self.decided()
        let notice = try #require(partnership.notices(.thresholdChanged, to: "school-hill").last)
        try partnership.decide(version: 2, to: isTakenBack ? .section47 : .section17)
        let id = try partnership.publish(
            .answer(
                AnswerFact(
                    noticeID: notice.id, by: VirtualPartnership.practitioner, answer: answer, grounds: "G.",
                    desiredOutcome: "D.", isUrgent: false)), as: "school-hill", about: [])
        #expect(partnership.rulings[id]?.map(\.code.rawValue) == ["superseded"])
        #expect(partnership.rulings[id]?.first?.message.contains("Version 2") == true)
        #expect(partnership.taken.isEmpty && partnership.escalation == nil)
        #expect(partnership.notices(.informationRequested, to: "csc").isEmpty)
        #expect(partnership.state.outcomes.waiting.isEmpty)
    }

    @Test("Section 5: an answer whose subject never comes is handed back after a day, and never taken up")
    func neverComes() throws {
        var partnership = try Self.decided()
        let other = NoticeID(
            household: VirtualPartnership.household, cause: "item/x", kind: .outcomeOfReferral,
            agency: try VirtualPartnership.code("police"))
        let id = try partnership.publish(
            .answer(
                AnswerFact(
                    noticeID: other, by: VirtualPartnership.practitioner, answer: .needInformation, grounds: nil,
                    desiredOutcome: nil, question: "Why?", isUrgent: false)), as: "police", about: [])
        #expect(partnership.rulings[id] == nil)
        try partnership.wait(workingDays: 2)
        #expect(partnership.rulings[id]?.map(\.code) == [.unknownSubject])
        #expect(partnership.taken.isEmpty)
    }
}
