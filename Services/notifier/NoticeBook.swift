import Contracts
import Messaging
import PostgresClient
import Safeguarding

/// The notices that a batch is about, as the table `notice` has them: found by their identifiers, so that a household's
/// history costs nothing.
public struct NoticeBook: Sendable {
    struct Entry: Sendable {
        let agency: AgencyCode
        /// What it tells; `nil` if that kind is not known here.
        var kind: NoticeKind?
        let person: PersonID
        /// The receiver's own reference of the child.
        let childRef: String?
        let decisionID: String?
        let version: Int?
        let respondBy: Instant?
        /// When it was issued: the ladder of acknowledgement counts from here.
        let issuedAt: Instant
        /// The notice that it is a reminder of.
        var about: NoticeID?
        var isAcknowledged = false
        /// Steps of the ladder of acknowledgement that were taken.
        var stepsTaken = 0
        var isAnswered = false
        /// The referrer's own identifier, where the notice is about a referral.
        var referralID: String?
        /// The latest version of its decision that anybody was told of.
        var latestVersion: Int?
    }

    /// A decision of a household: identifiers of decisions are the agencies'.
    private struct Decision: Hashable {
        let household: HouseholdID
        let id: String
    }

    private var entries: [NoticeID: Entry] = [:]
    /// Versions that the batch itself tells of.
    private var told: [Decision: Int] = [:]

    /// No notice.
    init() {}

    /// The notices of `find-notices.sql` and `find-due-notices.sql`.
    init(reading result: QueryResult?) throws {
        guard let result else { return }
        for row in result.rows {
            guard let notice = NoticeID(try row.text(0)), let agency = AgencyCode(try row.text(1)) else { continue }
            entries[notice] = Entry(
                agency: agency, kind: NoticeKind(rawValue: try row.text(2)), person: PersonID(try row.uuid(3)),
                childRef: try row.optionalText(4),
                decisionID: try row.optionalText(5),
                version: try row.optionalInt4(6).map { Int($0) },
                respondBy: try row.optionalTimestamp(7).map(Instant.init(microsecondsSinceEpoch:)),
                issuedAt: Instant(microsecondsSinceEpoch: try row.timestamp(9)),
                about: try row.optionalText(11).flatMap(NoticeID.init), isAcknowledged: try row.bool(8),
                stepsTaken: Int(try row.int4(10)), isAnswered: try row.bool(12),
                referralID: try row.optionalText(13), latestVersion: try row.optionalInt4(14).map { Int($0) })
        }
    }

    subscript(notice: NoticeID) -> Entry? { entries[notice] }

    /// Adds a notice. `false` if it was issued before: the same notice is never issued twice.
    mutating func add(_ notice: NoticeID, _ entry: Entry) -> Bool {
        guard entries[notice] == nil else { return false }
        entries[notice] = entry
        if let id = entry.decisionID, let version = entry.version {
            let decision = Decision(household: notice.household, id: id)
            told[decision] = max(version, told[decision] ?? 0)
        }
        return true
    }

    /// The later version of its decision, if there is one: then the notice is superseded.
    func laterVersion(than notice: NoticeID) -> Int? {
        guard let entry = entries[notice], let id = entry.decisionID, let version = entry.version else { return nil }
        let latest = max(entry.latestVersion ?? 0, told[Decision(household: notice.household, id: id)] ?? 0)
        return latest > version ? latest : nil
    }

    /// Somebody has seen the notice; an answer says so too.
    mutating func acknowledge(_ notice: NoticeID) { entries[notice]?.isAcknowledged = true }

    /// The ladder of acknowledgement has come so far with the notice.
    mutating func take(_ steps: Int, of notice: NoticeID) { entries[notice]?.stepsTaken = steps }

    /// Somebody has answered the notice.
    mutating func answer(_ notice: NoticeID) { entries[notice]?.isAnswered = true }
}
