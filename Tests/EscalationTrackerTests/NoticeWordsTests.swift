import CommandRuntime
import Contracts
import DecisionRules
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import EscalationTracker
@testable import KeepsightCommand
@testable import Notifier

/// Sentences over which somebody stumbled who read every text and did not know the program (issue 15.8), grouped by what was
/// misunderstood.
struct NoticeWordsTests {
    private typealias Issued = SilentPartnership.Issued

    private static let children = [VirtualPartnership.child, VirtualPartnership.sibling]
    private let names: AgencyNames

    init() throws { names = AgencyNames(try VirtualHousehold.samplePolicy()) }

    private func issued(_ build: (inout VirtualPartnership) throws -> Void) throws -> [SilentPartnership.Issued] {
        var scene = try VirtualPartnership()
        try scene.prologue(children: Self.children)
        try build(&scene)
        return try SilentPartnership(scene, until: scene.now.adding(seconds: 9 * 86_400)).notices
    }

    /// What somebody reads of it: the headline, then each field behind its name.
    private func text(_ issued: SilentPartnership.Issued) -> String {
        let words = NoticeWords(notice: issued.notice, agency: issued.agency, names: names)
        return ([words.headline] + words.fields.map { "\($0.name): \($0.text)" }).joined(separator: "\n")
    }

    private func first(
        _ kind: NoticeKind, to agency: String, in all: [SilentPartnership.Issued],
        where isMeant: (NoticeIssued) -> Bool = { _ in true }
    ) throws -> SilentPartnership.Issued {
        try #require(all.first { $0.notice.kind == kind && $0.agency.text == agency && isMeant($0.notice) })
    }

    private func expect(
        _ text: String, has parts: [String], hasNot others: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for part in parts { #expect(text.contains(part), "\(part) in \(text)", sourceLocation: sourceLocation) }
        for part in others { #expect(!text.contains(part), "\(part) in \(text)", sourceLocation: sourceLocation) }
    }

    @Test("Words 1: a discussion that starts no enquiry does not read as if one had ended")
    func withoutEnquiry() throws {
        let all = try issued { try $0.discuss("SD3", .noSection47) }
        let notice = try first(.thresholdChanged, to: "csc", in: all) { $0.body.state == .unchanged }
        expect(
            text(notice), has: ["decided not to start a Section 47 enquiry. That does not change the level"],
            hasNot: ["decided on no"])
    }

    @Test("Words 2: what was proposed and did not go ahead does not read as lowered")
    func withdrawn() throws {
        let all = try issued {
            try $0.decide(children: Self.children)
            try $0.discuss("SD2", about: Self.children, naming: ["D1"])
        }
        let read = text(try first(.changeWithdrawn, to: "police", in: all))
        expect(
            read,
            has: [
                "what was proposed did not go ahead", "stays at Section 47 enquiry; the proposed move to child in need",
                "recorded by Sampleshire Children's Social Care, decided that the enquiry goes on",
            ], hasNot: [": from Section 47 enquiry to"])
    }

    @Test("Words 3, 10: a meeting is due about what is proposed, or about what is in effect; each says which")
    func meeting() throws {
        for urgent in [false, true] {
            let all = try issued {
                try $0.decide(urgent: urgent, children: Self.children)
                try $0.wait(workingDays: 3)
            }
            for issued in all where issued.notice.kind == .discussionRequired {
                expect(
                    text(issued),
                    has: [
                        urgent
                            ? "It is in effect, and a strategy discussion"
                            : "not in effect and not settled"
                    ])
                #expect((issued.notice.body.isUrgent == true) == urgent, "a follow-up is as urgent as the first")
            }
        }
    }

    @Test("Words 4: whoever is asked again reads that it was asked before")
    func askedAgain() throws {
        let all = try issued {
            try $0.decide(children: Self.children)
            try $0.wait(workingDays: 2)
        }
        let asked = all.filter { $0.notice.kind == .consultationRequested && $0.agency.text == "police" }
        expect(text(try #require(asked.first)), has: [], hasNot: ["asked again, since"])
        let again = try #require(asked.last)
        expect(text(again), has: ["Your agency is asked again, since it has not given its view."])
        #expect(MessageTemplate.of(again.notice) == .viewAgain)
    }

    @Test(
        "Words 5: a reminder names the notice that it is about, whose deadline is that notice's, and no next step that is none"
    )
    func reminder() throws {
        let all = try issued { try $0.decide(children: Self.children) }
        let own = try first(.acknowledgementOverdue, to: "police", in: all)
        let about = try #require(own.notice.body.about)
        expect(
            text(own),
            has: [
                "the notice with the reference \(NoticeReference(of: about, for: own.agency))",
                "Its time: for a reply ends on ",
            ],
            hasNot: ["\nBy: "])
        let unit = try first(.acknowledgementOverdue, to: "business-unit", in: all) { $0.body.unacknowledgedBy != nil }
        let silent = try #require(unit.notice.body.unacknowledgedBy)
        let theirs = try #require(unit.notice.body.about)
        expect(
            text(unit), has: ["knows it by the reference \(NoticeReference(of: theirs, for: silent))"],
            hasNot: ["at last the business unit", "in the end the partnership's business unit"])
    }

    @Test("Words 7, 12, 20, 22: a notice says what can be done, by whom, and that acknowledging is no answer")
    func options() throws {
        let all = try issued {
            try $0.decide(children: Self.children)
            try $0.answer(.thresholdChanged, as: "police")
            try $0.wait(workingDays: 1)
        }
        expect(
            text(try first(.challengeRaised, to: "csc", in: all)),
            has: ["Can answer: answer that the decision is changed; answer that it stands", "and is no answer"])
        let asked = text(try first(.consultationRequested, to: "health-visiting", in: all))
        expect(
            asked,
            has: ["To do: Tell us your agency's view", "support the change; object to it;", "which may settle it"],
            hasNot: ["Publish your agency's view", "from the first working day"])
        expect(
            text(try first(.discussionRequired, to: "csc", in: all)),
            has: ["To do: Hold a strategy discussion", "Meet by: Wed 4 Nov 2026, 17:00 UK time"])
        expect(
            text(try first(.discussionRequired, to: "school-hill", in: all)),
            has: ["Sampleshire Children's Social Care has to hold the strategy discussion."],
            hasNot: ["To do: Hold a strategy"])
    }

    @Test("Words 8: what was not recorded may have happened")
    func drift() throws {
        let all = try issued {
            try $0.decide(children: Self.children)
            for agency in ["police", "health-visiting"] { try $0.consult(agency, children: Self.children) }
            try $0.wait(workingDays: 30)
        }
        let read = text(try first(.taskDue, to: "csc", in: all) { $0.task == .supervise })
        expect(
            read, has: ["Nothing has been recorded for 2 children", "since Mon 2 November 2026, ", " UK time."],
            hasNot: ["othing has happened"])
    }

    @Test("Words 11: who is on record as present reads what it is on record as saying, or that it is nothing")
    func presence() throws {
        let all = try issued {
            try $0.decide(children: Self.children)
            try $0.discuss("SD2", .noSection47, about: Self.children, naming: ["D1"])
        }
        expect(
            text(try first(.discussionRecorded, to: "police", in: all) { $0.body.subject.id == "SD2" }),
            has: ["View: "], hasNot: ["does not count yet"])
    }

    @Test("Words 14: whoever hears of a challenge at a later stage reads what it is about, and the answer so far")
    func laterStage() throws {
        let all = try issued {
            try $0.decide(children: Self.children)
            try $0.answer(.thresholdChanged, as: "police")
            try $0.respond(as: "csc")
            try $0.wait(workingDays: 2)
        }
        let read = text(try first(.escalationAdvanced, to: "csc", in: all))
        expect(
            read,
            has: [
                "Grounds: The risk has not gone.", "Wants: The enquiry goes on.", "Answer: As said.",
                "at Section 47 enquiry; proposed: child in need",
            ])
    }

    @Test("Words, R15: who has the last word is named; a meeting recorded late is no beginning of work")
    func lastWord() throws {
        var notice = try TemplateNotice.made(.taskDue)
        notice.task = .arbitrate
        notice.body.arbiter = AgencyCode("business-unit")
        let name = "Sampleshire Safeguarding Children Partnership, Business Unit"
        func read(_ notice: NoticeIssued, _ agency: String) -> String {
            let words = NoticeWords(notice: notice, agency: AgencyCode(agency), names: names)
            return words.headline + "\n" + words.fields.map { "\($0.name): \($0.text)" }.joined(separator: "\n")
        }
        expect(
            read(notice, "csc"), has: ["\(name), which takes neither side, has to decide it.", "Last word: \(name)"])
        expect(read(notice, "business-unit"), has: ["your agency, which takes neither side, has to decide it."])
        var standing = try TemplateNotice.made(.currentStatus)
        standing.openedBecause = [.attendee]
        expect(read(standing, "police"), has: ["This is where a child stands."], hasNot: ["begins to work"])
        standing.openedBecause = [.involved]
        expect(read(standing, "police"), has: ["as your agency begins to work with the child."])
    }

    @Test("N3: what a challenge said is kept in short while it is open, and not behind its end")
    func challengeWords() throws {
        var scene = try VirtualPartnership()
        try scene.prologue()
        try scene.decide()
        try scene.answer(.thresholdChanged, as: "police")
        #expect(scene.escalation?.words.grounds == "The risk has not gone.")
        try scene.close(.withdrawn, as: "police")
        #expect(scene.state.escalations.all.first?.words == EscalationWords())
        let long = EscalationWords(grounds: String(repeating: "é", count: 20_000))
        #expect(long.grounds?.unicodeScalars.count == EscalationWords.maximumCharacters)
    }

    @Test(
        "Words 15, 18: an overdue answer says that it is, and that a late one counts; a child unknown is said by whom to find"
    )
    func overdue() throws {
        let all = try issued { scene in
            let item = ScreeningItemID(
                household: VirtualPartnership.household, referrer: try VirtualPartnership.code("health-visiting"),
                referralID: "R1")
            try scene.publish(try scene.outcome(.earlyHelp, of: item, reason: "Support is accepted."))
            try scene.decide()
            try scene.answer(.thresholdChanged, as: "police")
        }
        let due = try first(.taskDue, to: "health-visiting", in: all) { $0.task == .answerOutcome }
        expect(text(due), has: ["Was due: ", "It is overdue; a late answer counts"], hasNot: ["\nBy: "])
        #expect(MessageTemplate.of(due.notice) == .answerOverdue)
        expect(
            text(try first(.challengeRaised, to: "police", in: all)),
            has: [
                "without a reference at your agency",
                "Who it is: ask Sampleshire Children's Social Care, naming decision D1",
                "Their time: Sampleshire Children's Social Care has to answer by ",
            ], hasNot: ["no reference of it"])
    }

    @Test("Words 17: an answered question asks for what comes next")
    func answered() throws {
        let all = try issued {
            try $0.decide(children: Self.children)
            try $0.answer(.thresholdChanged, as: "school-hill", .needInformation)
            try $0.provide(as: "csc")
        }
        expect(
            text(try first(.informationProvided, to: "school-hill", in: all)),
            has: [
                "To do: Say now what your agency thinks",
                "agree with the decision; challenge it",
            ], hasNot: ["Answer as:"])
    }

    @Test(
        "Words 19, 21, 24, 26: when something was decided is no deadline, and lists of names with commas have semicolons"
    )
    func moments() throws {
        let all = try issued { try $0.decide(children: Self.children) }
        let read = text(try first(.thresholdChanged, to: "csc", in: all) { $0.body.state == .held })
        expect(
            read,
            has: [
                "Decision: proposed by team manager, Sampleshire Children's Social Care (csc) on Mon 2 Nov 2026, ",
                "Sampleshire Health Visiting (health-visiting); Sampleshire Police",
                "Reply by: Mon 9 Nov 2026, 17:00 UK time",
                ": at Section 47 enquiry; proposed: child in need (Section 17)",
            ], hasNot: ["Decided by", "In time"])
    }

    @Test("Words 25: a view that another recorded says when, and that no deadline runs")
    func secondHand() throws {
        let all = try issued {
            try $0.decide(children: Self.children)
            try $0.consult("health-visiting", by: "csc", children: Self.children)
        }
        expect(
            text(try first(.consultationRecorded, to: "health-visiting", in: all)),
            has: ["(that it supports it)", "There is no deadline", " UK time"], hasNot: ["(support)"])
    }
}

/// A notice of one child in which nothing stands but its kind.
private enum TemplateNotice {
    static func made(_ kind: NoticeKind) throws -> NoticeIssued {
        let agency = try VirtualPartnership.code("csc")
        return NoticeIssued(
            noticeID: NoticeID(household: VirtualPartnership.household, cause: "c", kind: kind, agency: agency),
            kind: kind, children: [NoticeIssued.Child(ChildName(ref: "PP-1", handle: nil))],
            canAnswer: ["acknowledge"], openedBecause: [], reference: nil, addressedTo: [], task: nil,
            body: NoticeBody.about(NoticeSubject(.decision, "D1", chosenBy: agency, version: 1)))
    }
}
