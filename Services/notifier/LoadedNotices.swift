import Contracts
import Messaging
import PostgresClient
import Safeguarding

/// The notices that a batch is about, as the table `notice` has them: found by their identifiers, so that a household's
/// history costs nothing.
public struct LoadedNotices: Sendable {
    struct Entry: Sendable {
        let agency: AgencyCode
        /// What it tells; `nil` if that kind is not known here.
        var kind: NoticeKind?
        /// The children, with the receiver's own references.
        let children: [ToldChild]
        /// What it is about.
        let subject: NoticeSubject
        var respondBy: Instant?
        /// When it was issued: the ladder of acknowledgement counts from here.
        let issuedAt: Instant
        /// The notice that it is a reminder of.
        var about: NoticeID?
        var isAcknowledged = false
        /// Steps of the ladder of acknowledgement that were taken.
        var stepsTaken = 0
        var isAnswered = false
        /// Why the agency was told.
        var because: Set<PartyReason> = []
        /// Whether a child cannot wait.
        var isUrgent = false
        /// The latest version of its subject that anybody was told of.
        var latestVersion: Int?

        /// What a reminder of the notice says.
        func reminder(of notice: NoticeID) -> NoticeBody {
            var body = NoticeBody.about(subject)
            body.about = notice
            body.respondBy = respondBy
            body.isUrgent = isUrgent ? true : nil
            return body
        }
    }

    /// Something of a household that has versions.
    private struct Versioned: Hashable {
        let household: HouseholdID
        let kind: NoticeSubject.Kind
        let id: String
        let chosenBy: AgencyCode?

        init(_ subject: NoticeSubject, of household: HouseholdID) {
            (self.household, kind, id, chosenBy) = (household, subject.kind, subject.id, subject.chosenBy)
        }
    }

    private var entries: [NoticeID: Entry] = [:]
    /// Versions that the batch itself tells of.
    private var told: [Versioned: Int] = [:]

    /// No notice.
    init() {}

    /// The notices of `find-notices.sql` and `find-due-notices.sql`.
    init(reading result: QueryResult?) throws {
        guard let result else { return }
        for row in result.rows {
            guard let notice = NoticeID(try row.text("notice")), let agency = AgencyCode(try row.text("agency")),
                let kind = NoticeSubject.Kind(rawValue: try row.text("subject_kind"))
            else { continue }
            entries[notice] = Entry(
                agency: agency, kind: NoticeKind(rawValue: try row.text("kind")),
                children: [ToldChild](column: try row.text("children")),
                subject: NoticeSubject(
                    kind, try row.text("subject"),
                    chosenBy: try row.optionalText("chosen_by").flatMap { AgencyCode($0) },
                    version: try row.optionalInt4("version").map { Int($0) }),
                respondBy: try row.optionalTimestamp("respond_by").map(Instant.init(microsecondsSinceEpoch:)),
                issuedAt: Instant(microsecondsSinceEpoch: try row.timestamp("issued_at")),
                about: try row.optionalText("about").flatMap(NoticeID.init),
                isAcknowledged: try row.bool("is_acknowledged"),
                stepsTaken: Int(try row.int4("steps_taken")), isAnswered: try row.bool("is_answered"),
                because: Set(try row.textArray("opened_because").compactMap(PartyReason.init(rawValue:))),
                isUrgent: try row.optionalBool("is_urgent") ?? false,
                latestVersion: try row.optionalInt4("latest_version").map { Int($0) })
        }
    }

    subscript(notice: NoticeID) -> Entry? { entries[notice] }

    /// Adds a notice. `false` if it was issued before: the same notice is never issued twice.
    mutating func add(_ notice: NoticeID, _ entry: Entry) -> Bool {
        guard entries[notice] == nil else { return false }
        entries[notice] = entry
        if let version = entry.subject.version {
            let subject = Versioned(entry.subject, of: notice.household)
            told[subject] = max(version, told[subject] ?? 0)
        }
        return true
    }

    /// The later version of its subject, if there is one: then the notice is superseded.
    func laterVersion(than notice: NoticeID) -> Int? {
        guard let entry = entries[notice], let version = entry.subject.version else { return nil }
        let latest = max(entry.latestVersion ?? 0, told[Versioned(entry.subject, of: notice.household)] ?? 0)
        return latest > version ? latest : nil
    }

    /// Somebody has seen the notice; an answer says so too.
    mutating func acknowledge(_ notice: NoticeID) { entries[notice]?.isAcknowledged = true }

    /// The ladder of acknowledgement has come so far with the notice.
    mutating func take(_ steps: Int, of notice: NoticeID) { entries[notice]?.stepsTaken = steps }

    /// An answer to the notice is in time until another moment, or always.
    mutating func moveWindow(of notice: NoticeID, to end: Instant?) { entries[notice]?.respondBy = end }

    /// Somebody has answered the notice.
    mutating func answer(_ notice: NoticeID) { entries[notice]?.isAnswered = true }
}

extension [ToldChild] {
    /// The children as a row has them: a line each, the child's identifier and, behind a space, the receiver's reference of it.
    var column: String {
        map { $0.person.text + ($0.ref.map { " " + $0 } ?? "") }.joined(separator: "\n")
    }

    /// Reads what `column` wrote.
    init(column: String) {
        self = column.split(separator: "\n").compactMap { line in
            guard let person = PersonID(line.prefix(32)) else { return nil }
            return ToldChild(person: person, ref: line.count > 33 ? String(line.dropFirst(33)) : nil)
        }
    }
}
