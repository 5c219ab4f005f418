import Safeguarding
import Testing

@testable import DecisionRules

/// A household, its facts and what followed from the last of them.
struct Scene {
    static let older = PersonID(digest: [1]), younger = PersonID(digest: [2])

    var register = HouseholdRegister()
    var terms: RegisterTerms
    var actions: [RegisterAction] = []
    var now = Scene.at(25)

    static func at(_ minutes: Int64) -> Instant { Instant(microsecondsSinceEpoch: minutes * 60_000_000) }

    /// Health has referred the older child, school is involved with both, and a discussion (social care, police, health) has
    /// begun an enquiry about the older at minute 10.
    init(enquiry: Bool = true) throws {
        terms = RegisterTerms(
            recorders: [try agency("csc"), try agency("mash")],
            quorum: [[try agency("csc")], [try agency("police")], [try agency("health")]])
        try take(.referred(Scene.older, by: agency("health")))
        try take(.joined(Scene.older, agency("school")))
        try take(.joined(Scene.younger, agency("school")))
        if enquiry { try discuss("SD1", at: 10, enquiry: true) }
    }

    mutating func take(_ fact: RegisterFact) throws {
        actions = try register.apply(fact, under: terms, now: now).get()
        #expect(register.violations() == [])
    }

    /// The reasons for which a fact is refused.
    mutating func refusals(_ fact: RegisterFact) -> [RegisterRefusal] {
        let before = register
        switch register.apply(fact, under: terms, now: now) {
        case .success: return []
        case .failure(let refusals):
            #expect(register == before, "a refused fact leaves no trace")
            return refusals.all
        }
    }

    static func discussion(
        _ id: String, at minutes: Int64, enquiry: Bool, by recorder: String = "csc",
        _ attendees: [String] = ["csc", "police", "health"], objecting: String? = nil, about: Set<String> = [],
        children: Set<PersonID> = [older], exception: Bool = false
    ) throws -> RegisterFact {
        var present: [AgencyCode: ConsultationView?] = [:]
        for name in attendees { present[try agency(name)] = .some(name == objecting ? .object : nil) }
        return .discussion(
            DiscussionHeld(
                id: id, recordedBy: try agency(recorder), heldAt: at(minutes), children: children, attendees: present,
                decidedOnEnquiry: enquiry, about: about, hasQuorumException: exception))
    }

    mutating func discuss(
        _ id: String, at minutes: Int64, enquiry: Bool, _ attendees: [String] = ["csc", "police", "health"],
        objecting: String? = nil, about: Set<String> = [], children: Set<PersonID> = [older], exception: Bool = false
    ) throws {
        try take(
            Scene.discussion(
                id, at: minutes, enquiry: enquiry, attendees, objecting: objecting, about: about, children: children,
                exception: exception))
    }

    static func decision(
        _ name: OwnName = "D1", _ version: Int = 1, from: ThresholdLevel = .section47, to: ThresholdLevel = .section17,
        at minutes: Int64 = 20, urgent: Bool = false, children: [PersonID] = [older], discussion: String? = nil,
        review: [String: ConsultationView] = [:]
    ) throws -> RegisterFact {
        var views: [AgencyCode: ConsultationView] = [:]
        for (name, view) in review { views[try agency(name)] = view }
        return .decision(
            DecisionMade(
                id: name.id, version: version, agency: name.agency, decidedAt: at(minutes),
                children: children.map { .init($0, from: from, to: to) },
                urgency: urgent ? .init(hasReason: true, isAttested: true) : nil, discussionID: discussion,
                review: views))
    }

    static func view(
        _ name: String, _ position: ConsultationView = .support, by recorder: String? = nil,
        on decision: OwnName = "D1",
        _ version: Int = 1, children: Set<PersonID>? = nil, put: Set<ViewGiven.Put> = []
    ) throws -> RegisterFact {
        .view(
            ViewGiven(
                decisionID: decision, version: version, agency: try agency(name),
                recordedBy: try agency(recorder ?? name),
                position: position, at: at(22), children: children, put: put))
    }

    var level: ThresholdLevel? { register.children[Scene.older]?.level }

    func part(_ name: OwnName = "D1", of child: PersonID = older) -> ChangePart? {
        register.changes.first { $0.id == name }?.part(of: child)
    }

    /// Who was told by the last fact that the change is in a state.
    func told(_ state: ChangePart.State, of child: PersonID = older) -> Set<String> {
        Set(
            actions.flatMap { action -> [String] in
                guard case .tell(let step) = action, step.state == state else { return [] }
                return step.parties.filter { $0.value.children.contains(child) }.keys.map(\.text)
            })
    }

    /// Who was asked by the last fact.
    var asked: Set<String> {
        Set(actions.compactMap { if case .ask(let agency, _, _, _) = $0 { agency.text } else { nil } })
    }

    /// Whose challenges began by the last fact.
    var challenges: [String] {
        actions.compactMap { if case .challenge(let agency, _, _, _, _) = $0 { agency.text } else { nil } }
    }

    /// Whose objections ended by the last fact, and how.
    var endings: [String: ObjectionEnding] {
        actions.reduce(into: [:]) { endings, action in
            if case .objectionEnded(let agency, _, _, let how) = action { endings[agency.text] = how }
        }
    }
}

/// In the tests every decision and discussion is social care's, unless they say whose.
extension OwnName: ExpressibleByStringLiteral {
    /// Social care's.
    public init(stringLiteral id: String) { self.init(id, of: AgencyCode("csc")!) }
}

func agency(_ name: String) throws -> AgencyCode { try #require(AgencyCode(name)) }
