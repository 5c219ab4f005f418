import Contracts
import Messaging
import NotifierSpec
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Notifier

/// Row A4 in virtual time: who hears when while a notice is not acknowledged.
struct AcknowledgementLadderTests {
    private static let household = HouseholdID(digest: SHA256.digest(of: "household"))
    private static let silent = AgencyCode("health-visiting")!

    /// A notice that was issued then, in a book of its own.
    private struct Scene {
        let policy: Policy
        let notifier: Notifier
        let notice: NoticeID
        var book = LoadedNotices()
        var clock: Deadline?
        /// What was told, as `time agency stage,stage template`.
        var told: [String] = []
        var identities: [NoticeID] = []
        /// Why each agency is told.
        var because: [[PartyReason]] = []

        init(issued: String) throws {
            policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
            notifier = Notifier(policy: policy, topics: Topics(prefix: ""), channels: [.email])
            let person = PersonID(digest: SHA256.digest(of: "person"))
            notice = NoticeID(
                household: household, cause: "c", kind: .thresholdChanged, agency: silent)
            let at = try #require(Instant(rfc3339: issued))
            _ = book.add(
                notice,
                LoadedNotices.Entry(
                    agency: silent, children: [ToldChild(person: person, ref: "HV-1")],
                    subject: NoticeSubject(.decision, "D1", chosenBy: silent, version: 1), respondBy: nil,
                    issuedAt: at, because: [.attendee]))
            clock = Deadline(
                key: DeadlineKind.acknowledgement.key(notice.text), household: household,
                due: policy.due(acknowledgementStep: 0, from: at))
        }

        /// Lets the clock fall due, and notes what that brings.
        mutating func fire() throws {
            guard let due = clock else { return }
            clock = nil
            take(
                try notifier.fire(
                    DueDeadline(key: due.key, household: due.household, due: due.due), in: &book, now: due.due),
                at: due.due)
        }

        mutating func take(_ effects: [Effect<NoticeRow>], at now: Instant) {
            for effect in effects {
                switch effect {
                case .arm(let deadline): clock = deadline
                case .disarm(let key): if key == clock?.key { clock = nil }
                case .record(.issued(let issued, _, let agency, _)):
                    identities.append(issued.noticeID)
                    because.append(issued.openedBecause)
                    let stages = issued.addressedTo.map { "\($0.stage) \($0.role)" }.joined(separator: ",")
                    let children = issued.children.map { $0.name.ref ?? "(handle)" }.joined(separator: ",")
                    told.append("\(now) \(agency) \(stages) \(children)")
                default: break
                }
            }
        }

        /// Lets every clock fall due that is set, one after the other.
        mutating func run() throws { while clock != nil { try fire() } }
    }

    @Test(
        "A4: a reminder after one working day, the line manager after two, the safeguarding lead and the unit after three"
    )
    func steps() throws {
        // A Thursday; the weekend counts for nothing.
        var scene = try Scene(issued: "2026-11-19T10:00:00Z")
        try scene.run()
        #expect(
            scene.told == [
                "2026-11-20T17:00:00Z health-visiting 1 practitioner HV-1",
                "2026-11-23T17:00:00Z health-visiting 2 line manager HV-1",
                "2026-11-24T17:00:00Z health-visiting 3 safeguarding lead HV-1",
                "2026-11-24T17:00:00Z business-unit 1 coordinator (handle)",
            ])
        #expect(Set(scene.identities).count == 4)
        #expect(
            scene.because == [[.attendee], [.attendee], [.attendee], []],
            "trial words: line managers hear why; the business unit is party to nothing")
    }

    @Test("A4: over Easter each step waits for its working day; in summer it is five o'clock in London all the same")
    func easter() throws {
        var scene = try Scene(issued: "2026-04-01T09:00:00Z")
        try scene.run()
        #expect(
            scene.told.map { $0.prefix(20) } == [
                "2026-04-02T16:00:00Z", "2026-04-07T16:00:00Z", "2026-04-08T16:00:00Z", "2026-04-08T16:00:00Z",
            ])
    }

    @Test("A4: an acknowledgement stops the ladder wherever it stands", arguments: 0...2)
    func acknowledged(_ steps: Int) throws {
        var scene = try Scene(issued: "2026-11-19T10:00:00Z")
        for _ in 0..<steps { try scene.fire() }
        let armed = try #require(scene.clock)
        let before = scene.told.count
        scene.book.acknowledge(scene.notice)
        // Even a clock that races the acknowledgement, and is taken after it, says nothing.
        let effects = try scene.notifier.fire(
            DueDeadline(key: armed.key, household: armed.household, due: armed.due), in: &scene.book, now: armed.due)
        #expect(effects.isEmpty)
        #expect(scene.told.count == before)
    }

    @Test("A4: a step whose clock fires again, before or after it is written down, is taken once")
    func once() throws {
        var scene = try Scene(issued: "2026-11-19T10:00:00Z")
        let first = try #require(scene.clock)
        try scene.fire()
        #expect(scene.told.count == 1)
        // As a killed process would find it: the notice is there, the step is not counted.
        scene.book.take(0, of: scene.notice)
        scene.clock = first
        try scene.fire()
        #expect(scene.told.count == 1, "the identity of a step's notice holds the step")
    }

    @Test("A4: a policy with fewer steps ends the ladder of a notice that has come further")
    func shorter() throws {
        var scene = try Scene(issued: "2026-11-19T10:00:00Z")
        scene.book.take(3, of: scene.notice)
        try scene.fire()
        #expect(scene.told.isEmpty && scene.clock == nil)
    }

    @Test("A4: a silent business unit is told once for each of its two parts")
    func unitItself() throws {
        let policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
        let unit = policy.agencies.businessUnit
        let entry = LoadedNotices.Entry(
            agency: unit, children: [ToldChild(person: PersonID(digest: SHA256.digest(of: "p")), ref: "BU-1")],
            subject: NoticeSubject(.agency, unit.text), respondBy: nil, issuedAt: Instant(microsecondsSinceEpoch: 0))
        let notice = NoticeID(
            household: AcknowledgementLadderTests.household, cause: "c", kind: .taskDue, agency: unit)
        let planned = NoticePlanner.of(notice, entry, step: 2, policy)
        #expect(planned.map(\.agency) == [unit, unit])
        #expect(Set(planned.map(\.cause)).count == 2)
    }
}

/// Where a notice goes beside its topic.
struct ChannelAddressTests {
    private func notice(_ addressedTo: [Int]) -> NoticeIssued {
        var notice = TemplateTests.seeded
        notice.addressedTo = addressedTo.map { NoticeIssued.Addressee(stage: $0, role: "r") }
        return notice
    }

    @Test("A notice to nobody in particular reaches stage 1; one that is addressed reaches its stages and nobody else")
    func stages() throws {
        let policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
        let police = try #require(policy.agencies[TemplateTests.police])
        func reached(_ stages: [Int], _ channels: Set<Channel> = [.email, .webhook]) -> [String] {
            ChannelAddress.all(for: notice(stages), at: police, by: channels).map(\.address)
        }
        #expect(reached([]) == ["stage1.police@example.org"])
        #expect(reached([2, 3]) == ["stage2.police@example.org", "stage3.police@example.org"])
        #expect(reached([], [.webhook]) == [])
        #expect(reached([1], []) == [])
    }
}
