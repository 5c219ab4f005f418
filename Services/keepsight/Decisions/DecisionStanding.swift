import Contracts
import JSON
import PostgresClient
import Safeguarding

/// How a decision stands, as the decision register's view has it: what it waits for, who has said what, what stands against it.
struct DecisionStanding: Sendable {
    /// What is decided for one child.
    struct Part: Sendable, Equatable {
        let from: String
        let to: String
        /// `held`, `in-effect`, or how it ended.
        let state: String
        let version: Int
        let isUrgent: Bool
        let awaitsDiscussion: Bool
        /// Whether a reconvened discussion was called for.
        let isCalled: Bool
        /// Agencies of whose view nothing is on record that counts.
        let awaited: [String]

        var isHeld: Bool { state == "held" }
        var isOpen: Bool { isHeld || awaitsDiscussion }
    }

    /// The view of an agency.
    struct View: Sendable, Equatable {
        let agency: String
        let recordedBy: String
        let position: String
        let at: String?
        let isOwn: Bool
        let note: String?
    }

    /// A challenge that is open.
    struct Challenge: Sendable, Equatable {
        let challenger: String
        let stage: Int
        /// Whose turn it is.
        let awaits: String
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

    let decision: String
    let agency: String
    let version: Int
    let parts: [Part]
    let views: [View]
    let objecting: [String]
    let challenges: [Challenge]
    let questions: [Question]
    /// A discussion that it names and nobody has recorded.
    let missingDiscussion: String?
    let askedAgainAt: Instant?
    let now: Instant
    /// When each agency was asked last for its view on the present version.
    var asked: [String: Instant] = [:]

    var isOpen: Bool { parts.contains { $0.isOpen } }
}

extension DecisionStanding {
    /// A row of `decision-standing.sql`.
    init?(_ row: Row) throws {
        func json(_ column: Int) throws -> JSONValue? {
            try row.optionalText(column).map { try JSONDocument(parsing: Array($0.utf8)).root }
        }
        guard let change = try json(1), let version = change["version"]?.int64,
            let name = change["name"]?.string, let slash = name.firstIndex(of: "/")
        else { return nil }
        agency = try row.text(0)
        decision = String(name[name.index(after: slash)...])
        self.version = Int(version)
        views = (change["views"]?.elements ?? []).map { View($0) }
        objecting = Set((change["objections"]?.elements ?? []).compactMap { $0["agency"]?.string }).sorted()
        challenges = (try json(4)?.elements ?? []).map { Challenge($0) }
        questions = (try json(5)?.elements ?? []).map { Question($0) }
        askedAgainAt = try row.optionalTimestamp(6).map(Instant.init(microsecondsSinceEpoch:))
        now = Instant(microsecondsSinceEpoch: try row.timestamp(7))
        let people = People(try json(2), try json(3), change, agency: agency)
        missingDiscussion = change["discussion"]?.string.flatMap { people.named == nil ? $0 : nil }
        let latest = Int(version)
        parts = (change["parts"]?.elements ?? []).compactMap { part in
            Part(part, awaited: people.awaited(of: part, of: change), isLatest: part["version"]?.int64 == Int64(latest))
        }
    }

    /// Who has to do with the children, as far as that says who is still to be heard.
    private struct People {
        private var involved: [String: Set<String>] = [:]
        private var discussed: [String: Set<String>] = [:]
        /// Attendees of the discussion that the decision names; `nil` if it is not on record, or it names none.
        let named: Set<String>?
        private let reviewers: Set<String>

        init(_ children: JSONValue?, _ discussions: JSONValue?, _ change: JSONValue, agency: String) {
            for child in children?.elements ?? [] {
                guard let person = child["person"]?.string else { continue }
                involved[person] = Set((child["involved"]?.elements ?? []).compactMap(\.string))
                discussed[person] = Set((child["discussed"]?.members ?? []).map(\.key))
            }
            reviewers = Set((change["reviewers"]?.elements ?? []).compactMap(\.string))
            let id = change["discussion"]?.string
            named = (discussions?.elements ?? []).last { discussion in
                guard let id, let name = discussion["name"]?.string else { return false }
                return name == agency + "/" + id
                    || name.hasSuffix("/" + id)
                        && discussion["attendees"]?.members.contains { $0.key == agency } == true
            }.map { Set(($0["attendees"]?.members ?? []).map(\.key)) }
        }

        /// Those who were asked and have not said it themselves. Who works with the child no longer holds nothing up, unless it was
        /// at a discussion of the enquiry that the change leaves.
        func awaited(of part: JSONValue, of change: JSONValue) -> [String] {
            guard let person = part["person"]?.string else { return [] }
            let said = (change["views"]?.elements ?? []).filter { view in
                view["own"]?.bool == true && (view["children"]?.elements ?? []).contains { $0.string == person }
            }.compactMap { $0["agency"]?.string }
            var asked = Set((part["asked"]?.elements ?? []).compactMap(\.string)).subtracting(said)
            let isEnquiry = part["from"]?.string == ThresholdLevel.section47.rawValue
            let due = (isEnquiry ? discussed[person] : involved[person]) ?? []
            let consultees = due.union(reviewers).union(named ?? [])
            if !consultees.isEmpty { asked.formIntersection(consultees) }
            return asked.sorted()
        }
    }
}

extension DecisionStanding.Part {
    fileprivate init?(_ part: JSONValue, awaited: [String], isLatest: Bool) {
        guard let from = part["from"]?.string, let to = part["to"]?.string, let state = part["state"]?.string,
            let version = part["version"]?.int64
        else { return nil }
        self.init(
            from: from, to: to, state: state, version: Int(version), isUrgent: part["urgent"]?.bool == true,
            awaitsDiscussion: part["awaitsDiscussion"]?.bool == true, isCalled: part["called"]?.bool == true,
            awaited: state == "held" || part["awaitsDiscussion"]?.bool == true ? awaited : [])
    }
}

extension DecisionStanding.View {
    fileprivate init(_ view: JSONValue) {
        self.init(
            agency: view["agency"]?.string ?? "", recordedBy: view["recordedBy"]?.string ?? "",
            position: view["view"]?.string ?? "", at: view["at"]?.string, isOwn: view["own"]?.bool == true,
            note: view["note"]?.string)
    }
}

extension DecisionStanding.Challenge {
    fileprivate init(_ matter: JSONValue) {
        let awaits = matter["awaits"]?.string ?? ""
        self.init(
            challenger: matter["challenger"]?.string ?? "", stage: Int(matter["stage"]?.int64 ?? 0),
            awaits: (awaits == "arbiter" ? "the arbiter, " : "") + (matter.member(named: awaits) ?? awaits),
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
