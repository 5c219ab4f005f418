import Safeguarding
import Testing

@testable import DecisionRules

/// What is on record of one child's levels: whatever comes late completes it, and overwrites nothing (R9, R12, N1).
struct ChildStandingTests {
    private typealias Span = ChildStanding.Span

    private static let first = ChildStanding.Version(id: "D1", number: 1)
    private static let second = ChildStanding.Version(id: "D2", number: 1)

    private static func child(_ spans: (ThresholdLevel, Int64?)...) -> ChildStanding {
        var child = ChildStanding()
        child.spans = spans.map { Span(level: $0, since: $1.map(Scene.at)) }
        return child
    }

    private static func levels(_ child: ChildStanding) -> [ThresholdLevel] { child.spans.map(\.level) }
    private static func since(_ child: ChildStanding) -> [Instant?] { child.spans.map(\.since) }

    @Test("A level begins no earlier than the one before it, whatever its decision says of the day")
    func entered() {
        var child = Self.child((.section47, 10))
        child.enter(.section17, at: Scene.at(5), by: Self.first)
        #expect(child.level == .section17 && child.levelSince == Scene.at(10))
        child.enter(.earlyHelp, at: Scene.at(20), by: nil)
        #expect(child.level == .earlyHelp && child.levelSince == Scene.at(20))
        #expect(child.spans.map(\.decision) == [nil, Self.first, nil])
        var unknown = Self.child((.section47, nil))
        unknown.enter(.section17, at: Scene.at(5), by: nil)
        #expect(unknown.levelSince == Scene.at(5))
    }

    @Test("Eight levels are remembered, the latest")
    func remembered() {
        var child = ChildStanding()
        for minute in 1...8 { child.enter(.section17, at: Scene.at(Int64(minute)), by: nil) }
        #expect(child.spans.count == 8 && child.spans.first?.since == Scene.at(1))
        child.enter(.section17, at: Scene.at(9), by: nil)
        #expect(child.spans.count == 8 && child.spans.first?.since == Scene.at(2) && child.levelSince == Scene.at(9))
    }

    @Test("R12: an enquiry raises a child of which nothing is known, and one at another level since then or before")
    func raised() {
        var unknown = ChildStanding()
        let isUnknownRaised = unknown.enquire(at: Scene.at(10))
        #expect(isUnknownRaised)
        #expect(unknown.spans == [Span(level: .section47, since: Scene.at(10))])
        for since: Int64? in [nil, 9, 10] {
            var child = Self.child((.section17, since))
            let isChildRaised = child.enquire(at: Scene.at(10))
            #expect(isChildRaised)
            #expect(Self.levels(child) == [.section17, .section47] && child.levelSince == Scene.at(10))
            #expect(child.spans.last?.decision == nil)
        }
    }

    @Test("An enquiry is one: a further discussion raises nothing, and says since when only where nobody knew")
    func ongoing() {
        var child = Self.child((.section47, nil))
        let isChildRaised = child.enquire(at: Scene.at(10))
        #expect(!isChildRaised)
        #expect(child.spans == [Span(level: .section47, since: Scene.at(10))])
        let isRaisedAgain = child.enquire(at: Scene.at(20))
        #expect(!isRaisedAgain)
        #expect(child.spans == [Span(level: .section47, since: Scene.at(10))])
    }

    @Test("N1: an enquiry from before all that is on record raises nothing; the one on record began with it")
    func beforeAll() {
        var enquiry = Self.child((.section47, 20))
        let isEnquiryRaised = enquiry.enquire(at: Scene.at(10))
        #expect(!isEnquiryRaised)
        #expect(Self.since(enquiry) == [Scene.at(10)])
        var support = Self.child((.section17, 20), (.earlyHelp, 30))
        let before = support
        let isSupportRaised = support.enquire(at: Scene.at(10))
        #expect(!isSupportRaised)
        #expect(support == before)
    }

    @Test(
        "N1: an enquiry recorded late began the one that followed, and else goes on in place of what did not know of it"
    )
    func late() {
        var followed = Self.child((.section17, 10), (.section47, 20))
        let isFollowedRaised = followed.enquire(at: Scene.at(15))
        #expect(!isFollowedRaised)
        #expect(Self.since(followed) == [Scene.at(10), Scene.at(15)])
        var later = Self.child((.section17, 10), (.childProtectionPlan, 20), (.section47, 30))
        let before = later
        let isLaterRaised = later.enquire(at: Scene.at(15))
        #expect(!isLaterRaised)
        #expect(later == before)
        var never = Self.child((.section17, 10), (.earlyHelp, 20), (.universal, 30))
        let isNeverRaised = never.enquire(at: Scene.at(15))
        #expect(isNeverRaised)
        #expect(Self.levels(never) == [.section17, .section47] && never.levelSince == Scene.at(15))
        // Between the second and the third: the second stays.
        var between = Self.child((.section17, 10), (.earlyHelp, 20), (.universal, 30))
        let isBetweenRaised = between.enquire(at: Scene.at(25))
        #expect(isBetweenRaised)
        #expect(Self.levels(between) == [.section17, .earlyHelp, .section47])
        var ended = Self.child((.section47, 10), (.section17, 20))
        let isEndedRaised = ended.enquire(at: Scene.at(15))
        #expect(!isEndedRaised, "it was an enquiry then already")
        #expect(Self.levels(ended) == [.section47, .section17])
    }

    @Test("What was in effect is taken back to the level that it left, and nothing else is")
    func takenBack() throws {
        var child = Self.child((.section47, 10))
        child.enter(.section17, at: Scene.at(20), by: Self.first)
        var other = child
        #expect(other.takeBack(Self.second, from: .section47) == nil && other == child)
        #expect(other.takeBack(Self.first, from: .childProtectionPlan) == nil && other == child)
        #expect(other.takeBack(Self.first, from: .section47) == [])
        #expect(other == Self.child((.section47, 10)))
        var only = ChildStanding()
        only.enter(.section17, at: Scene.at(20), by: Self.first)
        #expect(only.takeBack(Self.first, from: .section47) == nil && only.level == .section17)
    }

    @Test("R13: with it goes whatever has lowered the child further; a level that was raised since stays")
    func takenBackWithLater() throws {
        var child = Self.child((.section47, 10))
        child.enter(.section17, at: Scene.at(20), by: Self.first)
        var lowered = child
        lowered.enter(.earlyHelp, at: Scene.at(30), by: Self.second)
        #expect(lowered.takeBack(Self.first, from: .section47) == [Self.second])
        #expect(lowered == Self.child((.section47, 10)))
        var raised = child
        raised.enter(.childProtectionPlan, at: Scene.at(30), by: Self.second)
        let before = raised
        #expect(raised.takeBack(Self.first, from: .section47) == nil && raised == before)
        var unnamed = child
        unnamed.enter(.earlyHelp, at: Scene.at(30), by: nil)
        let beside = unnamed
        #expect(unnamed.takeBack(Self.first, from: .section47) == nil && unnamed == beside)
    }

    @Test("R2: consultees are those of the level that a decision left, or is to leave")
    func levelLeft() {
        var child = Self.child((.section17, 5), (.section47, 10))
        #expect(child.since(beforeEffectOf: Self.first) == Scene.at(10))
        child.enter(.section17, at: Scene.at(20), by: Self.first)
        #expect(child.since(beforeEffectOf: Self.first) == Scene.at(10))
        #expect(child.since(beforeEffectOf: Self.second) == Scene.at(20))
        child.enter(.earlyHelp, at: Scene.at(30), by: Self.second)
        #expect(child.since(beforeEffectOf: Self.first) == Scene.at(10))
        #expect(child.since(beforeEffectOf: Self.second) == Scene.at(20))
        var only = ChildStanding()
        only.enter(.section17, at: Scene.at(20), by: Self.first)
        #expect(only.since(beforeEffectOf: Self.first) == Scene.at(20))
    }

    @Test("R1: whoever was at a discussion since the level began, in its first moment too")
    func attendees() throws {
        var child = ChildStanding()
        child.discussed = [try agency("police"): Scene.at(10), try agency("health"): Scene.at(11)]
        #expect(try child.discussed(since: Scene.at(10)) == [agency("police"), agency("health")])
        #expect(try child.discussed(since: Scene.at(11)) == [agency("health")])
        #expect(child.discussed(since: nil).count == 2)
    }
}
