import Contracts
import Foundation
import JSON
import KafkaClient
import Messaging
import NotifierSpec
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Notifier

/// What the notifier makes of notices that are due: contract N1, N3 and N4.
struct CarriedNoticeTests {
    private static let household = HouseholdID(digest: SHA256.digest(of: "household"))
    private static let people = ["a", "b", "c"].map { PersonID(digest: SHA256.digest(of: $0)) }
    private let now = Instant(microsecondsSinceEpoch: 1_795_000_000_000_000)

    private static func agency(_ text: String) throws -> AgencyCode { try #require(AgencyCode(text)) }

    /// Data as the declaration's example has it, with every field.
    private static func example() throws -> NoticeDue {
        let file =
            TestEnvironment.project
            + "/Shared/Contracts/Generated/Examples/notice-due.recorded.v2/valid-full.json"
        let event = try EnvelopeReader.read(
            value: Array(Data(contentsOf: URL(fileURLWithPath: file))), headers: [], now: nil)
        return try NoticeDue.reading(event)
    }

    private func notifier() throws -> Notifier {
        Notifier(
            policy: try Policy.load(directory: TestEnvironment.project + "/deploy/policy"), topics: Topics(prefix: ""))
    }

    /// What is on the agencies' topics after it, and what the table is told.
    private func told(_ due: NoticeDue, _ book: inout LoadedNotices) throws -> (
        notices: [(topic: String, notice: NoticeIssued)], effects: [Effect<NoticeRow>]
    ) {
        var virtual = VirtualHousehold(Self.household, at: now)
        let value = virtual.bytes(due, id: "due-1", from: "escalation-tracker")
        let effects = try notifier().handle(virtual.message(value), in: &book, now: now)
        let notices = try virtual.carryOut(effects).published.map { published in
            var reasons = RefusalReasons()
            let data = try #require(published.event?.data)
            return (
                topic: published.record.topic,
                notice: try #require(NoticeIssued(reading: data, &reasons), "\(reasons.all)")
            )
        }
        return (notices, effects)
    }

    @Test("N3: what a notice says is carried as it was written, whatever field it has")
    func carried() throws {
        let due = try Self.example()
        let unset = Mirror(reflecting: due.body).children.filter { "\($0.value)" == "nil" || "\($0.value)" == "[]" }
        #expect(unset.isEmpty, "the example has every field: \(unset.map { $0.label ?? "" })")
        var book = LoadedNotices()
        let notice = try #require(try told(due, &book).notices.first?.notice)
        #expect(notice.body == due.body)
        #expect(notice.children.map(\.detail) == [due.children[0].detail])
    }

    @Test("N1: a family is one notice, with one ladder of acknowledgement, however often the event comes")
    func family() throws {
        let csc = try Self.agency("csc"), police = try Self.agency("police")
        let due = NoticeDue(
            cause: "decision/D1/1",
            children: Self.people.map { NoticeDue.Child(person: $0, references: [csc: "CSC-\($0.text.prefix(2))"]) },
            receivers: [
                NoticeDue.Receiver(agency: csc, kind: .thresholdChanged),
                NoticeDue.Receiver(agency: police, kind: .thresholdChanged, children: [Self.people[1]]),
            ], body: NoticeBody.about(NoticeSubject(.decision, "D1", chosenBy: csc, version: 1)))
        var book = LoadedNotices()
        let first = try told(due, &book)
        #expect(first.notices.map(\.topic) == ["agency.csc.notices", "agency.police.notices"])
        #expect(first.notices.map(\.notice.children.count) == [3, 1])
        let armed = first.effects.count { if case .arm = $0 { true } else { false } }
        #expect(armed == 2, "a reminder counts by notice (N2)")
        #expect(try told(due, &book).effects.isEmpty, "the same thing told twice is a fault")
        // Of other children, or of more: the same notice.
        var more = due
        more.children.removeLast()
        #expect(try told(more, &book).effects.isEmpty)
    }

    @Test("N4: a child is named by the receiver's own reference, else by a handle that is that receiver's alone")
    func names() throws {
        let agencies = try ["csc", "police", "housing"].map(Self.agency)
        let due = NoticeDue(
            cause: "c", children: [NoticeDue.Child(person: Self.people[0], references: [agencies[0]: "CSC-1"])],
            receivers: agencies.map { NoticeDue.Receiver(agency: $0, kind: .taskDue) },
            body: NoticeBody.about(NoticeSubject(.delay, "d")))
        var book = LoadedNotices()
        let names = try told(due, &book).notices.flatMap { $0.notice.children.map(\.name) }
        #expect(names[0] == ChildName(ref: "CSC-1", handle: nil))
        #expect(names[1].ref == nil && names[2].ref == nil)
        #expect(names[1].handle != nil && names[1].handle != names[2].handle)
        for name in names { #expect(name.handle?.text != Self.people[0].text, "nobody is told our own identifier") }
        #expect(names[1].names(Self.people[0], ref: nil, for: agencies[1]))
        #expect(!names[1].names(Self.people[0], ref: nil, for: agencies[2]))
        #expect(!names[1].names(Self.people[1], ref: nil, for: agencies[1]))
    }

    @Test("The table keeps the children of a notice as they were told, references with spaces and none at all")
    func column() {
        let children = [
            ToldChild(person: Self.people[0], ref: "HV 1 ä"), ToldChild(person: Self.people[1], ref: nil),
            ToldChild(person: Self.people[2], ref: "x"),
        ]
        for count in 0...3 {
            let some = Array(children.prefix(count))
            #expect([ToldChild](column: some.column) == some)
        }
    }

    @Test("N1: agreement names children of the notice; another's name is refused with its place")
    func agreement() throws {
        let police = try Self.agency("police")
        let notice = NoticeID(household: Self.household, cause: "c", kind: .thresholdChanged, agency: police)
        var book = LoadedNotices()
        _ = book.add(
            notice,
            LoadedNotices.Entry(
                agency: police, children: Self.people.prefix(2).map { ToldChild(person: $0, ref: nil) },
                subject: NoticeSubject(.decision, "D1", chosenBy: police, version: 1), respondBy: nil, issuedAt: now))
        func refusal(_ people: [PersonID]) -> String? {
            let answer = AnswerFact(
                noticeID: notice, by: Person(name: "Tess Example", role: "lead"), answer: .agree,
                children: people.map { ChildName(of: $0, ref: nil, for: police) }, grounds: nil, desiredOutcome: nil,
                isUrgent: false)
            return book.answerRefusal(of: answer)?.path
        }
        #expect(refusal([]) == nil)
        #expect(refusal([Self.people[1]]) == nil)
        #expect(refusal([Self.people[1], Self.people[2]]) == "/data/children/1")
    }

    @Test("A field of a notice stands where it is declared and where it is set: the notifier sets what reminders have")
    func places() throws {
        let fields = Mirror(reflecting: NoticeBody.about(NoticeSubject(.delay, "d"))).children.compactMap(\.label)
        #expect(fields.count > 15)
        func lines(_ folder: String) throws -> [(file: String, line: Substring)] {
            let root = TestEnvironment.project + "/" + folder
            let files = try #require(FileManager.default.enumerator(atPath: root)).compactMap { $0 as? String }
            return try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
                try String(contentsOfFile: root + "/" + file, encoding: .utf8).split(separator: "\n")
                    .map { (file, $0) }
            }
        }
        let declared =
            try lines("Shared/Contracts/Notices")
            + lines("Shared/Contracts/Facts/")
            .filter { $0.file.hasSuffix("NoticeDue.swift") }
        let set = try lines("Services/notifier")
        var setHere: Set<String> = []
        for field in fields {
            // `outcome` of a child is another than that of an escalation, and `views` stand with a child that they alone are about.
            let places = declared.filter { $0.line.contains(" var \(field):") && !$0.line.contains("Screening") }
            #expect(
                Set(places.map(\.file)) == ["NoticeBody.swift"] || ["outcome", "views"].contains(field),
                "\(field): \(places)")
            if set.contains(where: { $0.line.contains("body.\(field) = ") }) { setHere.insert(field) }
        }
        #expect(setHere == ["about", "isUrgent", "respondBy", "unacknowledgedBy"])
    }
}
