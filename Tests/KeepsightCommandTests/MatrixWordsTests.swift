import Contracts
import DecisionRules
import Safeguarding
import TestSupport
import Testing

@testable import CommandRuntime
@testable import KeepsightCommand

/// What a matrix and an explanation say to somebody who does not know the program (issue 15.8).
struct MatrixWordsTests {
    private static func held(_ at: Instant) -> MatrixNotice {
        MatrixNotice(
            notice: "n", version: 1, agency: "police", because: [], kind: NoticeKind.thresholdChanged.rawValue,
            state: ChangeState.held.rawValue, toldAt: at, deliveredAt: at, channels: [], acknowledgedAt: nil,
            acknowledgedBy: nil, answeredAt: nil, answer: nil, answeredBy: nil, answeredLate: false, respondBy: at,
            noResponseAt: nil, stepsTaken: 0, nextStepAt: nil)
    }

    @Test(
        "Words: a matrix says 'proposed, not yet in effect' and 'Sent', names in full with semicolons, and by whose clock"
    )
    func matrix() throws {
        let now = try #require(Instant(rfc3339: "2026-11-28T17:03:00Z"))
        var matrix = Matrix(of: "D1", [Self.held(now)])
        matrix.awaited = ["police", "health-visiting"]
        matrix.views = [
            DecisionStanding.View(
                agency: "csc", recordedBy: "csc", position: "support", at: now, isOwn: true, note: nil, counts: true)
        ]
        let names = AgencyNames(try VirtualHousehold.samplePolicy())
        let text = matrix.text(at: now, names, columns: 400).string
        for part in [
            "D1, version 1: a lower level, proposed, not yet in effect, since Sat 28 Nov 2026, 17:03 UK time.",
            "All times are UK time.", "Sent", "notices 1 of 1",
            "Waits for the view of: Sampleshire Police, Protecting Vulnerable People; Sampleshire Health Visiting.",
            "Sampleshire Children's Social Care supports it: its own view, on Sat 28 Nov 2026, 17:03 UK time.",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(!text.contains("held") && !text.contains("Reached"), "\(text)")
    }

    @Test("Words: an explanation names agencies in full, never by their codes alone")
    func explanation() throws {
        let child = PersonID(digest: [1])
        let (csc, police) = (try #require(AgencyCode("csc")), try #require(AgencyCode("police")))
        var register = HouseholdRegister()
        let terms = RegisterTerms(recorders: [csc], quorum: [])
        let at = Instant(microsecondsSinceEpoch: 60_000_000)
        for fact: RegisterFact in [
            .joined(child, police),
            .decision(
                DecisionMade(
                    id: "D1", version: 1, agency: csc, decidedAt: at,
                    children: [.init(child, from: .section17, to: .earlyHelp)])),
        ] { _ = try register.apply(fact, under: terms, now: at).get() }
        var standing = try #require(DecisionStanding(OwnName("D1", of: csc), in: register, under: terms))
        standing.names = AgencyNames(try VirtualHousehold.samplePolicy())
        standing.challenges = [
            DecisionStanding.Challenge(
                challenger: "police", stage: 1, awaits: "csc", isAtArbiter: false, due: at.rfc3339,
                awaitsFollowThrough: false)
        ]
        standing.questions = [
            DecisionStanding.Question(asker: "police", decider: "csc", askedAt: at.rfc3339, stage: 1)
        ]
        let text = standing.lines.joined(separator: "\n")
        for part in [
            "Decision D1 of Sampleshire Children's Social Care, version 1.",
            "from child in need (Section 17) to early help, proposed, not yet in effect",
            "Waits for the view of Sampleshire Police, Protecting Vulnerable People itself",
            "Sampleshire Children's Social Care has to act by ", " UK time",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        for code in ["csc", "police", "section-17", "early-help"] {
            #expect(!text.contains(code), "\(code) in \(text)")
        }
    }
}
