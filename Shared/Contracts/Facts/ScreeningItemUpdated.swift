import JSON
import Safeguarding

/// On `screening.queue`, compacted by item: a referral that waits for its screening, as screeners' tools see it.
public struct ScreeningItemUpdated: EventPayload {
    /// How far it is.
    public enum State: String, CaseIterable, Sendable {
        /// Nobody has it.
        case queued
        /// A screener has it.
        case claimed
        /// It is decided; its tombstone follows.
        case decided
    }

    /// A clock that runs on it.
    public struct Clock: Sendable, Equatable {
        /// `statutory-decision`, `rating`.
        public let name: String
        /// When it falls due.
        public let due: Instant
        /// Why then.
        public let explanation: String

        /// A clock.
        public init(name: String, due: Instant, explanation: String) {
            self.name = name
            self.due = due
            self.explanation = explanation
        }
    }

    /// A child of the referral.
    public struct Child: Sendable, Equatable {
        /// The handle by which a screener names the child.
        public let handle: PersonID
        /// The hub's own reference, if it has one.
        public let ref: String?

        /// A child of the referral.
        public init(handle: PersonID, ref: String?) {
            self.handle = handle
            self.ref = ref
        }
    }

    /// The type that this is the data of.
    public static let type = EventType("screening-item.updated")

    /// Which item.
    public var itemID: ScreeningItemID
    /// How far it is.
    public var state: State
    /// Whether the statutory decision is late.
    public var isOverdue: Bool
    /// How soon it needs looking at.
    public var rating: RiskRating
    /// The referrer's own identifier.
    public var referralID: String
    /// Who referred.
    public var referrer: AgencyCode
    /// The children.
    public var children: [Child]
    /// What the worries are about.
    public var concernKinds: [String]
    /// Whether a child is in immediate danger.
    public var isImmediateRisk: Bool
    /// When it came.
    public var receivedAt: Instant
    /// Its clocks.
    public var clocks: [Clock]
    /// Who has it.
    public var claimedBy: Person?

    /// A referral that waits for its screening.
    public init(
        itemID: ScreeningItemID, state: State, isOverdue: Bool, rating: RiskRating, referralID: String,
        referrer: AgencyCode, children: [Child], concernKinds: [String], isImmediateRisk: Bool, receivedAt: Instant,
        clocks: [Clock], claimedBy: Person?
    ) {
        self.itemID = itemID
        self.state = state
        self.isOverdue = isOverdue
        self.rating = rating
        self.referralID = referralID
        self.referrer = referrer
        self.children = children
        self.concernKinds = concernKinds
        self.isImmediateRisk = isImmediateRisk
        self.receivedAt = receivedAt
        self.clocks = clocks
        self.claimedBy = claimedBy
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let item = data.requiredItemID(&reasons)
        let state: State? = data.requiredEnum("state", &reasons)
        let isOverdue = data.requiredBool("overdue", &reasons)
        let rating: RiskRating? = data.requiredEnum("rating", &reasons)
        let referral = data.requiredString("referralId", &reasons)
        let referrer = data.requiredAgency("referrer", &reasons)
        let children = data.requiredArray("children", count: 1...30, &reasons)?.compactMap { entry -> Child? in
            guard let handle = entry.requiredPersonID("handle", &reasons) else { return nil }
            return Child(handle: handle, ref: entry.optionalString("ref", maximumCharacters: 100, &reasons))
        }
        let kinds = data.optionalArray("concernKinds", count: 0...50, &reasons).compactMap { $0.text(60, &reasons) }
        let isImmediate = data.requiredBool("immediateRisk", &reasons)
        let received = data.requiredInstant("receivedAt", &reasons)
        let clocks = data.optionalArray("clocks", count: 0...10, &reasons).compactMap { entry -> Clock? in
            let name = entry.requiredString("name", &reasons)
            let due = entry.requiredInstant("dueAt", &reasons)
            let explanation = entry.requiredText("explanation", maximumCharacters: 2000, &reasons)
            guard let name, let due, let explanation else { return nil }
            return Clock(name: name, due: due, explanation: explanation)
        }
        let claimedBy = data.optionalObject("claimedBy", &reasons).flatMap { Person(reading: $0, &reasons) }
        guard let item, let state, let isOverdue, let rating, let referral, let referrer, let children,
            let isImmediate, let received, reasons.all.count == before
        else { return nil }
        self.init(
            itemID: item, state: state, isOverdue: isOverdue, rating: rating, referralID: referral, referrer: referrer,
            children: children, concernKinds: kinds, isImmediateRisk: isImmediate, receivedAt: received,
            clocks: clocks, claimedBy: claimedBy)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("itemId", itemID.text)
        writer.field("state", state.rawValue)
        writer.field("overdue", isOverdue)
        writer.field("rating", rating.rawValue)
        writer.field("referralId", referralID)
        writer.field("referrer", referrer.text)
        writer.array("children", children) { writer, child in
            writer.beginObject()
            writer.field("handle", child.handle.text)
            writer.field("ref", child.ref)
            writer.endObject()
        }
        writer.array("concernKinds", concernKinds) { $0.string($1) }
        writer.field("immediateRisk", isImmediateRisk)
        writer.field("receivedAt", receivedAt.rfc3339)
        writer.array("clocks", clocks) { writer, clock in
            writer.beginObject()
            writer.field("name", clock.name)
            writer.field("dueAt", clock.due.rfc3339)
            writer.field("explanation", clock.explanation)
            writer.endObject()
        }
        if let claimedBy { writer.object("claimedBy") { claimedBy.write(to: &$0) } }
    }
}
