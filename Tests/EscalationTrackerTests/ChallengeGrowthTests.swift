import Contracts
import DecisionRules
import JSON
import Safeguarding
import Testing

@testable import EscalationTracker

/// Challenges that are open are bounded in each household, by whose event opens them (trial A20).
struct ChallengeGrowthTests {
    private static let others = (0..<50).map { PersonID(digest: [$0, 9]) }

    @Test("trial A20: of 50 challenges of one agency 30 are open, 20 are handed back, and another agency can challenge")
    func challenges() throws {
        var partnership = try partnership()
        var refused = 0
        for (number, child) in Self.others.enumerated() {
            try partnership.raise("U\(number)", child)
            let id = try partnership.answer(.thresholdRaised, as: "police", child: child)
            let codes = (partnership.rulings[id] ?? []).map(\.code.rawValue)
            #expect(codes == (number < ChallengeLimits.open ? [] : ["too-many-challenges"]), "challenge \(number)")
            refused += codes.count
        }
        #expect(refused == 20)
        #expect(partnership.open("police") == ChallengeLimits.open)
        let last = try #require(Self.others.last)
        try partnership.answer(.thresholdRaised, as: "school-hill", child: last)
        #expect(partnership.open("school-hill") == 1)
        #expect(partnership.documentBytes < 60_000, "\(partnership.documentBytes) bytes")
        print("trial A20: \(partnership.documentBytes) bytes with \(ChallengeLimits.open + 1) open challenges")
        // One that is closed makes room.
        try partnership.close(.withdrawn, as: "school-hill")
        let first = try #require(partnership.state.escalations.all.first { $0.isOpen })
        #expect(try partnership.end(first, as: "police") == [])
        let again = try partnership.answer(.thresholdRaised, as: "police", child: last)
        #expect(partnership.rulings[again] == [])
        #expect(partnership.open("police") == ChallengeLimits.open)
    }

    @Test(
        "trial A20: an objection that is handed back is no view: what waits for it stays held, and nobody is challenged"
    )
    func objections() throws {
        var partnership = try partnership()
        try partnership.fill("police")
        try partnership.lower("L1", Self.others[49])
        let id = try partnership.object("L1", as: "police")
        #expect(partnership.rulings[id]?.map(\.code.rawValue) == ["too-many-challenges"])
        #expect(partnership.rulings[id]?.map(\.path) == ["/data/view"])
        let change = try #require(partnership.state.register.changes.last)
        #expect(change.parts.allSatisfy { $0.isHeld } && change.views.isEmpty)
        #expect(partnership.open("police") == ChallengeLimits.open)
        // Support opens nothing, so it is never handed back.
        try partnership.consult("police", .support, about: "L1")
        #expect(partnership.state.register.changes.last?.views.count == 1)
    }

    @Test("trial A20: what one agency records of another's objections uses up its own allowance and not the other's")
    func recordedByAnother() throws {
        var partnership = try partnership()
        try partnership.fillForAnother("police", as: "csc")
        let last = "U\(ChallengeLimits.open)"
        try partnership.raise(last, Self.others[ChallengeLimits.open])
        let one = try partnership.object(last, of: "police", as: "csc")
        #expect(partnership.rulings[one]?.map(\.code.rawValue) == ["too-many-challenges"])
        let own = try partnership.object(last, as: "police")
        #expect(partnership.rulings[own] == [])
        #expect(partnership.open("police") == ChallengeLimits.open + 1)
    }

    @Test("trial A20: a decision whose review holds an objection too many is refused as a whole")
    func reviews() throws {
        var partnership = try partnership()
        try partnership.fillForAnother("police", as: "csc")
        let review = DecisionFact.Review(
            id: "RV1", heldAt: partnership.now,
            views: [.init(agency: try VirtualPartnership.code("police"), view: .object)])
        let count = partnership.state.register.changes.count
        let id = try partnership.lower("L1", Self.others[49], review: review)
        #expect(partnership.rulings[id]?.map(\.code.rawValue) == ["too-many-challenges"])
        #expect(partnership.state.register.changes.count == count)
    }

    @Test("trial A20: a request for a conference counts, since silence makes it a challenge")
    func conferences() throws {
        var partnership = try partnership()
        try partnership.fill("police", upTo: ChallengeLimits.open - 1)
        #expect(try partnership.requestConference("C1", as: "police") == [])
        #expect(try partnership.requestConference("C2", as: "police") == ["too-many-challenges"])
        #expect(try partnership.requestConference("C3", as: "school-hill") == [])
        let id = try partnership.challenge("U49", Self.others[49], as: "police")
        #expect(partnership.rulings[id]?.map(\.code.rawValue) == ["too-many-challenges"])
    }

    private func partnership() throws -> VirtualPartnership {
        var partnership = try VirtualPartnership()
        for agency in ["police", "school-hill", "csc"] {
            // As many as one event has.
            for children in [Self.others.prefix(25), Self.others.suffix(25)] {
                try partnership.publish(
                    .involvement(
                        InvolvementFact(state: .opened, role: "worker", on: LondonTime.date(at: partnership.now))),
                    as: agency, about: Array(children))
            }
        }
        return partnership
    }
}

extension VirtualPartnership {
    fileprivate var documentBytes: Int {
        var writer = JSONWriter()
        state.write(to: &writer)
        return writer.bytes.count
    }

    /// Open challenges of a challenger.
    fileprivate func open(_ agency: String) -> Int {
        state.escalations.all.count { $0.isOpen && $0.challenger.text == agency }
    }

    /// A level that goes up is in effect at once, and its notices can be challenged.
    fileprivate mutating func raise(_ id: String, _ child: PersonID) throws {
        try decide(id, from: .section17, to: .section47, children: [child])
    }

    @discardableResult
    fileprivate mutating func lower(_ id: String, _ child: PersonID, review: DecisionFact.Review? = nil) throws
        -> String
    {
        try decide(id, from: .section17, to: .earlyHelp, children: [child], review: review)
    }

    /// Opens as many challenges by an agency.
    fileprivate mutating func fill(_ agency: String, upTo count: Int = ChallengeLimits.open) throws {
        for number in 0..<count { try challenge("U\(number)", PersonID(digest: [UInt8(number), 9]), as: agency) }
    }

    /// Opens as many by what another agency records of its views.
    fileprivate mutating func fillForAnother(_ agency: String, as recorder: String) throws {
        for number in 0..<ChallengeLimits.open {
            try raise("U\(number)", PersonID(digest: [UInt8(number), 9]))
            let id = try object("U\(number)", of: agency, as: recorder)
            #expect(rulings[id] == [], "challenge \(number)")
        }
    }

    @discardableResult
    fileprivate mutating func challenge(_ id: String, _ child: PersonID, as agency: String) throws -> String {
        try raise(id, child)
        return try answer(.thresholdRaised, as: agency, child: child)
    }

    @discardableResult
    fileprivate mutating func object(_ decision: String, of agency: String? = nil, as recorder: String) throws -> String
    {
        try consult(agency ?? recorder, .object, about: decision, by: recorder)
    }

    fileprivate mutating func requestConference(_ id: String, as agency: String) throws -> [String] {
        let event = try publish(
            .conference(
                ConferenceFact(
                    requestID: id, by: VirtualPartnership.practitioner,
                    action: .requested(grounds: "It goes on.", isBacked: false))), as: agency)
        return (rulings[event] ?? []).map(\.code.rawValue)
    }

    /// An agency closes one of its challenges.
    fileprivate mutating func end(_ escalation: Escalation, as agency: String) throws -> [RefusalReason] {
        let text = """
            {"escalationId":"\(escalation.id)","by":{"name":"Tess Example","role":"practitioner"},\
            "outcome":"withdrawn","reason":"We have agreed."}
            """
        var reasons = RefusalReasons()
        let data = try JSONDocument(parsing: Array(text.utf8)).root
        guard let event = EscalationClosed(reading: data, &reasons) else { throw Failure("\(reasons.all)") }
        let id = try publish(.escalation(EscalationFact(.closed(event))), as: agency, about: [])
        return rulings[id] ?? []
    }
}
