import CommandRuntime
import Contracts
import Foundation
import Safeguarding
import ServiceRuntime
import TestSupport
import Testing

@testable import KeepsightCommand

struct PublishTests {
    private let police: AgencyCode
    private let now: Instant

    init() throws {
        police = try #require(AgencyCode("police"))
        now = try #require(Instant(rfc3339: "2026-11-20T16:00:00Z"))
    }

    @Test("trial F8: what is sent as it is has a name all the same: its id, or its place")
    func names() {
        #expect(Publisher.identifier(in: Array(#"{"id":"e1","type":"nonsense"}"#.utf8)) == "e1")
        for nameless in [#"{"id":""}"#, #"{"id":7}"#, #"{"type":"x"}"#, "not JSON", "[]"] {
            #expect(Publisher.identifier(in: Array(nameless.utf8)) == nil)
        }
        #expect(PublishCommand.Sent(id: "e1", agency: police, offset: 3).name == "e1")
        #expect(
            PublishCommand.Sent(id: nil, agency: police, offset: 3).name == "the record at offset 3 of police's events")
    }

    @Test("trial F8: a receipt answers the event of its id, or where there is none the record of its offset")
    func receipts() {
        let place = RecordPlace(partition: 0, offset: 3)
        let receipt = AgencyNotice.refused(
            ReceiptRefused(eventID: nil, eventType: nil, reasons: [], record: place))
        func answers(_ id: String?, _ offset: Int64) -> Bool {
            PublishCommand.Sent(id: id, agency: police, offset: offset).isAnswered(by: receipt)
        }
        #expect(answers(nil, 3) && answers("e1", 3))
        #expect(!answers(nil, 4) && !answers("e1", 4))
        let other = AgencyNotice.accepted(
            ReceiptAccepted(eventID: "e1", eventType: "t", recordedAt: now, record: place))
        #expect(PublishCommand.Sent(id: "e1", agency: police, offset: 9).isAnswered(by: other))
        #expect(!PublishCommand.Sent(id: "e2", agency: police, offset: 9).isAnswered(by: other))
    }

    @Test("E2: what an accepted event has and its type has not is shown, on one line each, however its sender wrote it")
    func ignored() {
        let receipt = ReceiptAccepted(
            eventID: "e1", eventType: "t", recordedAt: now, record: RecordPlace(partition: 0, offset: 3),
            ignored: ["/data/note", "/data/a\u{1B}[2J\nb"])
        let lines = ["/data/note", #"/data/a\u{1B}[2J\nb"#]
        let shown = "\(BritishTime.short(now))  accepted  t  e1"
        #expect(
            ListenCommand.describe(.accepted(receipt), at: now).string
                == ([shown] + lines.map { "    ignored: " + $0 }).joined(separator: "\n"))
        let sent = PublishCommand.Sent(id: "e1", agency: police, offset: 3)
        let head = "Accepted: e1 is in effect since \(BritishTime.long(now))."
        #expect(
            PublishCommand.describe(receipt, of: sent).string
                == ([head] + lines.map { "  \($0)  is not known and was ignored" }).joined(separator: "\n"))
    }

    @Test("trial A2: that an event waits for an operator is shown, and is not its receipt")
    func interim() {
        func notice(_ kind: String, until: Instant?) -> AgencyNotice {
            .accepted(
                ReceiptAccepted(
                    eventID: "e1", eventType: "t", recordedAt: now, record: RecordPlace(partition: 0, offset: 3),
                    waitingFor: .init(kind: kind, id: "w1", until: until)))
        }
        let parked = notice("operator", until: nil)
        let early = notice("decision", until: now)
        #expect(parked.isInterim && early.isInterim)
        let time = BritishTime.short(now)
        #expect(ListenCommand.describe(parked, at: now).string == "\(time)  waiting   t  e1  for an operator")
        #expect(
            ListenCommand.describe(early, at: now).string
                == "\(time)  waiting   t  e1  waits for decision w1 until \(time)")
    }

    @Test("trial F10: a notice is shown by its reference, or by the end of its identifier, on lines that can be read")
    func notice() throws {
        let whole = "n1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a112345678"
        let id = try #require(NoticeID(whole))
        var notice = NoticeIssued(
            noticeID: id, kind: .thresholdChanged,
            children: ["HV-7", "HV-8"].map {
                NoticeIssued.Child(
                    ChildName(ref: $0, handle: nil), ChildDetail(from: .section47, to: .childProtectionPlan))
            }, canAnswer: [], openedBecause: [], reference: nil, addressedTo: [], task: nil,
            body: NoticeBody.about(NoticeSubject(.decision, "DEC-1", chosenBy: police, version: 2)))
        let shown = ListenCommand.describe(.issued(notice), at: now).string
        #expect(shown.contains("\n    child HV-7: from Section 47 enquiry to child protection plan\n"), "\(shown)")
        #expect(shown.contains("\n    decision DEC-1 of police, version 2\n"), "\(shown)")
        #expect(shown.contains("notice    The level of 2 children of a family was lowered."), "\(shown)")
        func lines() -> [Substring] {
            ListenCommand.describe(.issued(notice), at: now).string.split(separator: "\n")
        }
        #expect(lines().last == "    notice 12345678")
        notice.reference = NoticeReference(of: id, for: police)
        #expect(lines().last.map { $0.hasPrefix("    reference ") } == true)
        #expect(lines().allSatisfy { $0.count <= 80 && !$0.contains(whole) })
    }
}

@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct PublishUncheckedTests {
    @Test("trial F8: publish --wait --no-check sees its receipt")
    func seesReceipt() async throws {
        try await withPartnership { partnership in
            let file = NSTemporaryDirectory() + "keepsight-event-\(UUID().uuidString).json"
            defer { try? FileManager.default.removeItem(atPath: file) }
            let event = Partnership.event("nonsense.made", as: "police", id: "f8", data: "{}")
            try Data(event).write(to: URL(fileURLWithPath: file))
            let result = try await partnership.keepsight(
                [
                    "publish", file, "--as", "police", "--wait", "--no-check", "--timeout",
                    "\(Int(20 * TestEnvironment.patience))",
                ],
                seconds: 30)
            #expect(result.status == ExitStatus.failed.rawValue, "\(result.text)")
            #expect(result.text.contains("Refused: f8 has no effect."), "\(result.text)")
        }
    }
}
