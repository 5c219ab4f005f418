import Contracts
import PostgresClient
import Safeguarding

/// The notices that a batch is about, as the table `notice` has them: found by their identifiers, so that a household's
/// history costs nothing.
public struct NoticeBook: Sendable {
    struct Entry: Sendable {
        let agency: AgencyCode
        let person: PersonID
        /// The receiver's own reference of the child.
        let childRef: String?
        let decisionID: String?
        let version: Int?
        let respondBy: Instant?
        var isAcknowledged = false
        var isAnswered = false
        /// The referrer's own identifier, where the notice is about a referral.
        var referralID: String?
    }

    private var entries: [NoticeID: Entry] = [:]

    /// No notice.
    init() {}

    /// The notices of `find-notices.sql` and `find-due-notices.sql`.
    init(reading result: QueryResult?) throws {
        guard let result else { return }
        for row in result.rows {
            guard let notice = NoticeID(try row.text(0)), let agency = AgencyCode(try row.text(1)),
                let person = PersonID(try row.uuid(3).hex)
            else { continue }
            entries[notice] = Entry(
                agency: agency, person: person, childRef: try row.optionalText(4), decisionID: try row.optionalText(5),
                version: try row.optionalInt4(6).map { Int($0) },
                respondBy: try row.optionalTimestamp(7).map(Instant.init(microsecondsSinceEpoch:)),
                isAcknowledged: try row.bool(8), isAnswered: try row.bool(9),
                referralID: try row.optionalText(10))
        }
    }

    subscript(notice: NoticeID) -> Entry? { entries[notice] }

    /// Adds a notice. `false` if it was issued before: the same notice is never issued twice.
    mutating func add(_ notice: NoticeID, _ entry: Entry) -> Bool {
        guard entries[notice] == nil else { return false }
        entries[notice] = entry
        return true
    }

    /// Somebody has seen the notice; an answer says so too.
    mutating func acknowledge(_ notice: NoticeID) { entries[notice]?.isAcknowledged = true }

    /// Somebody has answered the notice.
    mutating func answer(_ notice: NoticeID) { entries[notice]?.isAnswered = true }
}
