import Contracts
import Messaging
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// What ladders of other partnerships need (trials, search ladder): each side's clock, working time, a limit over several stages,
/// meetings, who comes to a stage, who closes and who else is told. In virtual time, on ladders made for it.
struct LadderTests {
    static let oneDay = Stage.Clock(challenger: .workingDays(1), decider: .workingDays(1))
    static let fourHours = Stage.Clock(challenger: .hours(4), decider: .hours(4))

    static func stage(
        _ number: Int, _ standard: Stage.Clock = oneDay, contact: Int? = nil, words: String? = nil,
        chair: String? = nil, enteredBy: Set<Stage.Entry> = [.challenger],
        closedBy: Set<Stage.Closer> = [.challenger], alsoTold: Set<Stage.AlsoTold> = [],
        atClosing: Set<Stage.AlsoTold> = []
    ) -> Stage {
        Stage(
            number: number, challenger: "a", decider: "b", standard: standard, urgent: fourHours, contact: contact,
            words: words, meeting: chair.map(Stage.Meeting.init(chair:)), enteredBy: enteredBy, closedBy: closedBy,
            alsoTold: alsoTold, toldAtClosing: atClosing)
    }

    static func ladder(_ stages: [Stage], _ limits: [Ladder.Limit] = []) -> Ladder {
        Ladder(name: "made", title: "Made for a test", stages: stages, limits: limits)
    }

    /// A challenge by the police of a decision of social care.
    static func challenged(
        _ ladder: Ladder, urgent: Bool = false, escalateTo: Int? = nil, at start: String = "2026-11-02T10:00:00Z"
    ) throws -> VirtualPartnership {
        var scene = try VirtualPartnership(under: try VirtualPartnership.sample().on(ladder), at: start)
        try scene.prologue()
        try scene.decide()
        try scene.answer(.thresholdChanged, as: "police", urgent: urgent, escalateTo: escalateTo)
        return scene
    }

    private static func instant(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

    @Test("Each side has a clock of its own, standard and urgent")
    func ownClocks() throws {
        let clock = Stage.Clock(challenger: .hours(6), decider: .workingDays(2))
        var scene = try Self.challenged(Self.ladder([Self.stage(1, clock), Self.stage(2)]))
        #expect(scene.escalation?.due.rfc3339 == "2026-11-04T17:00:00Z")
        try scene.respond(as: "csc")
        #expect(scene.escalation?.awaits == .challenger)
        #expect(scene.escalation?.due.rfc3339 == "2026-11-02T16:00:00Z")
        // Its silence takes the matter further at its own time.
        try scene.wait(until: "2026-11-02T16:00:00Z")
        #expect(scene.escalation?.stage == 2)
        let urgent = try Self.challenged(Self.ladder([Self.stage(1, clock), Self.stage(2)]), urgent: true)
        #expect(urgent.escalation?.due.rfc3339 == "2026-11-02T14:00:00Z")
    }

    @Test("A stage of working minutes runs from the opening to the practice hour of working days")
    func workingMinutes() throws {
        let clock = Stage.Clock(challenger: .workingMinutes(90), decider: .workingMinutes(90))
        let scene = try Self.challenged(
            Self.ladder([Self.stage(1, clock), Self.stage(2)]), at: "2026-11-06T16:30:00Z")
        #expect(scene.escalation?.due.rfc3339 == "2026-11-09T10:00:00Z")
        let armed = try #require(scene.clocks.first { $0.key.kind == "escalation-stage" }?.value)
        #expect(armed.due == scene.escalation?.due)
    }

    @Test("Stages that have their time together are passed over once it is over, and say so")
    func jointLimit() throws {
        let limit = Ladder.Limit(stages: 1...4, standard: .workingDays(3), urgent: .hours(9))
        let stages = (1...5).map { Self.stage($0) }
        var scene = try Self.challenged(Self.ladder(stages, [limit]))
        // Each side answers late, so that two working days go by at the first stage.
        try scene.wait(until: "2026-11-03T16:59:00Z")
        try scene.respond(as: "csc")
        #expect(scene.escalation?.due.rfc3339 == "2026-11-04T17:00:00Z")
        try scene.wait(until: "2026-11-04T16:59:00Z")
        try scene.respond(as: "police")
        #expect(scene.escalation?.stage == 2 && scene.escalation?.due.rfc3339 == "2026-11-05T17:00:00Z")
        // Its answer would give the other side until Friday; all of them together have until Thursday.
        try scene.wait(until: "2026-11-05T10:00:00Z")
        try scene.respond(as: "csc")
        #expect(scene.escalation?.due.rfc3339 == "2026-11-05T17:00:00Z")
        try scene.wait(until: "2026-11-05T17:00:00Z")
        #expect(scene.escalation?.stage == 5, "3 and 4 are passed over")
        let told = try #require(scene.notices(.escalationAdvanced, to: "csc").last)
        #expect(told.body.reason == "The time that stages 1 to 4 have together (3 working days) is over.")
        #expect(scene.rows.last?.move.kind == .advanced(.jointLimit))
        #expect(scene.escalation?.due.rfc3339 == "2026-11-06T17:00:00Z", "beyond them each side has its own time")
    }

    @Test("At the last of the stages that have their time together it is silence like any other")
    func lastOfLimit() throws {
        let limit = Ladder.Limit(stages: 1...2, standard: .workingDays(2), urgent: .hours(9))
        var scene = try Self.challenged(Self.ladder((1...3).map { Self.stage($0) }, [limit]))
        try scene.wait(until: "2026-11-04T17:00:00Z")
        #expect(scene.escalation?.stage == 3 && scene.rows.last?.move.kind == .advanced(.silence))
    }

    @Test("A limit that is over shortens nothing at the top, where each side has its own time again")
    func limitAtTop() throws {
        let limit = Ladder.Limit(stages: 1...2, standard: .workingDays(1), urgent: .hours(3))
        var scene = try Self.challenged(Self.ladder([Self.stage(1), Self.stage(2)], [limit]))
        try scene.wait(until: "2026-11-03T17:00:00Z")
        #expect(scene.escalation?.stage == 2)
        #expect(scene.escalation?.due.rfc3339 == "2026-11-04T17:00:00Z")
        try scene.wait(until: "2026-11-04T17:00:00Z")
        #expect(scene.escalation?.stage == 2 && scene.escalation?.awaits == .arbiter)
        #expect(scene.escalation?.due.rfc3339 == "2026-11-11T17:00:00Z", "and so has the arbiter")
    }

    @Test("A second limit counts from its own first stage; a jump within one gains no time")
    func limitsApart() throws {
        let limits = [
            Ladder.Limit(stages: 1...2, standard: .workingDays(1), urgent: .hours(5)),
            Ladder.Limit(stages: 3...4, standard: .workingDays(1), urgent: .hours(5)),
        ]
        var scene = try Self.challenged(Self.ladder((1...5).map { Self.stage($0) }, limits))
        try scene.wait(until: "2026-11-03T17:00:00Z")
        #expect(scene.escalation?.stage == 3 && scene.escalation?.due.rfc3339 == "2026-11-04T17:00:00Z")
        try scene.wait(until: "2026-11-04T10:00:00Z")
        try scene.respond(as: "police", escalateTo: 4, immediateRisk: true)
        // Five hours from the evening before are over, so its own four hours count.
        #expect(scene.escalation?.due.rfc3339 == "2026-11-04T14:00:00Z")
        #expect(scene.escalation?.limitFrom?.rfc3339 == "2026-11-03T17:00:00Z")
        try scene.respond(as: "police", escalateTo: 5, immediateRisk: true)
        #expect(scene.escalation?.limitFrom == nil)
    }

    @Test(
        "West Yorkshire: step 6 within five working days however late the answers, and within 24 hours on the urgent route"
    )
    func westYorkshire() throws {
        let ladder = try #require(try VirtualPartnership.sample().ladders["west-yorkshire"])
        #expect(ladder.top == 6)
        var scene = try Self.challenged(ladder)
        while let escalation = scene.escalation, escalation.stage < 6 {
            // Whoever is awaited answers at the last moment, and nobody is satisfied.
            try scene.wait(until: escalation.due.adding(seconds: -1).rfc3339)
            guard scene.escalation?.due == escalation.due, scene.now < escalation.due else { break }
            let refused = try scene.respond(as: escalation.awaits == .decider ? "csc" : "police")
            #expect(refused == [])
            if scene.escalation?.due == escalation.due { try scene.wait(until: escalation.due.rfc3339) }
        }
        let sixth = try #require(scene.rows.first { $0.move.escalation.stage == 6 }?.move)
        #expect(sixth.at <= scene.policy.due(.workingDays(5), from: scene.rows[0].move.at).due)
        #expect(sixth.escalation.due == scene.policy.due(.workingDays(14), from: sixth.at).due)
        var urgent = try Self.challenged(ladder, urgent: true)
        while urgent.escalation?.stage ?? 6 < 6, let due = urgent.escalation?.due {
            try urgent.wait(until: due.adding(seconds: -1).rfc3339)
            try urgent.respond(as: urgent.escalation?.awaits == .decider ? "csc" : "police")
            if urgent.escalation?.due == due { try urgent.wait(until: due.rfc3339) }
        }
        let last = try #require(urgent.rows.first { $0.move.escalation.stage == 6 }?.move)
        #expect(last.at <= urgent.rows[0].move.at.adding(seconds: 24 * 3600))
    }

    @Test("A matter climbs ten stages, addressed to the contacts that each stage names")
    func tenStages() throws {
        let stages = (1...10).map { Self.stage($0, contact: $0 == 9 ? 3 : nil) }
        var scene = try Self.challenged(Self.ladder(stages))
        for number in 2...10 {
            try scene.wait(until: try #require(scene.escalation?.due).rfc3339)
            #expect(scene.escalation?.stage == number)
            let told = try #require(scene.notices(.escalationAdvanced, to: "csc").last)
            let roles = ["practitioner", "line manager", "safeguarding lead", "director", "partnership executive"]
            #expect(told.body.stage == number && told.addressedTo == [roles[number == 9 ? 2 : min(number, 5) - 1]])
        }
        let due = try #require(scene.escalation?.due)
        try scene.wait(until: due.rfc3339)
        #expect(scene.escalation?.stage == 10 && scene.escalation?.isOpen == true)
    }

    @Test("A meeting has its chair on the notice, and its date once the side that decided has given it")
    func meeting() throws {
        let clock = Stage.Clock(challenger: .workingDays(1), decider: .workingDays(5))
        let stages = [
            Self.stage(1, clock, words: "Step 1: a meeting", chair: "independent chair"), Self.stage(2, clock),
        ]
        var scene = try Self.challenged(Self.ladder(stages))
        let raised = try #require(scene.notices(.challengeRaised, to: "csc").last)
        #expect(raised.body.meeting == NoticeMeeting(chair: "independent chair"))
        #expect(raised.body.stageWords == "Step 1: a meeting")
        let date = try Self.instant("2026-11-06T14:00:00Z")
        #expect(try scene.respond(as: "csc", meetingAt: date) == [])
        #expect(scene.escalation?.awaits == .challenger && scene.escalation?.meetingAt == date)
        // What the other side has to say is counted from the meeting.
        #expect(scene.escalation?.due.rfc3339 == "2026-11-09T17:00:00Z")
        for agency in ["csc", "police", "school-hill"] {
            let told = try #require(scene.notices(.escalationAdvanced, to: agency).last)
            #expect(told.body.meeting == NoticeMeeting(chair: "independent chair", at: date))
            #expect(told.task == (agency == "police" ? .settleEscalation : nil))
        }
        #expect(scene.rows.last?.move.kind == .meetingSet)
        // It was held, and does not satisfy: the next stage knows nothing of its date.
        try scene.wait(until: "2026-11-06T15:00:00Z")
        try scene.respond(as: "police")
        #expect(scene.escalation?.stage == 2 && scene.escalation?.meetingAt == nil)
        #expect(scene.notices(.escalationAdvanced, to: "csc").last?.body.meeting == nil)
    }

    @Test("Refused: a meeting by the wrong side, where there is none, in the past, or when the stage's time is over")
    func meetingRefused() throws {
        let stages = [Self.stage(1, chair: "independent chair"), Self.stage(2)]
        var scene = try Self.challenged(Self.ladder(stages))
        let due = try #require(scene.escalation?.due)
        for wrong in [scene.now, scene.now.adding(seconds: -1), due.adding(seconds: 1)] {
            let reasons = try scene.respond(as: "csc", meetingAt: wrong)
            #expect(reasons.map(\.path) == ["/data/meetingAt"] && reasons.map(\.code.rawValue) == ["out-of-range"])
        }
        #expect(scene.escalation?.awaits == .decider, "a refused answer leaves no trace")
        #expect(try scene.respond(as: "csc") == [], "an answer without a meeting is an answer")
        let challenger = try scene.respond(as: "police", meetingAt: due)
        #expect(challenger.map(\.path) == ["/data/meetingAt"] && challenger.map(\.code.rawValue) == ["not-allowed"])
        try scene.respond(as: "police")
        let none = try scene.respond(as: "csc", meetingAt: scene.now.adding(seconds: 3600))
        #expect(none.map(\.message) == ["Stage 2 is no meeting. Answer without meetingAt."])
        var last = try Self.challenged(Self.ladder(stages))
        #expect(try last.respond(as: "csc", meetingAt: due) == [], "the last moment is in time")
    }

    @Test(
        "Only a manager takes a matter to a stage that managers alone enter; silence and immediate risk do, whoever speaks"
    )
    func managersAlone() throws {
        let ladder = Self.ladder([Self.stage(1), Self.stage(2, enteredBy: [.challengerManager])])
        var scene = try Self.challenged(ladder)
        try scene.respond(as: "csc")
        let reasons = try scene.respond(as: "police")
        #expect(reasons.map(\.path) == ["/data/by"])
        #expect(reasons.first?.message.contains("a manager of the side that challenges, or silence") == true)
        #expect(try scene.respond(as: "police", role: "Detective Inspector") == [])
        #expect(scene.escalation?.stage == 2)
        var silent = try Self.challenged(ladder)
        try silent.wait(until: try #require(silent.escalation?.due).rfc3339)
        #expect(silent.escalation?.stage == 2)
        var atRisk = try Self.challenged(ladder)
        #expect(try atRisk.respond(as: "police", escalateTo: 2, immediateRisk: true) == [])
        #expect(atRisk.escalation?.stage == 2)
    }

    @Test("The side that decided takes a matter further where the ladder lets it, one stage and on its turn")
    func takenFurther() throws {
        let stages = [Self.stage(1), Self.stage(2, enteredBy: [.challenger, .decider]), Self.stage(3)]
        var scene = try Self.challenged(Self.ladder(stages))
        #expect(try scene.respond(as: "csc", escalateTo: 3).map(\.code.rawValue) == ["not-allowed"])
        #expect(try scene.respond(as: "csc", escalateTo: 2) == [])
        #expect(scene.escalation?.stage == 2 && scene.escalation?.isUrgent == false)
        #expect(scene.rows.last?.move.kind == .advanced(.takenFurther))
        #expect(try scene.respond(as: "csc", escalateTo: 3).map(\.code.rawValue) == ["not-allowed"])
        #expect(scene.escalation?.stage == 2)
        var answered = try Self.challenged(Self.ladder(stages))
        try answered.respond(as: "csc")
        #expect(try answered.respond(as: "csc", escalateTo: 2).map(\.code.rawValue) == ["not-your-turn"])
        // A manager of it, where only those may.
        let managed = [Self.stage(1), Self.stage(2, enteredBy: [.challenger, .deciderManager])]
        var other = try Self.challenged(Self.ladder(managed))
        #expect(try other.respond(as: "csc", escalateTo: 2).map(\.code.rawValue) == ["not-allowed"])
        #expect(try other.respond(as: "csc", escalateTo: 2, role: "team manager") == [])
        #expect(other.escalation?.stage == 2)
    }

    @Test("Where the arbiter alone closes, the side that challenges can only take its challenge back")
    func arbiterAlone() throws {
        let ladder = Self.ladder([Self.stage(1), Self.stage(2, closedBy: [.arbiter])])
        var scene = try Self.challenged(ladder)
        try scene.respond(as: "csc")
        try scene.respond(as: "police")
        for outcome in [EscalationOutcome.compromise, .changed, .upheld] {
            let reasons = try scene.close(outcome, as: "police")
            #expect(reasons.map(\.path) == ["/data/outcome"], "\(outcome)")
        }
        #expect(scene.escalation?.isOpen == true)
        #expect(try scene.close(.withdrawn, as: "police") == [])
    }

    @Test(
        "A role that a stage names is told, at the stage or at the ending alone, of agencies that hear of the matter anyhow"
    )
    func roles() throws {
        let stages = [
            Self.stage(1, alsoTold: [.role("director")], atClosing: [.role("independent scrutineer")]),
            Self.stage(2, contact: 1, atClosing: [.businessUnit]),
        ]
        var scene = try Self.challenged(Self.ladder(stages))
        #expect(scene.notices(.challengeRaised, to: "csc").last?.addressedTo == ["practitioner", "director"])
        #expect(scene.notices(.challengeRaised, to: "school-hill").last?.addressedTo == ["director"])
        #expect(scene.notices(.challengeRaised, to: "business-unit").isEmpty)
        #expect(scene.notices(.challengeRaised, to: "housing").isEmpty, "nobody hears of a family for a role alone")
        try scene.respond(as: "csc")
        try scene.close(.compromise, as: "police")
        let unit = try #require(scene.notices(.escalationClosed, to: "business-unit").last)
        #expect(unit.addressedTo == ["independent scrutineer"] && unit.children == [VirtualPartnership.child])
        #expect(scene.notices(.escalationClosed, to: "csc").last?.addressedTo == ["practitioner", "director"])
        // Of an ending higher up everybody hears whom any stage so far has named, and no stage that was never reached.
        var higher = try Self.challenged(Self.ladder(stages))
        try higher.wait(until: try #require(higher.escalation?.due).rfc3339)
        #expect(higher.notices(.escalationAdvanced, to: "csc").last?.addressedTo == ["practitioner"])
        try higher.close(.withdrawn, as: "police")
        #expect(
            higher.notices(.escalationClosed, to: "business-unit").last?.addressedTo
                == ["coordinator", "independent scrutineer"])
    }

    @Test(
        "A ladder may name who closes at its last stage, where policy's arbiter would; a side of the matter is passed over"
    )
    func arbiterOfLadder() throws {
        let made = Self.ladder([Self.stage(1), Self.stage(2)])
        func arbiter(_ code: String?) throws -> String? {
            let ladder = Ladder(
                name: made.name, title: made.title, stages: made.stages,
                arbiter: try code.map { try VirtualPartnership.code($0) })
            return try Self.challenged(ladder).escalation?.arbiter.text
        }
        #expect(try arbiter(nil) == "business-unit")
        #expect(try arbiter("housing") == "housing")
        #expect(try arbiter("police") == "business-unit")
    }

    @Test("Each subject begins on its own ladder, and stays on the one on which it began")
    func subjects() throws {
        let sample = try VirtualPartnership.sample()
        let own = Self.ladder([Self.stage(1), Self.stage(2)])
        let policy = sample.on(sample.ladder, [.conference: own])
        let rules = LadderRules(policy: policy)
        func open(_ subject: Escalation.Subject) throws -> Escalation {
            rules.open(
                subject, .challenge, children: [], challenger: try VirtualPartnership.code("police"),
                decider: try VirtualPartnership.code("csc"), openedBy: try VirtualPartnership.code("police"),
                id: EscalationID(
                    household: VirtualPartnership.household, subject: subject.text,
                    challenger: try VirtualPartnership.code("police"), number: 1),
                isUrgent: false, now: try Self.instant("2026-11-02T10:00:00Z"))
        }
        #expect(try open(.conference(id: "C-1")).ladder == "made")
        #expect(try open(.delay(id: "D-1")).ladder == "default")
        // Another policy has another ladder for them: what is open climbs the old one.
        let later = LadderRules(policy: sample.on(own))
        var matter = try open(.delay(id: "D-1"))
        #expect(later.ladder(of: matter).name == "default")
        matter.stage = 5
        #expect(later.stage(of: matter).number == 5)
    }
}
