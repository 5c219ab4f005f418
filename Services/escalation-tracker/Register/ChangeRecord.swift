import Contracts
import JSON
import Safeguarding
import Synchronization

/// A decision in its latest version, and how far it has come.
///
/// A household keeps some of them for long after they are settled, and each event about it copies the register and writes
/// it down. So copies share their content until one is changed, and what has not changed since it was last written is
/// not spelled out again.
@dynamicMemberLookup
struct ChangeRecord: Sendable, Equatable {
    enum State: String, Sendable {
        /// In effect.
        case changed
        /// Waits until everybody who must be has been consulted.
        case held
        /// Everybody was consulted and somebody objects: it stays held until the challenge is settled.
        case objected
        /// Taken back, or overtaken by a strategy discussion.
        case withdrawn
    }

    struct ChildChange: Sendable, Equatable {
        let person: PersonID
        let from: ThresholdLevel
        let to: ThresholdLevel
        /// Why, for this child; kept until the change is settled.
        var rationale: String?
    }

    /// What is on record.
    struct Content: Sendable, Equatable {
        let decisionID: String
        var version: Int
        var agency: AgencyCode
        var authoriserRole: String
        var decidedAt: Instant
        var recordedAt: Instant
        var reason: String
        var isUrgent: Bool
        /// Why it could not wait; kept until the change is settled.
        var urgentReason: String?
        /// The identifier of a discussion, as the deciding event names it: without the agency that chose it.
        var namedDiscussion: String?
        /// The discussion that this is, or that was found for a change that names none; absent while none is known.
        var discussion: DiscussionName?
        var children: [ChildChange]
        var state: State
        /// Agencies to be consulted before it takes effect.
        var consultees: Set<AgencyCode>
        var consultations: [Consultation] = []
        /// Who has been told of this version, with what they were told for.
        var told: Set<AgencyCode> = []
        /// Whether a reconvened discussion is awaited.
        var awaitsDiscussion = false
        /// How often it did not come in time.
        var discussionLapses = 0
        /// Agencies whose objection was settled by a challenge that ended.
        var settledObjections: Set<AgencyCode> = []
        /// What its notices were derived from, so that an answer to one of them is found.
        var causes: [String] = []
        /// The same of the versions that it has replaced, so that whoever answers one of theirs hears of this one.
        var pastCauses: [String] = []

        /// Whether it can leave the document one day: nothing more is to come of it by itself.
        var isSettled: Bool { (state == .changed || state == .withdrawn) && !awaitsDiscussion }

        /// Whether it names a discussion that nobody has recorded yet.
        var isMissingDiscussion: Bool { namedDiscussion != nil && discussion == nil }

        /// Bytes of everything that somebody wrote about it.
        var textBytes: Int {
            children.reduce(reason.utf8.count + (urgentReason?.utf8.count ?? 0)) {
                $0 + ($1.rationale?.utf8.count ?? 0)
            }
        }

        /// Whether there is anything that `forgetTexts` lets go.
        var hasTexts: Bool { urgentReason != nil || children.contains { $0.rationale != nil } }

        /// Agencies that still have to be consulted.
        var notConsulted: Set<AgencyCode> { consultees.subtracting(consultations.map(\.agency)) }

        /// Whether somebody who was consulted objects.
        var hasObjection: Bool {
            consultations.contains {
                $0.view == .object && consultees.contains($0.agency) && !settledObjections.contains($0.agency)
            }
        }

        /// Whether any child's level is lowered.
        var isLowering: Bool { children.contains { $0.from.isLowered(to: $0.to) } }

        /// Only the agency itself, or the one that decides, can record that it was consulted.
        func accepts(_ consultation: Consultation) -> Bool {
            consultees.contains(consultation.agency)
                && (consultation.recordedBy == consultation.agency || consultation.recordedBy == agency)
        }
    }

    /// Never changed once it is shared, but for the note of how it is written.
    private final class Sheet: Sendable {
        let content: Content
        let written = Mutex<[UInt8]?>(nil)

        init(_ content: Content) { self.content = content }
    }

    private var sheet: Sheet

    /// A decision with this on record.
    init(_ content: Content) { sheet = Sheet(content) }

    // Inlined, so that the compiler sees which field it is: a key path that is followed at run time copies the content.
    @inline(__always)
    subscript<Field>(dynamicMember field: KeyPath<Content, Field>) -> Field { sheet.content[keyPath: field] }

    @inline(__always)
    subscript<Field>(dynamicMember field: WritableKeyPath<Content, Field>) -> Field {
        get { sheet.content[keyPath: field] }
        set {
            var content = sheet.content
            content[keyPath: field] = newValue
            sheet = Sheet(content)
        }
    }

    static func == (left: ChangeRecord, right: ChangeRecord) -> Bool {
        left.sheet === right.sheet || left.sheet.content == right.sheet.content
    }

    /// Lets the texts go that only its notices while it is not settled have.
    mutating func forgetTexts() {
        var content = sheet.content
        content.urgentReason = nil
        for place in content.children.indices { content.children[place].rationale = nil }
        sheet = Sheet(content)
    }

    /// See `Content.accepts`.
    func accepts(_ consultation: Consultation) -> Bool { sheet.content.accepts(consultation) }

    /// Writes the record as one JSON object.
    func write(to writer: inout JSONWriter) {
        let written = sheet.written.withLock { written -> [UInt8] in
            if let written { return written }
            var writer = JSONWriter(reserving: 512)
            sheet.content.write(to: &writer)
            written = writer.bytes
            return writer.bytes
        }
        writer.raw(written)
    }
}
