import JSON
import Safeguarding

/// `decision.changed`: a decision about children is changed, each child with its own rationale (contract.md section 6,
/// domain.md rows A1, A2 and A5).
public struct DecisionChanged: AgencyEvent {
    /// What is decided for one child.
    public struct ChildChange: Sendable, Hashable {
        /// The sender's own reference.
        public let ref: String
        /// The recorded level that it leaves.
        public let from: ThresholdLevel
        /// The level that it goes to.
        public let to: ThresholdLevel
        /// Why, for this child.
        public let rationale: String

        static let record = Record(
            ChildChange.init,
            required("ref", \.ref, .line(100), "The sender's own reference of the child."),
            required("from", \.from, .word(), "The recorded level that the child leaves."),
            required("to", \.to, .word(), "The level that the child goes to."),
            required("rationale", \.rationale, .rationale(), "Why, for this child."))
    }

    /// The decision's identifier, unique within the agency (I1).
    public let decisionID: String
    /// 1, 2, … in order.
    public let version: Int
    /// What is decided for each child.
    public let children: [ChildChange]
    /// When it was decided.
    public let decidedAt: Instant
    /// Who answers for it.
    public let authoriser: Person
    /// Why, for all of them.
    public let reason: String
    /// The strategy discussion whose decision is changed.
    public let discussionID: String?
    /// Whether it must take effect before everybody has been consulted.
    public let isUrgent: Bool
    /// Why it cannot wait; there exactly when it is urgent.
    public let urgentReason: String?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "decision.changed", "A decision about children is changed, each child with its own rationale.",
        rows: ["A1", "A2", "A5"], publishers: .socialCare, answeredBy: .escalationTracker,
        example: #"""
            {
              "decisionId": "DEC-1",
              "version": 1,
              "children": [
                {
                  "ref": "CSC-1",
                  "from": "section-47",
                  "to": "section-17",
                  "rationale": "The parent accepts support."
                }
              ],
              "decidedAt": "2026-11-20T10:00:00Z",
              "authoriser": {"name": "Chris Example", "role": "team manager"},
              "reason": "Support is thought to be enough.",
              "discussionId": "SD-1",
              "urgent": true,
              "urgentReason": "The placement starts tonight."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        DecisionChanged.init,
        required("decisionId", \.decisionID, .line(), "The decision's identifier, unique within the agency."),
        required("version", \.version, .integer(1...1_000_000), "1, 2, … in order."),
        required("children", \.children, .childChanges(), "What is decided for each child."),
        required("decidedAt", \.decidedAt, .pastInstant(), "When it was decided."),
        required("authoriser", \.authoriser, .person(), "Who answers for it."),
        required(
            "reason", \.reason, .text(),
            "Why, for all of them. It counts, with the rationales, towards how much can be open (below)."),
        optional("discussionId", \.discussionID, .line(), "The strategy discussion whose decision is changed."),
        optional(
            "urgent", \.isUrgent, .bool(), or: false,
            "Whether it must take effect before everybody has been consulted."),
        optional("urgentReason", \.urgentReason, .text(), "Why it cannot wait."),
        checks: [.requires("urgentReason", if: .isTrue("urgent")), .changesLevels])

    /// Whom it is about.
    public var subjects: EventSubjects { .decision(decisionID, children: children.map { ChildReference(ref: $0.ref) }) }

    /// Its identifier, which all its versions have.
    public var ownIdentifier: OwnIdentifier? { .decision(decisionID) }
}

extension FieldRule where Value == [DecisionChanged.ChildChange] {
    /// What is decided for each child; each child stands once.
    static func childChanges() -> FieldRule {
        .list(.object(DecisionChanged.ChildChange.record), 1...ChildDescription.maximumCount, unique: .children)
    }
}

extension FieldRule where Value == String {
    /// Siblings are not decided about in a lump: each child has a rationale of its own.
    fileprivate static func rationale() -> FieldRule {
        let text = FieldRule.text()
        return FieldRule(
            text.shape,
            read: { value, reasons in
                guard let given = value.string, !given.utf8.contains(where: { $0 > 0x20 }) else {
                    return text.read(value, &reasons)
                }
                reasons.add(.rationaleMissing, at: value.pointer, RecordCheck.missingRationale)
                return nil
            }, write: text.write, missing: RefusalTerm(.rationaleMissing, RecordCheck.missingRationale))
    }
}

extension OwnIdentifier {
    /// A decision's: its versions go by it, so only other families' decisions need another.
    public static func decision(_ id: String) -> OwnIdentifier {
        OwnIdentifier(
            "decision", id, field: "decisionId",
            advice: "Decide about other children under a new decisionId, from version 1.")
    }
}

extension RecordCheck {
    fileprivate static let missingRationale =
        "Say why for this child. What is decided about several children needs a rationale for each."

    /// A change changes something. A later version in which nothing changes for any child takes the one before it back.
    fileprivate static let changesLevels = RecordCheck(
        "`from` and `to` of a child differ; a later version in which they are the same for every child takes a change back"
    ) { data, reasons in
        let children = data["children"]?.elements ?? []
        let unchanged = children.filter { child in
            child["from"]?.string.flatMap(ThresholdLevel.init(rawValue:)).map { $0.rawValue == child["to"]?.string }
                ?? false
        }
        guard let version = data["version"]?.int64, version > 1 else {
            for child in unchanged {
                reasons.add(
                    .notAllowed, at: child.pointer + "/to", "Nothing changes: from and to are the same level.")
            }
            return
        }
        guard let mixed = unchanged.first, unchanged.count < children.count else { return }
        reasons.add(
            .notAllowed, at: mixed.pointer + "/to",
            "Take a change back for all its children, or decide for each to what level it goes.")
    }
}
