import Contracts
import Messaging
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Notifier

/// What an answer does to its notice: nothing before whoever judges it has taken it up (contract section 5).
struct AnswerTests {
    private static let household = HouseholdID(digest: SHA256.digest(of: "household"))
    private static let by = Person(name: "Tess Example", role: "health visitor")

    /// A notice that was issued, in a book of its own.
    private struct Scene {
        let notifier: Notifier
        let agency: AgencyCode
        let notice: NoticeID
        var book = LoadedNotices()
        private var virtual: VirtualHousehold
        var now: Instant { virtual.now }

        init(_ kind: NoticeKind = .thresholdChanged) throws {
            let policy = try Policy.load(directory: TestEnvironment.project + "/deploy/policy")
            notifier = Notifier(policy: policy, topics: Topics())
            virtual = VirtualHousehold(household, at: try VirtualHousehold.instant("2026-11-19T10:00:00Z"))
            agency = try #require(AgencyCode("health-visiting"))
            let person = PersonID(digest: SHA256.digest(of: "person"))
            notice = NoticeID(household: household, cause: "c", kind: kind, agency: agency)
            _ = book.add(
                notice,
                LoadedNotices.Entry(
                    agency: agency, kind: kind, children: [ToldChild(person: person, ref: "HV-1")],
                    subject: NoticeSubject(.decision, "D1", chosenBy: agency, version: 1),
                    respondBy: virtual.now.adding(seconds: 60), issuedAt: virtual.now))
        }

        /// A later version of the decision is told to the agency.
        mutating func supersede() throws {
            let person = PersonID(digest: SHA256.digest(of: "person"))
            let later = NoticeID(
                household: household, cause: "c2", kind: .thresholdChanged, agency: agency)
            _ = book.add(
                later,
                LoadedNotices.Entry(
                    agency: agency, kind: .thresholdChanged, children: [ToldChild(person: person, ref: "HV-1")],
                    subject: NoticeSubject(.decision, "D1", chosenBy: agency, version: 2),
                    respondBy: nil, issuedAt: now))
        }

        mutating func answer(_ answer: NoticeAnswer) throws -> [Effect<NoticeRow>] {
            let body = AnswerFact(
                noticeID: notice, by: AnswerTests.by, answer: answer, grounds: "G.", desiredOutcome: "D.",
                isUrgent: false)
            return try take(try virtual.fact(.answer(body), as: agency).bytes)
        }

        mutating func hear(_ taken: AnswerTaken) throws -> [Effect<NoticeRow>] {
            try take(virtual.bytes(taken, id: "f1", from: "escalation-tracker"))
        }

        /// The answer to a question about the notice comes back.
        mutating func provided(until end: Instant) throws -> [NoticeRow] {
            var body = NoticeBody.about(NoticeSubject(.decision, "D1", chosenBy: agency, version: 1))
            body.about = notice
            body.respondBy = end
            let due = NoticeDue(
                cause: "question/1/answer", children: [],
                receivers: [NoticeDue.Receiver(agency: agency, kind: .informationProvided)], body: body)
            return AnswerTests.rows(try take(virtual.bytes(due, id: "q1", from: "escalation-tracker")))
        }

        private mutating func take(_ event: [UInt8]) throws -> [Effect<NoticeRow>] {
            try notifier.handle(virtual.message(event), in: &book, now: now)
        }
    }

    private static func rows(_ effects: [Effect<NoticeRow>]) -> [NoticeRow] {
        effects.compactMap { if case .record(let row) = $0 { row } else { nil } }
    }

    private static func codes(_ effects: [Effect<NoticeRow>]) throws -> [[String]] {
        try effects.compactMap { effect in
            guard case .publish(let record) = effect else { return nil }
            let event = try EnvelopeReader.read(
                value: record.value ?? [], headers: [], now: Instant(microsecondsSinceEpoch: .max))
            return try EventRuling.reading(event).reasons.map(\.code.rawValue)
        }
    }

    @Test(
        "Section 5: a challenge or a question changes nothing before the register has taken it up",
        arguments: [NoticeAnswer.challenge, .needInformation], [0, 61])
    func taken(_ answer: NoticeAnswer, _ seconds: Int64) throws {
        var scene = try Scene()
        #expect(try scene.answer(answer).isEmpty, "neither receipt nor row: it may still be refused")
        #expect(scene.book[scene.notice]?.isAcknowledged == false && scene.book[scene.notice]?.isAnswered == false)
        let at = scene.now.adding(seconds: seconds)
        let effects = try scene.hear(
            AnswerTaken(noticeID: scene.notice, by: Self.by, answer: answer, answeredAt: at))
        #expect(
            Self.rows(effects)
                == [
                    // While a question is open the window has no end (R18).
                    answer == .needInformation && seconds <= 60 ? .windowMoved(scene.notice, to: nil) : nil,
                    .acknowledged(scene.notice, by: Self.by),
                    .answered(scene.notice, answer, by: Self.by, isLate: seconds > 60),
                ].compactMap(\.self))
        #expect(try Self.codes(effects) == [], "the register answers")
    }

    @Test(
        "Section 5: an answer that could have no effect is refused with what would have one",
        arguments: [
            (NoticeKind.consultationRequested, NoticeAnswer.agree, "consultation.recorded"),
            (.consultationRecorded, .needInformation, "Agree"), (.discussionRecorded, .agree, "acknowledge"),
            (.discussionRecorded, .needInformation, "challenge"), (.changeWithdrawn, .challenge, "Nobody has decided"),
        ])
    func withoutEffect(_ kind: NoticeKind, _ answer: NoticeAnswer, _ advice: String) throws {
        var scene = try Scene(kind)
        let effects = try scene.answer(answer)
        #expect(try Self.codes(effects) == [["not-allowed"]] && Self.rows(effects).isEmpty)
        let refusal = try #require(effects.first)
        guard case .publish(let record) = refusal else { return #expect(Bool(false)) }
        #expect(String(decoding: record.value ?? [], as: UTF8.self).contains(advice))
    }

    @Test("R18: while a question is open no answer is late; with its answer comes the window's new end")
    func window() throws {
        var scene = try Scene()
        func taken(_ answer: NoticeAnswer, after seconds: Int64) throws -> [NoticeRow] {
            try Self.rows(
                scene.hear(
                    AnswerTaken(
                        noticeID: scene.notice, by: Self.by, answer: answer,
                        answeredAt: scene.now.adding(seconds: seconds))))
        }
        _ = try taken(.needInformation, after: 50)
        #expect(try taken(.challenge, after: 500) == [.answered(scene.notice, .challenge, by: Self.by, isLate: false)])
        let end = scene.now.adding(seconds: 1000)
        #expect(try scene.provided(until: end).contains(.windowMoved(scene.notice, to: end)))
        #expect(try taken(.challenge, after: 1000) == [.answered(scene.notice, .challenge, by: Self.by, isLate: false)])
        #expect(try taken(.challenge, after: 1001) == [.answered(scene.notice, .challenge, by: Self.by, isLate: true)])
    }

    @Test("R5: agreeing with a view that another agency recorded is judged by the register, and not here")
    func confirmed() throws {
        var scene = try Scene(.consultationRecorded)
        #expect(try scene.answer(.agree).isEmpty && scene.answer(.challenge).isEmpty)
    }

    @Test("An agreement is answered here: to the version that stands, once it is accepted")
    func agreed() throws {
        var scene = try Scene()
        let effects = try scene.answer(.agree)
        #expect(try Self.codes(effects) == [[]])
        #expect(Self.rows(effects).count == 2)
        var later = try Scene()
        try later.supersede()
        let refused = try later.answer(.agree)
        #expect(try Self.codes(refused) == [["superseded"]] && Self.rows(refused).isEmpty)
        // What the register is to judge is not refused here for what is known here at another moment.
        #expect(try later.answer(.challenge).isEmpty)
    }

    @Test("N3: what nobody has decided can be neither challenged nor asked about, and its sender is told so at once")
    func nobodyDecided() throws {
        var scene = try Scene(.acknowledgementOverdue)
        for answer in [NoticeAnswer.challenge, .needInformation] {
            let effects = try scene.answer(answer)
            #expect(try Self.codes(effects) == [["not-allowed"]] && Self.rows(effects).isEmpty)
        }
        #expect(try Self.codes(try scene.answer(.agree)) == [[]])
    }
}
