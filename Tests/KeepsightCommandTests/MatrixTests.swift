import CommandRuntime
import Contracts
import DecisionRules
import Safeguarding
import Testing

@testable import KeepsightCommand

/// What the matrix of a decision and of a referral shows.
struct MatrixTests {
    private static let at = Instant(microsecondsSinceEpoch: 1_795_000_000_000_000)

    private static func code(_ text: String) throws -> AgencyCode { try #require(AgencyCode(text)) }

    private static func notice(
        _ agency: String, _ kind: NoticeKind = .thresholdChanged, version: Int = 1, in household: HouseholdID? = nil,
        cause: String = "cause"
    ) throws -> MatrixNotice {
        let household = try household ?? #require(HouseholdID(String(repeating: "0f", count: 16)))
        let id = NoticeID(household: household, cause: cause, kind: kind, agency: try code(agency))
        return MatrixNotice(
            notice: id.text, version: version, agency: agency, because: [], kind: kind.rawValue,
            state: ChangeState.held.rawValue, toldAt: at, deliveredAt: nil, channels: [], acknowledgedAt: nil,
            acknowledgedBy: nil, answeredAt: nil, answer: nil, answeredBy: nil, answeredLate: false, respondBy: nil,
            noResponseAt: nil, stepsTaken: 0, nextStepAt: nil)
    }

    @Test(
        "trial C19: after a support of the police and an objection of health the matrix shows both, and for whom it waits"
    )
    func views() throws {
        let child = PersonID(digest: [1])
        let name = OwnName("D1", of: try Self.code("csc"))
        let terms = RegisterTerms(recorders: [try Self.code("csc")], quorum: [])
        var register = HouseholdRegister()
        var attendees: [AgencyCode: ConsultationView?] = [:]
        for agency in ["csc", "police", "health", "school"] { attendees[try Self.code(agency)] = .some(nil) }
        let held = DiscussionHeld(
            id: "SD1", recordedBy: try Self.code("csc"), heldAt: Self.at, children: [child], attendees: attendees,
            decidedOnEnquiry: true)
        let made = DecisionMade(
            id: "D1", version: 1, agency: name.agency, decidedAt: Self.at,
            children: [.init(child, from: .section47, to: .section17)])
        var facts: [RegisterFact] = [.discussion(held), .decision(made)]
        for (agency, position) in [("police", ConsultationView.support), ("health", .object)] {
            facts.append(
                .view(
                    ViewGiven(
                        decisionID: name, version: 1, agency: try Self.code(agency),
                        recordedBy: try Self.code(agency), position: position, at: Self.at)))
        }
        for fact in facts { _ = try register.apply(fact, under: terms, now: Self.at).get() }
        let standing = try #require(DecisionStanding(name, in: register, under: terms))
        var matrix = Matrix(of: "D1", try ["csc", "health", "police", "school"].map { try Self.notice($0) })
        (matrix.views, matrix.awaited) = (standing.views, standing.awaited)
        #expect(matrix.awaited == ["school"], "who has objected has said something")
        #expect(matrix.views.map(\.agency) == ["police", "health"])
        #expect(matrix.views.map(\.position) == ["support", "object"])
        let text = matrix.text(at: Self.at, .none, columns: 80).string
        let lines = text.split(separator: "\n").map(String.init)
        for view in matrix.views { #expect(lines.contains { $0.contains(view.sentence(.none).prefix(12)) }, "\(text)") }
        #expect(lines.contains { $0.contains("aits for") && $0.contains("school") }, "\(text)")
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test(
        "trial C19: a lowered rating that three agencies were told of shows as three, though each knows the referral as another"
    )
    func rating() throws {
        let household = try #require(HouseholdID(String(repeating: "0f", count: 16)))
        let item = ScreeningItemID(household: household, referrer: try Self.code("health"), referralID: "R1")
        let own = Matrix(of: "R1", [try Self.notice("health", version: 0, in: household)])
        #expect(own.items == [item.text])
        let all = Matrix(
            of: "R1", try ["csc", "health", "school"].map { try Self.notice($0, version: 0, in: household) })
        #expect(all.lines.map(\.agency) == ["csc", "health", "school"])
        #expect(all.text(at: Self.at, .none, columns: 80).string.contains("3 agencies were told"))
        #expect(Matrix(of: "D1", [try Self.notice("health", in: household)]).items == [], "a decision has its own")
    }
}
