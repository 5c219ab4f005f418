import Contracts
import Messaging
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Notifier

/// Who is told what, of which children and by which names, and what can be said to it (A3, N1, N3, P7).
struct NoticePlannerTests {
    private static let older = PersonID(digest: SHA256.digest(of: "older"))
    private static let younger = PersonID(digest: SHA256.digest(of: "younger"))
    private static let health = AgencyCode("health-visiting")!, school = AgencyCode("school-hill")!

    /// Health has a reference of the older child, school of the younger; each child changes in its own way.
    private static func due(_ receivers: [NoticeDue.Receiver]) -> NoticeDue {
        NoticeDue(
            cause: "c",
            children: [
                .init(
                    person: older, references: [health: "HV-1"], detail: ChildDetail(from: .section47, to: .section17)),
                .init(
                    person: younger, references: [school: "S-2"], detail: ChildDetail(from: .section17, to: .earlyHelp)),
            ],
            receivers: receivers, body: .about(NoticeSubject(.decision, "D1", chosenBy: health, version: 1)))
    }

    private static func notice(_ kind: NoticeKind, _ task: NoticeTask? = nil) -> PlannedNotice {
        PlannedNotice(kind: kind, cause: "c", agency: health, told: [], because: [], task: task)
    }

    @Test("P7: each agency is told of its own children, by its own reference of them and by no other agency's")
    func ownChildren() throws {
        let addressee = NoticeIssued.Addressee(stage: 2, role: "line manager")
        let planned = NoticePlanner.of(
            Self.due([
                .init(agency: Self.health, kind: .thresholdChanged, because: [.attendee]),
                .init(
                    agency: Self.school, kind: .taskDue, task: .chaseOutcome, addressedTo: [addressee],
                    children: [Self.younger]),
            ]))
        #expect(planned.map(\.agency) == [Self.health, Self.school] && planned.map(\.cause) == ["c", "c"])
        #expect(
            planned.map(\.told) == [
                [ToldChild(person: Self.older, ref: "HV-1"), ToldChild(person: Self.younger, ref: nil)],
                [ToldChild(person: Self.younger, ref: "S-2")],
            ])
        #expect(planned.map(\.kind) == [.thresholdChanged, .taskDue] && planned.map(\.task) == [nil, .chaseOutcome])
        #expect(planned.map(\.because) == [[.attendee], []] && planned.map(\.addressedTo) == [[], [addressee]])
    }

    @Test("A child's level is told rightly: what is said of each child stands with that child")
    func ownDetail() throws {
        let planned = NoticePlanner.of(
            Self.due([
                .init(agency: Self.health, kind: .thresholdChanged),
                .init(agency: Self.school, kind: .thresholdChanged, children: [Self.younger]),
            ]))
        #expect(planned.map { $0.children.map(\.detail.from) } == [[.section47, .section17], [.section17]])
        #expect(planned.map { $0.children.map(\.detail.to) } == [[.section17, .earlyHelp], [.earlyHelp]])
        #expect(
            planned[0].children.map(\.name) == [
                ChildName(ref: "HV-1", handle: nil), ChildName(of: Self.younger, ref: nil, for: Self.health),
            ])
        var unsaid = planned[0]
        unsaid.details = []
        #expect(unsaid.children.map(\.detail) == [ChildDetail(), ChildDetail()])
    }

    @Test("N3: a notice offers what can be said to it, and every notice can be acknowledged")
    func answers() throws {
        let all = ["acknowledge", "agree", "challenge", "need-information"]
        for kind in NoticeKind.allCases {
            let expected =
                switch kind {
                case .thresholdChanged, .thresholdRaised, .outcomeOfReferral, .changeConfirmed: all
                case .consultationRequested: ["acknowledge", "challenge", "need-information"]
                case .consultationRecorded: ["acknowledge", "agree", "challenge"]
                case .discussionRecorded: ["acknowledge", "challenge"]
                default: ["acknowledge"]
                }
            #expect(NoticePlanner.answers(to: Self.notice(kind)) == expected, "\(kind)")
        }
    }

    @Test("B6: of all tasks the prompt that nothing happens offers a challenge")
    func offer() throws {
        for task in NoticeTask.allCases {
            let expected = task == .considerEscalation ? ["acknowledge", "challenge"] : ["acknowledge"]
            #expect(NoticePlanner.answers(to: Self.notice(.taskDue, task)) == expected, "\(task)")
        }
    }

    @Test("A4: who is reminded as the business unit of its own notice is told by its own references")
    func unitsOwn() throws {
        let policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
        let unit = policy.agencies.businessUnit
        let issued = try #require(Instant(rfc3339: "2026-11-19T10:00:00Z"))
        let last = policy.notices.acknowledgement.count - 1
        for (agency, expected) in [(unit, "BU-1"), (Self.health, nil)] as [(AgencyCode, String?)] {
            let notice = NoticeID(
                household: HouseholdID(digest: SHA256.digest(of: "household")), cause: "c", kind: .thresholdChanged,
                agency: agency)
            let entry = LoadedNotices.Entry(
                agency: agency, children: [ToldChild(person: Self.older, ref: "BU-1")],
                subject: NoticeSubject(.decision, "D1", chosenBy: Self.health, version: 1), respondBy: nil,
                issuedAt: issued)
            let toUnit = NoticePlanner.of(notice, entry, step: last, policy).filter {
                $0.agency == unit && $0.cause.hasSuffix("business-unit")
            }
            #expect(toUnit.map { $0.told.map(\.ref) } == [[expected]])
        }
    }

    @Test("A4: each step of the ladder of acknowledgement is a notice of its own")
    func stepsApart() throws {
        let policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
        let notice = NoticeID(
            household: HouseholdID(digest: SHA256.digest(of: "household")), cause: "c", kind: .thresholdChanged,
            agency: Self.health)
        let entry = LoadedNotices.Entry(
            agency: Self.health, children: [],
            subject: NoticeSubject(.decision, "D1", chosenBy: Self.health, version: 1),
            respondBy: nil, issuedAt: try #require(Instant(rfc3339: "2026-11-19T10:00:00Z")))
        let first = NoticePlanner.of(notice, entry, step: 0, policy)
        #expect(
            first.map(\.cause)
                == policy.notices.acknowledgement[0].stages.map { "notice/\(notice.text)/step/1/stage/\($0)" })
        let steps = policy.notices.acknowledgement.indices.flatMap { NoticePlanner.of(notice, entry, step: $0, policy) }
        #expect(Set(steps.map(\.cause)).count == steps.count)
    }
}
