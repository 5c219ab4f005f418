import Contracts
import DecisionDocument
import DecisionRules
import JSON
import Messaging
import PostgresClient
import Safeguarding

/// How a decision stands: what it waits for, who has said what, what stands against it. What holds it is what the service's own
/// rules say of the register as the service has it; nothing of that is worked out here.
struct DecisionStanding: Sendable {
    /// What is decided for one child.
    struct Part: Sendable, Equatable {
        /// Which of the decision's children, from 1.
        let child: Int
        let version: Int
        let from: ThresholdLevel
        let to: ThresholdLevel
        let state: ChangePart.State
        let isUrgent: Bool
        let isHeld: Bool
        /// Whether anything is still to come of it.
        let isOpen: Bool
        /// What holds it.
        let waits: [ChangeWait]
        /// Why each of those must have a say who must.
        let consultees: [AgencyCode: ConsulteeGrounds]
        /// Consultees that take part no longer.
        let absent: [AgencyCode]
    }

    /// The view of an agency.
    struct View: Sendable, Equatable {
        let agency: String
        let recordedBy: String
        let position: String
        let at: Instant
        let isOwn: Bool
        let note: String?
        /// Whether it counts: it is the agency's own, or policy lets it stand.
        let counts: Bool
    }

    /// A challenge that is open.
    struct Challenge: Sendable, Equatable {
        let challenger: String
        let stage: Int
        /// Whose turn it is.
        let awaits: String
        /// Whether that is the agency which has the last word.
        let isAtArbiter: Bool
        let due: String?
        /// Whether it ended as changed, and that is not on record yet.
        let awaitsFollowThrough: Bool
    }

    /// A question that nobody has answered yet.
    struct Question: Sendable, Equatable {
        let asker: String
        let decider: String
        let askedAt: String?
        let stage: Int
    }

    let name: OwnName
    let version: Int
    /// One for each child, in the decision's order; for a child whose urgent change a later version replaced, both.
    let parts: [Part]
    /// How many children it is about.
    let children: Int
    let views: [View]
    var challenges: [Challenge] = []
    var questions: [Question] = []
    var askedAgainAt: Instant?
    /// Who takes part in the partnership; everybody, if that is not known.
    let members: Set<AgencyCode>?
    /// Who is asked in the place of those who take part no longer, once a working day has gone by.
    let standIn: AgencyCode?
    /// Whether one has.
    let hasLapsed: Bool
    /// By which names its sentences know the agencies.
    var names = AgencyNames.none
    /// When each agency was asked last for its view on the present version.
    var asked: [String: Instant] = [:]

    /// The decision's identifier.
    var decision: String { name.id }
    /// Who decided.
    var agency: String { name.agency.text }
    var isOpen: Bool { parts.contains { $0.isOpen } }

    /// A decision as its household's register has it; `nil` if that does not know it.
    init?(_ name: OwnName, in register: HouseholdRegister, under terms: RegisterTerms) {
        guard let change = register.change(name) else { return nil }
        self.name = name
        version = change.version
        let people = change.parts.map(\.person).reduce(into: [PersonID]()) { if !$0.contains($1) { $0.append($1) } }
        children = people.count
        parts = change.parts.map { part in
            Part(
                child: 1 + (people.firstIndex(of: part.person) ?? 0), version: part.version, from: part.from,
                to: part.to, state: part.state, isUrgent: part.isUrgent, isHeld: part.isHeld,
                isOpen: part.isOpen, waits: register.waits(of: part, in: change, under: terms),
                consultees: part.isOpen ? register.consultation(of: part, in: change, under: terms) : [:],
                absent: part.isOpen ? register.absent(from: part, in: change, under: terms) : [])
        }
        views = change.views.map { view in
            View(
                agency: view.agency.text, recordedBy: view.recordedBy.text, position: view.position.rawValue,
                at: view.at, isOwn: view.isOwn, note: view.note,
                counts: view.isOwn || terms.secondHandViews == .stand)
        }
        members = terms.members
        standIn = terms.standIn(besides: name.agency)
        hasLapsed = change.lapses > 0
    }
}

extension DecisionStanding {
    /// Everything that holds it, each once, in the order of its children.
    var waits: [ChangeWait] {
        parts.flatMap(\.waits).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Whose view it waits for.
    var awaited: [String] {
        waits.compactMap { if case .view(let agency) = $0 { agency.text } else { nil } }.sorted()
    }

    /// Whose objections stand.
    var objecting: [String] {
        waits.compactMap { if case .objection(let agency) = $0 { agency.text } else { nil } }.sorted()
    }

    /// In whose place somebody else is asked.
    var absent: [AgencyCode] { Set(parts.flatMap(\.absent)).sorted() }

    /// Why an agency must have a say, for whichever of the children.
    func grounds(_ agency: AgencyCode) -> ConsulteeGrounds {
        parts.reduce(into: []) { $0.formUnion($1.consultees[agency] ?? []) }
    }
}

extension DecisionStanding {
    /// A row of `decision-standing.sql`; `nil` if the document cannot be read, as one of another version of the program.
    init?(_ row: Row, under terms: RegisterTerms) throws {
        func json(_ column: ColumnName) throws -> JSONValue? {
            try row.optionalText(column).map { try JSONDocument(parsing: Array($0.utf8), limits: .state).root }
        }
        var reasons = RefusalReasons()
        guard let agency = AgencyCode(try row.text("agency")), let document = try json("register"),
            let register = HouseholdRegister.record.read(document, &reasons)
        else { return nil }
        self.init(OwnName(try row.text("decision"), of: agency), in: register, under: terms)
        challenges = (try json("challenges")?.elements ?? []).map { Challenge($0) }
        questions = (try json("questions")?.elements ?? []).map { Question($0) }
        askedAgainAt = try row.optionalTimestamp("asked_again_at").map(Instant.init(microsecondsSinceEpoch:))
    }
}

extension DecisionStanding.Challenge {
    fileprivate init(_ matter: JSONValue) {
        let awaits = matter["awaits"]?.string ?? ""
        self.init(
            challenger: matter["challenger"]?.string ?? "", stage: Int(matter["stage"]?.int64 ?? 0),
            awaits: matter.member(named: awaits) ?? awaits, isAtArbiter: awaits == "arbiter",
            due: matter["due"]?.string, awaitsFollowThrough: matter["awaitsFollowThrough"]?.bool == true)
    }
}

extension JSONValue {
    fileprivate func member(named name: String) -> String? {
        members.first { $0.key == name }?.value.string
    }
}

extension DecisionStanding.Question {
    fileprivate init(_ question: JSONValue) {
        self.init(
            asker: question["asker"]?.string ?? "", decider: question["decider"]?.string ?? "",
            askedAt: question["askedAt"]?.string, stage: Int(question["stage"]?.int64 ?? 1))
    }
}
