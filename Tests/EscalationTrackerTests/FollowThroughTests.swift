import Contracts
import DecisionRules
import Policy
import Safeguarding
import Testing

@testable import EscalationTracker

/// What a challenge that ended as changed waits for, and which event brings it (R16).
struct FollowThroughTests {
    private typealias Subject = Escalation.Subject

    private static let csc = AgencyCode("csc")!, mash = AgencyCode("mash")!
    private static let item = ScreeningItemID(
        household: VirtualPartnership.household, referrer: AgencyCode("health-visiting")!, referralID: "R1")

    /// A challenge that has ended as changed, which is not on record yet.
    private static func agreed(_ subject: Subject, waits: Bool = true) throws -> Escalation {
        let police = try VirtualPartnership.code("police")
        var matter = LadderRules(policy: try VirtualPartnership.sample()).open(
            subject, .challenge, children: [VirtualPartnership.child], challenger: police, decider: csc,
            openedBy: police,
            id: EscalationID(
                household: VirtualPartnership.household, subject: "s", challenger: police, number: 1),
            isUrgent: false, now: try Instant.reading("2026-11-02T10:00:00Z"))
        matter.awaitsFollowThrough = waits
        return matter
    }

    private static func fact(
        _ body: FactBody, of agency: AgencyCode = csc, about child: PersonID = VirtualPartnership.child
    )
        throws -> Fact
    {
        let now = try Instant.reading("2026-11-03T10:00:00Z")
        return Fact(
            context: Fact.Context(
                agency: agency, eventID: "e1", eventType: "keepsight.referral.made.v1",
                household: VirtualPartnership.household, happenedAt: now, recordedAt: now),
            children: [Fact.Child(person: child, references: [:])], body: body)
    }

    private static let referral = FactBody.referral(
        ReferralFact(
            referralID: "R2", referrerRole: "health visitor", sourceOfReferral: .healthVisitor, primaryNeed: nil,
            concernKinds: ["medical"], isImmediateRisk: false))

    private static func discussion(_ id: String) throws -> FactBody {
        .discussion(
            DiscussionFact(
                discussionID: id, heldAt: try Instant.reading("2026-11-03T09:00:00Z"), attendees: [],
                decision: .section47, reason: "As discussed.", aboutDecisions: [], hasQuorumException: false))
    }

    private static func conference(_ decision: ConferenceDecision) -> FactBody {
        .conference(
            ConferenceFact(
                requestID: "CR1", by: VirtualPartnership.practitioner,
                action: .decided(decision, reason: "The plan is working.")))
    }

    private static func isBrought(
        _ body: FactBody, _ subject: Subject, of agency: AgencyCode = csc,
        about child: PersonID = VirtualPartnership.child, waits: Bool = true
    ) throws -> Bool {
        FollowThrough.isBrought(by: try fact(body, of: agency, about: child), try agreed(subject, waits: waits))
    }

    @Test(
        "R16: a referral's ending is changed by another referral of the child or a discussion about it, not a sibling's"
    )
    func outcome() throws {
        #expect(try Self.isBrought(Self.referral, .outcome(Self.item)))
        #expect(try Self.isBrought(Self.discussion("SD2"), .outcome(Self.item)))
        #expect(try !Self.isBrought(Self.referral, .outcome(Self.item), about: VirtualPartnership.sibling))
        #expect(try !Self.isBrought(Self.conference(.agreed), .outcome(Self.item)))
    }

    @Test("R16: a refusal of a conference is changed by one that is agreed to, and by nothing else")
    func conference() throws {
        #expect(try Self.isBrought(Self.conference(.agreed), .conference(id: "CR1")))
        #expect(try !Self.isBrought(Self.conference(.declined), .conference(id: "CR1")))
        #expect(try !Self.isBrought(Self.referral, .conference(id: "CR1")))
    }

    @Test("R16: a discussion is held anew by another one about the child; the same once more, or a sibling's, is none")
    func discussion() throws {
        let subject = Subject.discussion(OwnName("SD1", of: Self.csc))
        #expect(try Self.isBrought(Self.discussion("SD2"), subject))
        #expect(try !Self.isBrought(Self.discussion("SD1"), subject))
        #expect(
            try Self.isBrought(Self.discussion("SD1"), subject, of: Self.mash),
            "the hub's of that identifier is another")
        #expect(try !Self.isBrought(Self.discussion("SD2"), subject, about: VirtualPartnership.sibling))
        #expect(try !Self.isBrought(Self.referral, subject))
    }

    @Test("R16: what has not ended as changed waits for nothing, and so does what has ended altogether")
    func nothingAwaited() throws {
        #expect(try !Self.isBrought(Self.referral, .outcome(Self.item), waits: false))
        var ended = try Self.agreed(.outcome(Self.item))
        ended.outcome = .withdrawn
        #expect(FollowThrough.isBrought(by: try Self.fact(Self.referral), ended) == false)
    }

    @Test("R16: something is still to come of what is in effect; that nothing happens has ended by the answer itself")
    func toFollow() throws {
        let register = HouseholdRegister()
        for subject: Subject in [
            .outcome(Self.item), .conference(id: "CR1"), .discussion(OwnName("SD1", of: Self.csc)),
        ] {
            #expect(FollowThrough.isToFollow(try Self.agreed(subject), register))
        }
        #expect(FollowThrough.isToFollow(try Self.agreed(.delay(id: "p")), register) == false)
        let unknown = Subject.decision(OwnName("D1", of: Self.csc), version: 1)
        #expect(FollowThrough.isToFollow(try Self.agreed(unknown), register) == false, "nothing of it is in effect")
    }
}
