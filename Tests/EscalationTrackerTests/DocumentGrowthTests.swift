import Contracts
import DecisionRules
import JSON
import Safeguarding
import Testing

@testable import EscalationTracker

/// One household's document stays small, whatever is published about it (trial A20).
struct DocumentGrowthTests {
    @Test("trial A20: 400 decisions that nobody is consulted on leave 20 open, and the document is small")
    func heldDecisions() throws {
        var partnership = try partnership()
        var refused = 0
        for number in 0..<400 {
            let reasons = try partnership.change("D\(number)")
            if number < DecisionLimits.openChanges {
                #expect(reasons.isEmpty, "decision \(number): \(reasons)")
            } else {
                #expect(reasons.map(\.code.rawValue) == ["too-many-open"], "decision \(number)")
                #expect(reasons.first?.message.contains("Take one back") == true)
                refused += 1
            }
        }
        #expect(refused == 380)
        #expect(partnership.state.register.changes.count { !$0.isSettled } == DecisionLimits.openChanges)
        // Twenty reasons and rationales of 1,260 characters each: both are for whoever is asked late.
        #expect(partnership.documentBytes < 65_000, "\(partnership.documentBytes) bytes")
        print("trial A20: \(partnership.documentBytes) bytes after 400 decisions")
    }

    @Test("trial A20: what an agency has open keeps no other agency from deciding, and no threshold from being raised")
    func nobodyElse() throws {
        var partnership = try partnership()
        for number in 0..<30 { _ = try partnership.change("D\(number)") }
        #expect(try partnership.change("E1", as: "early-help") == [])
        #expect(try partnership.change("D99", from: .section17, to: .section47) == [])
    }

    @Test("As many views wait of each agency as the reference says")
    func waitingViews() { #expect(HouseholdRegister.maximumWaiting == HouseholdLimits.waitingViews) }

    @Test("trial A20: one that is taken back makes room for another")
    func room() throws {
        var partnership = try partnership()
        for number in 0..<DecisionLimits.openChanges { _ = try partnership.change("D\(number)") }
        #expect(try partnership.change("more").map(\.code.rawValue) == ["too-many-open"])
        #expect(try partnership.change("D0", version: 2, to: .section17) == [])
        #expect(try partnership.change("more") == [])
    }

    @Test("trial A20: reasons of 20,000 characters are kept while they are open, and bounded together")
    func longReasons() throws {
        let others = (0..<25).map { PersonID(digest: [$0, 9]) }
        var partnership = try partnership(children: [VirtualPartnership.child] + others)
        let long = String(repeating: "x", count: 20_000)
        let codes = try (0..<20).flatMap { try partnership.change("D\($0)", reason: long).map(\.path) }
        #expect(codes == Array(repeating: "/data/reason", count: 14))
        for (number, child) in others.enumerated() {
            let reasons = try partnership.change("U\(number)", to: .section47, reason: long, child: child)
            #expect(reasons == [])
        }
        let bound = DecisionLimits.openReasonBytes + DecisionStatements.maximumSettledReasonBytes + 60_000
        #expect(partnership.documentBytes < bound, "\(partnership.documentBytes) bytes")
    }

    @Test("trial A20: undecided requests for a conference, and challenges that wait, are bounded by agency")
    func conferencesAndChallenges() throws {
        var partnership = try partnership()
        var codes: [String] = []
        for number in 0..<40 {
            let id = try partnership.publish(
                .conference(
                    ConferenceFact(
                        requestID: "C\(number)", by: VirtualPartnership.practitioner,
                        action: .requested(grounds: text, isBacked: false))), as: "police")
            codes += (partnership.rulings[id] ?? []).map(\.code.rawValue)
        }
        #expect(codes == Array(repeating: "too-many-open", count: 30))
        for number in 0..<200 {
            for agency in ["police", "school-hill"] {
                try partnership.publish(
                    .answer(
                        AnswerFact(
                            noticeID: NoticeID(
                                household: VirtualPartnership.household, cause: "nothing/\(number)",
                                kind: .outcomeOfReferral,
                                agency: try VirtualPartnership.code(agency)),
                            by: VirtualPartnership.practitioner, answer: .challenge, grounds: text,
                            desiredOutcome: text, isUrgent: false)), as: agency)
            }
        }
        #expect(partnership.rulings.values.joined().count { $0.code.rawValue == "too-many-waiting" } == 2 * 195)
        let waiting = partnership.state.outcomes.waiting
        #expect(waiting.count == 2 * ChallengeableOutcomes.maximumWaiting)
        #expect(partnership.documentBytes < 60_000, "\(partnership.documentBytes) bytes")
    }

    /// Agencies are involved with the children, so that a lowered threshold waits for them.
    private func partnership(children: [PersonID] = [VirtualPartnership.child]) throws -> VirtualPartnership {
        var partnership = try VirtualPartnership()
        for agency in ["police", "school-hill"] {
            try partnership.publish(
                .involvement(
                    InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: partnership.now))),
                as: agency, about: children)
        }
        return partnership
    }
}

extension VirtualPartnership {
    /// Bytes of the household's document, before it is compressed.
    fileprivate var documentBytes: Int {
        var writer = JSONWriter()
        state.write(to: &writer)
        return writer.bytes.count
    }

    fileprivate mutating func change(
        _ id: String, version: Int = 1, from: ThresholdLevel = .section17, to: ThresholdLevel = .earlyHelp,
        reason: String = text, as agency: String = "csc", child: PersonID = child
    ) throws -> [RefusalReason] {
        let fact = DecisionFact(
            decisionID: id, version: version,
            changes: [DecisionFact.Change(person: child, from: from, to: to, rationale: text)], decidedAt: now,
            authoriserRole: "team manager", reason: reason, discussionID: nil, isUrgent: false, urgentReason: nil,
            review: nil)
        // An acceptance goes with the first step that follows.
        let id = try publish(.decision(fact), as: agency, about: [child])
        return rulings[id] ?? []
    }
}

private let text = String(repeating: "Support is accepted. ", count: 60)
