import Contracts
import Messaging
import Safeguarding
import Testing

@testable import KeepsightCommand

/// What became of a dead letter, from its topic, the households that wait, and what operators asked for.
struct LetterStateTests {
    private static let household = HouseholdID(digest: [1])

    private func letter(_ name: String, _ household: HouseholdID? = household, code: String = "undecodable") -> Letter {
        Letter(
            service: "notifier", name: "notifier/facts/0/\(name)", firstSeen: "2026-11-20T16:00:00Z", code: code,
            reason: "Made for a test.", household: household, content: [])
    }

    private func request(_ kind: OperatorRequest.Outcome.Kind, _ text: String = "x") -> LetterRequest {
        LetterRequest(
            action: .release, by: "Sam Example, operator", at: Instant(microsecondsSinceEpoch: 0),
            settlement: OperatorRequest.Settlement(kind: kind, text: text))
    }

    @Test("A letter stands once on the list, as its last; each says what became of it, and what is to be done")
    func box() {
        let box = LetterBox(
            [letter("1"), letter("2", code: "first"), letter("2", code: "second"), letter("3", nil), letter("4")],
            parked: [(letter("2", code: "third"), 3)],
            requests: [
                ("facts/0/1", request(.stuckAgain)), ("facts/0/1", request(.stuckAtNext, "settled 1 message, then")),
                ("facts/0/2", request(.stuckAgain, "stuck again: second")),
            ])
        let states = Dictionary(box.entries.map { ($0.letter.name, $0) }) { first, _ in first }
        #expect(box.entries.count == 4)
        let open = states["notifier/facts/0/2"]
        #expect(open?.letter.code == "third")
        #expect(open?.state == .open(behindIt: 3, tried: request(.stuckAgain, "stuck again: second")))
        #expect(states["notifier/facts/0/1"]?.state == .settled(request(.stuckAtNext, "settled 1 message, then")))
        #expect(states["notifier/facts/0/3"]?.state == .passed)
        #expect(states["notifier/facts/0/4"]?.state == .settledBefore)
        #expect(box.entries.filter(\.state.isOpen).map(\.letter.name) == ["notifier/facts/0/2"])
        #expect(open?.state.sentence.contains("3 messages behind it; tried: release by Sam Example, operator") == true)
        for entry in box.entries { #expect(!entry.letter.advice(entry.state).isEmpty) }
    }

    @Test("Who waits behind a later letter still waits: that is not done, and has an exit status of its own")
    func done() {
        let kinds = OperatorRequest.Outcome.Kind.allCases
        let done: [OperatorRequest.Outcome.Kind] = [.released, .shown, .repositioned, .done, .reprojected]
        for kind in kinds {
            #expect(kind.isDone == done.contains(kind), "\(kind)")
        }
    }

    @Test("An edited event is read as its service will read it: what is missing has its path")
    func edited() {
        let (topics, now) = (Topics(), Instant(microsecondsSinceEpoch: 1_790_000_000_000_000))
        func problems(_ data: String, type: String = "keepsight.contact.noted.v1") -> [String] {
            let event = """
                {"specversion":"1.0","id":"e1","source":"/services/referral-intake","type":"\(type)",\
                "time":"2026-09-01T10:00:00Z","data":\(data)}
                """
            return EditedEvent.problems(
                of: Array(event.utf8), for: topics.facts.name, topics, Self.household, now: now
            ).map(\.path)
        }
        #expect(!problems("{}").isEmpty)
        #expect(problems("{}", type: NoticeDue.type.text).allSatisfy { $0.hasPrefix("/data/") })
        #expect(
            EditedEvent.problems(of: Array("nonsense".utf8), for: topics.facts.name, topics, Self.household, now: now)
                .count == 1)
    }

    @Test("Where a repair reads on from: what is left out, read again or kept is said as it is")
    func repair() {
        let log = Int64(10)..<Int64(100)
        func text(_ offset: Int64, _ inEffect: Int64?) -> String {
            RepairSentence.text(from: offset, log: log, inEffect: inEffect)
        }
        #expect(text(100, 40).hasPrefix("Messages 40 to 99 are left out and never have an effect"))
        #expect(text(100, 40).contains("What was handled before offset 40 stays in effect."))
        #expect(text(41, 40).hasPrefix("Message 40 is left out and never has an effect"))
        #expect(text(100, 100).hasPrefix("Nothing is left out and nothing is read again"))
        #expect(text(10, 40).hasPrefix("Messages 10 to 39 are read again. What is in effect is recognised"))
        #expect(text(50, 4).contains("Messages 10 to 49 are left out"))
        #expect(text(50, 4).contains("removed messages 4 to 9"))
        #expect(text(100, nil).contains("Messages 10 to 99 of this log are not read"))
        #expect(text(10, nil).hasPrefix("All of this log is read: 90 messages."))
    }
}
