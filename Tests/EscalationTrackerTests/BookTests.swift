import Contracts
import DecisionDocument
import DecisionRules
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// The books of one household: what is open never leaves them, what has ended leaves them in time.
struct BookTests {
    private static func challenge(_ number: Int, by challenger: String = "police", ended: Bool = false) throws
        -> Escalation
    {
        let rules = LadderRules(policy: try VirtualPartnership.sample())
        let now = try #require(Instant(rfc3339: "2026-11-02T10:00:00Z"))
        let (agency, csc) = (try VirtualPartnership.code(challenger), try VirtualPartnership.code("csc"))
        var matter = rules.open(
            .delay(id: "D-\(number)"), .challenge, children: [], challenger: agency, decider: csc, openedBy: agency,
            id: EscalationID(
                household: VirtualPartnership.household, subject: "delay/D-\(number)", challenger: agency,
                number: number),
            isUrgent: false, now: now)
        if ended { matter.outcome = .withdrawn }
        return matter
    }

    @Test("A challenge is lost: open challenges stay, however many have been closed; of those the last twenty stay")
    func openStay() throws {
        var book = Escalations()
        let open = try Self.challenge(0)
        book.add(open)
        for number in 1...25 {
            var matter = try Self.challenge(number)
            book.add(matter)
            matter.outcome = .withdrawn
            book.keep(matter)
        }
        #expect(book.all.count == 21 && book.opened == 26)
        #expect(book.all.first == open, "it began before all that have left")
        #expect(book.all.dropFirst().map(\.subject) == (6...25).map { .delay(id: "D-\($0)") })
        let gone = try Self.challenge(3)
        #expect(book[open.id] == open && book[gone.id] == nil)
        book.keep(try Self.challenge(3, ended: true))
        #expect(book.all.count == 21, "what has left does not come back")
    }

    @Test("One open challenge of an agency of a subject is joined; a closed one, another's or another subject's is not")
    func joined() throws {
        let police = try VirtualPartnership.code("police"), school = try VirtualPartnership.code("school-hill")
        let matter = try Self.challenge(1)
        let book = Escalations([matter, try Self.challenge(2, ended: true)], opened: 2)
        #expect(book.open(matter.subject, by: police) == matter)
        #expect(book.open(matter.subject, by: school) == nil)
        #expect(book.open(.delay(id: "D-2"), by: police) == nil)
        #expect(book.isChallenged(matter.subject) && !book.isChallenged(.delay(id: "D-2")))
    }

    @Test("An open challenge of a decision is found whichever version it is against, and whatever else is challenged")
    func decisions() throws {
        let police = try VirtualPartnership.code("police"), csc = try VirtualPartnership.code("csc")
        let (one, two) = (OwnName("D1", of: csc), OwnName("D2", of: csc))
        var first = try Self.challenge(1)
        first.subject = .decision(one, version: 3)
        var second = try Self.challenge(2)
        second.subject = .decision(two, version: 1)
        var ended = try Self.challenge(3, ended: true)
        ended.subject = .decision(OwnName("D3", of: csc), version: 1)
        let book = Escalations([first, second, ended, try Self.challenge(4)], opened: 4)
        #expect(book.open(one, by: police)?.id == first.id && book.open(two, by: police)?.id == second.id)
        #expect(book.open(one, by: csc) == nil && book.open(OwnName("D3", of: csc), by: police) == nil)
    }

    @Test("Two challenges of one household never have the same identity, though the first has left the book")
    func identities() throws {
        let police = try VirtualPartnership.code("police")
        var book = Escalations()
        let first = book.nextID(of: .delay(id: "D-1"), by: police, in: VirtualPartnership.household)
        book.add(try Self.challenge(1))
        #expect(book.nextID(of: .delay(id: "D-1"), by: police, in: VirtualPartnership.household) != first)
        book = Escalations([], opened: book.opened)
        #expect(book.nextID(of: .delay(id: "D-1"), by: police, in: VirtualPartnership.household) != first)
    }

    private static func question(_ number: Int, by asker: String = "police", answered: String? = nil) throws -> Question
    {
        let agency = try VirtualPartnership.code(asker)
        return Question(
            id: InformationRequestID(household: VirtualPartnership.household, asker: agency, eventID: "\(number)"),
            notice: try notice(number), subject: .delay(id: "D-1"), children: [], asker: agency, askerRole: "officer",
            decider: try VirtualPartnership.code("csc"), text: "Who has seen the child?",
            askedAt: try Instant.reading("2026-11-02T10:00:00Z"), answeredAt: try answered.map(Instant.reading))
    }

    private static func notice(_ number: Int) throws -> NoticeID {
        NoticeID(
            household: VirtualPartnership.household, cause: "\(number)", kind: .thresholdChanged,
            agency: try VirtualPartnership.code("police"))
    }

    @Test("R18: open questions stay, however many were answered; of those the last twenty stay, without their text")
    func questions() throws {
        var book = HouseholdQuestions()
        let open = try Self.question(0)
        book.add(open)
        for number in 1...22 {
            var question = try Self.question(number)
            book.add(question)
            question.answeredAt = question.askedAt
            book.keep(question)
        }
        #expect(book.questions.count == 21 && book.questions.first == open)
        #expect(book[open.id]?.text == "Who has seen the child?")
        #expect(book.questions.dropFirst().allSatisfy { $0.text.isEmpty })
        #expect(try book.questions.dropFirst().map(\.id) == (3...22).map { try Self.question($0).id })
        book.keep(try Self.question(1, answered: "2026-11-02T11:00:00Z"))
        #expect(book.questions.count == 21, "what has left does not come back")
        book.remove(open.id)
        #expect(book[open.id] == nil && book.questions.count == 20)
    }

    @Test("R18: ten questions of an agency are open and no more; an answered one and another agency's do not count")
    func full() throws {
        let police = try VirtualPartnership.code("police"), csc = try VirtualPartnership.code("csc")
        var book = HouseholdQuestions(try (1...9).map { try Self.question($0) })
        book.add(try Self.question(10, answered: "2026-11-02T11:00:00Z"))
        #expect(!book.isFull(for: police))
        book.add(try Self.question(11))
        #expect(book.isFull(for: police) && !book.isFull(for: csc))
    }

    @Test("R18: unanswered it goes up one stage each time, stays at the highest, and the times are counted")
    func expired() throws {
        let terms = RegisterTerms(try VirtualPartnership.sample())
        var question = try Self.question(1)
        #expect(question.stage == 1 && question.lapses == 0)
        question.expire(under: terms)
        #expect(question.stage == 2 && question.lapses == 1)
        for _ in 1...9 { question.expire(under: terms) }
        #expect(question.stage == AgencyRegister.highestStage && question.lapses == 10)
    }

    @Test("R18: a question of another notice, or one that was asked after the window, leaves the window as it is")
    func otherWindows() throws {
        let policy = try VirtualPartnership.sample()
        let terms = RegisterTerms(policy)
        let end = try Instant.reading("2026-11-03T17:00:00Z")
        let open = HouseholdQuestions([try Self.question(1)])
        #expect(try open.window(of: Self.notice(1), until: end, terms, policy) == nil, "it stands still")
        #expect(try open.window(of: Self.notice(2), until: end, terms, policy) == end)
        let asked = try Instant.reading("2026-11-02T10:00:00Z")
        #expect(try open.window(of: Self.notice(1), until: asked, terms, policy) == nil, "in its last moment")
        let before = asked.adding(seconds: -1)
        #expect(try open.window(of: Self.notice(1), until: before, terms, policy) == before)
        let answered = HouseholdQuestions([try Self.question(1, answered: "2026-11-04T10:00:00Z")])
        #expect(
            try answered.window(of: Self.notice(1), until: end, terms, policy)
                == policy.window(until: end, stoodStillFrom: asked, to: Instant.reading("2026-11-04T10:00:00Z")))
        #expect(try answered.window(of: Self.notice(1), until: end, terms, policy) != end)
    }
}
