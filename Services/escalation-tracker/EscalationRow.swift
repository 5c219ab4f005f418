import Contracts
import Messaging
import PostgresClient
import Safeguarding

/// One move of an escalation, for the record that reports are made of: the escalation as it stands after the move, and
/// what was said.
public struct EscalationRow: Sendable, Equatable {
    let move: EscalationMove
    let household: HouseholdID

    init(_ move: EscalationMove, household: HouseholdID) {
        self.move = move
        self.household = household
    }

    /// Two statements, however many moves there are.
    static func writes(_ rows: [EscalationRow]) -> [Query] {
        guard !rows.isEmpty else { return [] }
        // Of several moves of one escalation in a batch the last is how it stands.
        var latest: [EscalationID: EscalationRow] = [:]
        for row in rows { latest[row.move.escalation.id] = row }
        return [standing(latest.sorted { $0.key.text < $1.key.text }.map(\.value)), moves(rows)]
    }

    private static func standing(_ rows: [EscalationRow]) -> Query {
        let escalations = rows.map(\.move.escalation)
        return Query(
            TrackerSQL.writeEscalations,
            [
                .textArray(escalations.map(\.id.text)), .uuidArray(rows.map(\.household.uuid)),
                .textArray(escalations.map(\.subject.kind)), .textArray(escalations.map(\.subject.identifier)),
                .optionalInt4Array(escalations.map { $0.subject.version.map { Int32(clamping: $0) } }),
                .textArray(escalations.map(\.occasion.rawValue)), .textArray(escalations.map(\.challenger.text)),
                .textArray(escalations.map(\.decider.text)), .textArray(escalations.map(\.ladder)),
                .optionalTimestampArray(escalations.map(\.openedAt.microsecondsSinceEpoch)),
                .boolArray(escalations.map(\.isUrgent)), .int4Array(escalations.map { Int32(clamping: $0.stage) }),
                .textArray(escalations.map(\.awaits.rawValue)),
                .optionalTimestampArray(escalations.map { $0.isOpen ? $0.due.microsecondsSinceEpoch : nil }),
                .optionalTextArray(escalations.map(\.outcome?.rawValue)),
                .optionalTimestampArray(
                    rows.map { $0.move.escalation.isOpen ? nil : $0.move.at.microsecondsSinceEpoch }),
                .optionalTextArray(rows.map { $0.move.escalation.isOpen ? nil : $0.move.text }),
                .optionalTextArray(rows.map(\.move.childsView)), .boolArray(rows.map(\.move.isLesson)),
            ])
    }

    private static func moves(_ rows: [EscalationRow]) -> Query {
        let moves = rows.map(\.move)
        return Query(
            TrackerSQL.insertMoves,
            [
                .textArray(moves.map(\.escalation.id.text)),
                .int4Array(moves.map { Int32(clamping: $0.escalation.moves) }),
                .int4Array(moves.map { Int32(clamping: $0.escalation.stage) }), .textArray(moves.map(\.kind.word)),
                .optionalTextArray(moves.map(\.kind.cause)),
                .optionalTimestampArray(moves.map(\.at.microsecondsSinceEpoch)),
                .optionalTextArray(moves.map(\.by?.agency.text)),
                .optionalTextArray(moves.map { $0.by.map { $0.person.name + ", " + $0.person.role } }),
                .optionalTextArray(moves.map(\.text)), .boolArray(moves.map(\.isOnTime)),
            ])
    }
}

extension EscalationMove.Kind {
    fileprivate var word: String {
        switch self {
        case .raised: "raised"
        case .added: "added"
        case .carried: "carried"
        case .answered: "answered"
        case .meetingSet: "meeting-set"
        case .advanced: "advanced"
        case .referred: "referred"
        case .agreed: "agreed"
        case .stalled: "stalled"
        case .closed: "closed"
        }
    }

    fileprivate var cause: String? {
        switch self {
        case .advanced(let cause): cause.rawValue
        case .closed(let outcome): outcome.rawValue
        case .agreed: EscalationEnding.changed.rawValue
        case .raised, .added, .carried, .answered, .meetingSet, .referred, .stalled: nil
        }
    }
}

/// The tracker's own statements. Their text is in `SQL/`, one file each.
enum TrackerSQL {
    static let writeEscalations = SQLStatement(
        name: "write_escalations", bytes: PackageResources.write_escalations_sql)
    static let insertMoves = SQLStatement(name: "insert_moves", bytes: PackageResources.insert_moves_sql)
}
