import Contracts
import Messaging
import PostgresClient
import Safeguarding

/// What happens to the table of notices.
public enum NoticeRow: Sendable, Equatable {
    /// A notice was issued. Rows are copied on their way, and the notice is the most of them.
    indirect case issued(NoticeIssued, household: HouseholdID, agency: AgencyCode, children: [ToldChild])
    /// So many steps of the ladder of acknowledgement were taken with it.
    case reminded(NoticeID, steps: Int)
    /// It goes to a contact by a channel, too.
    case carried(NoticeID, ChannelAddress, MessageTemplate, DeliveryTime)
    /// The time for an answer has passed, and there was none.
    case unanswered(NoticeID)
    /// Somebody has seen it.
    case acknowledged(NoticeID, by: Person)
    /// Somebody has answered it.
    case answered(NoticeID, NoticeAnswer, by: Person, isLate: Bool)
    /// An answer is in time until another moment, or always.
    case windowMoved(NoticeID, to: Instant?)

    /// At most one statement for each kind.
    static func writes(_ rows: [NoticeRow]) -> [Query] {
        var issued = Issued()
        var reminded: [(notice: String, steps: Int32)] = []
        var carried: [Carried] = []
        var unanswered: [String] = []
        var acknowledged: [(notice: String, by: String)] = []
        // The last end of a window, and the last answer, of a batch count.
        var moved: [String: Instant?] = [:]
        var answered: [String: (answer: String, by: String, isLate: Bool)] = [:]
        for row in rows {
            switch row {
            case .issued(let notice, let household, let agency, let children):
                issued.notices.append(
                    Issued.Notice(notice: notice, household: household, agency: agency, children: children))
            case .reminded(let notice, let steps): reminded.append((notice.text, Int32(clamping: steps)))
            case .carried(let notice, let address, let template, let time):
                carried.append(Carried(notice: notice, address: address, template: template, time: time))
            case .unanswered(let notice): unanswered.append(notice.text)
            case .acknowledged(let notice, let by): acknowledged.append((notice.text, by.name + ", " + by.role))
            case .answered(let notice, let answer, let by, let isLate):
                answered[notice.text] = (answer.rawValue, by.name + ", " + by.role, isLate)
            case .windowMoved(let notice, let end): moved.updateValue(end, forKey: notice.text)
            }
        }
        var queries: [Query] = []
        if !issued.isEmpty { queries.append(issued.query) }
        if !carried.isEmpty { queries.append(insert(carried)) }
        if !reminded.isEmpty {
            queries.append(
                Query(
                    NotifierSQL.markSteps,
                    [.textArray(reminded.map(\.notice)), .int4Array(reminded.map(\.steps))]))
        }
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
        if !moved.isEmpty {
            let sorted = moved.sorted { $0.key < $1.key }
            queries.append(
                Query(
                    NotifierSQL.moveWindows,
                    [
                        .textArray(sorted.map(\.key)),
                        .optionalTimestampArray(sorted.map { $0.value?.microsecondsSinceEpoch }),
                    ]))
        }
        return queries
    }

    /// What goes to a contact.
    private struct Carried {
        let notice: NoticeID
        let address: ChannelAddress
        let template: MessageTemplate
        let time: DeliveryTime
    }

    private static func insert(_ carried: [Carried]) -> Query {
        Query(
            NotifierSQL.insertDeliveries,
            [
                .textArray(carried.map(\.notice.text)), .textArray(carried.map(\.address.channel.rawValue)),
                .textArray(carried.map(\.address.agency.text)),
                .int4Array(carried.map { Int32(clamping: $0.address.stage) }), .textArray(carried.map(\.address.role)),
                .textArray(carried.map(\.address.address)), .textArray(carried.map(\.template.name)),
                .textArray(carried.map(\.time.pace.rawValue)),
                .optionalTimestampArray(carried.map { $0.time.due.microsecondsSinceEpoch }),
            ])
    }
}

/// The columns of the notices issued in one batch.
private struct Issued {
    struct Notice {
        let notice: NoticeIssued
        let household: HouseholdID
        let agency: AgencyCode
        let children: [ToldChild]

        var body: NoticeBody { notice.body }
        var subject: NoticeSubject { notice.body.subject }
    }

    var notices: [Notice] = []

    var isEmpty: Bool { notices.isEmpty }

    var query: Query {
        Query(
            NotifierSQL.insertNotices,
            [
                .textArray(notices.map(\.notice.noticeID.text)), .uuidArray(notices.map(\.household.uuid)),
                .textArray(notices.map(\.agency.text)), .textArray(notices.map(\.notice.kind.rawValue)),
                .textArray(notices.map(\.children.column)), .textArray(notices.map(\.subject.kind.rawValue)),
                .textArray(notices.map(\.subject.id)), .optionalTextArray(notices.map(\.subject.chosenBy?.text)),
                .optionalInt4Array(notices.map { $0.subject.version.map { Int32(clamping: $0) } }),
                .optionalTextArray(notices.map(\.body.state?.rawValue)),
                .textArray(notices.map { $0.notice.openedBecause.map(\.rawValue).sorted().joined(separator: ",") }),
                .optionalTimestampArray(notices.map(\.body.respondBy?.microsecondsSinceEpoch)),
                .optionalTextArray(notices.map(\.body.about?.text)),
                .boolArray(notices.map { $0.body.isUrgent == true }),
            ])
    }
}

/// The notifier's own statements. Their text is in `SQL/`, one file each.
enum NotifierSQL {
    static let findNotices = SQLStatement(name: "find_notices", bytes: PackageResources.find_notices_sql)
    static let findDueNotices = SQLStatement(name: "find_due_notices", bytes: PackageResources.find_due_notices_sql)
    static let countLostNotices = SQLStatement(
        name: "count_lost_notices", bytes: PackageResources.count_lost_notices_sql)
    static let findLostNotices = SQLStatement(name: "find_lost_notices", bytes: PackageResources.find_lost_notices_sql)
    static let findLostReminders = SQLStatement(
        name: "find_lost_reminders", bytes: PackageResources.find_lost_reminders_sql)
    static let insertNotices = SQLStatement(name: "insert_notices", bytes: PackageResources.insert_notices_sql)
    static let insertTransmissions = SQLStatement(
        name: "insert_transmissions", bytes: PackageResources.insert_transmissions_sql)
    static let markDelivered = SQLStatement(name: "mark_delivered", bytes: PackageResources.mark_delivered_sql)
    static let markSteps = SQLStatement(name: "mark_steps", bytes: PackageResources.mark_steps_sql)
    static let markUnanswered = SQLStatement(name: "mark_unanswered", bytes: PackageResources.mark_unanswered_sql)
    static let markAcknowledged = SQLStatement(name: "mark_acknowledged", bytes: PackageResources.mark_acknowledged_sql)
    static let markAnswered = SQLStatement(name: "mark_answered", bytes: PackageResources.mark_answered_sql)
    static let moveWindows = SQLStatement(name: "move_windows", bytes: PackageResources.move_windows_sql)
    static let insertDeliveries = SQLStatement(
        name: "insert_deliveries", bytes: PackageResources.insert_deliveries_sql)
    static let readNow = SQLStatement(name: "read_now", bytes: PackageResources.read_now_sql)
    static let suppressDeliveries = SQLStatement(
        name: "suppress_deliveries", bytes: PackageResources.suppress_deliveries_sql)
    static let findDueDeliveries = SQLStatement(
        name: "find_due_deliveries", bytes: PackageResources.find_due_deliveries_sql)
    static let findGatheredDeliveries = SQLStatement(
        name: "find_gathered_deliveries", bytes: PackageResources.find_gathered_deliveries_sql)
    static let composeMessages = SQLStatement(name: "compose_messages", bytes: PackageResources.compose_messages_sql)
    static let recordDeliveries = SQLStatement(
        name: "record_deliveries", bytes: PackageResources.record_deliveries_sql)
    static let readDeliveryGauges = SQLStatement(
        name: "read_delivery_gauges", bytes: PackageResources.read_delivery_gauges_sql)
    static let noteWaitingReason = SQLStatement(
        name: "note_waiting_reason", bytes: PackageResources.note_waiting_reason_sql)
    static let suppressRecipient = SQLStatement(
        name: "suppress_recipient", bytes: PackageResources.suppress_recipient_sql)
    static let unsuppressRecipient = SQLStatement(
        name: "unsuppress_recipient", bytes: PackageResources.unsuppress_recipient_sql)
    static let retryDeliveries = SQLStatement(name: "retry_deliveries", bytes: PackageResources.retry_deliveries_sql)
}
