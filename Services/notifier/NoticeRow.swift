import Contracts
import Messaging
import PostgresClient
import Safeguarding

/// What happens to the table of notices.
public enum NoticeRow: Sendable, Equatable {
    /// A notice was issued.
    case issued(NoticeIssued, household: HouseholdID, agency: AgencyCode, person: PersonID)
    /// Its agency was reminded of it.
    case reminded(NoticeID)
    /// The time for an answer has passed, and there was none.
    case unanswered(NoticeID)
    /// Somebody has seen it.
    case acknowledged(NoticeID, by: Person)
    /// Somebody has answered it.
    case answered(NoticeID, NoticeAnswer, by: Person, isLate: Bool)

    /// At most one statement for each kind.
    static func writes(_ rows: [NoticeRow]) -> [Query] {
        var issued = Issued()
        var reminded: [String] = []
        var unanswered: [String] = []
        var acknowledged: [(notice: String, by: String)] = []
        // The last answer of a batch counts.
        var answered: [String: (answer: String, by: String, isLate: Bool)] = [:]
        for row in rows {
            switch row {
            case .issued(let notice, let household, let agency, let person):
                issued.add(notice, household, agency, person)
            case .reminded(let notice): reminded.append(notice.text)
            case .unanswered(let notice): unanswered.append(notice.text)
            case .acknowledged(let notice, let by): acknowledged.append((notice.text, by.name + ", " + by.role))
            case .answered(let notice, let answer, let by, let isLate):
                answered[notice.text] = (answer.rawValue, by.name + ", " + by.role, isLate)
            }
        }
        var queries: [Query] = []
        if !issued.isEmpty { queries.append(issued.query) }
        if !reminded.isEmpty { queries.append(Query(NotifierSQL.markReminded, [.textArray(reminded)])) }
        if !unanswered.isEmpty { queries.append(Query(NotifierSQL.markUnanswered, [.textArray(unanswered)])) }
        if !acknowledged.isEmpty {
            queries.append(
                Query(
                    NotifierSQL.markAcknowledged,
                    [.textArray(acknowledged.map(\.notice)), .textArray(acknowledged.map(\.by))]))
        }
        if !answered.isEmpty {
            let sorted = answered.sorted { $0.key < $1.key }
            queries.append(
                Query(
                    NotifierSQL.markAnswered,
                    [
                        .textArray(sorted.map(\.key)), .textArray(sorted.map(\.value.answer)),
                        .textArray(sorted.map(\.value.by)), .boolArray(sorted.map(\.value.isLate)),
                    ]))
        }
        return queries
    }
}

/// The columns of the notices issued in one batch.
private struct Issued {
    private var notices: [(notice: NoticeIssued, household: HouseholdID, agency: AgencyCode, person: PersonID)] = []

    var isEmpty: Bool { notices.isEmpty }

    mutating func add(_ notice: NoticeIssued, _ household: HouseholdID, _ agency: AgencyCode, _ person: PersonID) {
        notices.append((notice, household, agency, person))
    }

    var query: Query {
        Query(
            NotifierSQL.insertNotices,
            [
                .textArray(notices.map(\.notice.noticeID.text)), .uuidArray(notices.map(\.household.uuid)),
                .textArray(notices.map(\.agency.text)), .textArray(notices.map(\.notice.kind.rawValue)),
                .uuidArray(notices.map(\.person.uuid)), .optionalTextArray(notices.map(\.notice.decisionID)),
                .optionalInt4Array(notices.map { $0.notice.version.map { Int32(clamping: $0) } }),
                .optionalTextArray(notices.map(\.notice.state?.rawValue)),
                .textArray(notices.map { $0.notice.openedBecause.map(\.rawValue).sorted().joined(separator: ",") }),
                .optionalTimestampArray(notices.map(\.notice.respondBy?.microsecondsSinceEpoch)),
                .optionalTextArray(notices.map(\.notice.childRef)),
                .optionalTextArray(notices.map(\.notice.referralID)),
            ])
    }
}

/// The notifier's own statements. Their text is in `SQL/`, one file each.
enum NotifierSQL {
    static let findNotices = SQLStatement(name: "find_notices", bytes: PackageResources.find_notices_sql)
    static let findDueNotices = SQLStatement(name: "find_due_notices", bytes: PackageResources.find_due_notices_sql)
    static let insertNotices = SQLStatement(name: "insert_notices", bytes: PackageResources.insert_notices_sql)
    static let markDelivered = SQLStatement(name: "mark_delivered", bytes: PackageResources.mark_delivered_sql)
    static let markReminded = SQLStatement(name: "mark_reminded", bytes: PackageResources.mark_reminded_sql)
    static let markUnanswered = SQLStatement(name: "mark_unanswered", bytes: PackageResources.mark_unanswered_sql)
    static let markAcknowledged = SQLStatement(name: "mark_acknowledged", bytes: PackageResources.mark_acknowledged_sql)
    static let markAnswered = SQLStatement(name: "mark_answered", bytes: PackageResources.mark_answered_sql)
}
