import Contracts
import Safeguarding

/// The notices of one household: what was sent to whom, and what came back. The document that the notifier decides on;
/// the table `notice` beside it is what people look at.
public struct NoticeBook: Sendable, Equatable {
    /// Acknowledged notices kept for late answers. One that is not acknowledged never leaves.
    static let maximumAcknowledged = 300

    struct Entry: Sendable, Equatable {
        let agency: AgencyCode
        let kind: NoticeKind
        let person: PersonID
        /// The receiver's own reference of the child.
        let childRef: String?
        let decisionID: String?
        let version: Int?
        let respondBy: Instant?
        var isAcknowledged = false
        var answer: NoticeAnswer?
    }

    /// In the order in which they were issued.
    private(set) var order: [NoticeID] = []
    private(set) var entries: [NoticeID: Entry] = [:]

    /// A household of which nobody has been told anything.
    public init() {}

    subscript(notice: NoticeID) -> Entry? { entries[notice] }

    /// Adds a notice. `false` if it was issued before: the same notice is never issued twice.
    mutating func add(_ notice: NoticeID, _ entry: Entry) -> Bool {
        guard entries[notice] == nil else { return false }
        entries[notice] = entry
        order.append(notice)
        trim()
        return true
    }

    mutating func acknowledge(_ notice: NoticeID) { entries[notice]?.isAcknowledged = true }

    /// An answer acknowledges too.
    mutating func answer(_ notice: NoticeID, _ answer: NoticeAnswer) {
        entries[notice]?.isAcknowledged = true
        entries[notice]?.answer = answer
    }

    private mutating func trim() {
        var surplus = entries.values.filter(\.isAcknowledged).count - NoticeBook.maximumAcknowledged
        guard surplus > 0 else { return }
        order.removeAll { notice in
            guard surplus > 0, entries[notice]?.isAcknowledged == true else { return false }
            surplus -= 1
            entries[notice] = nil
            return true
        }
    }
}
