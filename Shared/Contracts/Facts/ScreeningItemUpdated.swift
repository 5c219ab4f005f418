import JSON
import Safeguarding

/// On `screening.queue`, compacted by item: a referral that waits for its screening, as screeners' tools see it.
public struct ScreeningItemUpdated: ServiceEvent {
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

        static let record = Record(
            Clock.init, required("name", \.name, .line(), "Which clock: `statutory-decision`, `rating`."),
            required("dueAt", \.due, .instant(), "When it falls due."),
            required("explanation", \.explanation, .text(2000), "Why then."))
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

        static let record = Record(
            Child.init, required("handle", \.handle, .personID(), "How a screener names the child."),
            optional("ref", \.ref, .line(100), "The hub's own reference, if it has one."))
    }

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

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "screening-item.updated", "A referral that waits for its screening, as screeners' tools see it.",
        from: "mash-screener",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"itemId": "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
                 "state": "claimed", "overdue": false, "rating": "amber", "referralId": "HV-REF-1",
                 "referrer": "health-visiting", "children": [{"handle": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "ref": "M-1"}],
                 "concernKinds": ["medical"], "immediateRisk": false, "receivedAt": "2026-11-20T10:00:00Z",
                 "clocks": [{"name": "screening-decision", "dueAt": "2026-11-23T10:00:00Z",
                   "explanation": "1 working day from 2026-11-20T10:00:00Z, policy 2026.1"}],
                 "claimedBy": {"name": "Tess Example", "role": "health visitor"}}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        ScreeningItemUpdated.init,
        required("itemId", \.itemID, .screeningItemID(), "Which item; the record's key."),
        required("state", \.state, .word(), "How far it is."),
        required("overdue", \.isOverdue, .bool(), "Whether the statutory decision is late."),
        required("rating", \.rating, .word(), "How soon it needs looking at."),
        required("referralId", \.referralID, .line(), "The referrer's own identifier."),
        required("referrer", \.referrer, .agency(), "Who referred."),
        required(
            "children", \.children, .list(.object(Child.record), 1...ChildDescription.maximumCount),
            "The children of the referral."),
        optional("concernKinds", \.concernKinds, .list(.line(60), 0...50), or: [], "What the worries are about."),
        required("immediateRisk", \.isImmediateRisk, .bool(), "Whether a child is in immediate danger."),
        required("receivedAt", \.receivedAt, .instant(), "When the referral came."),
        optional("clocks", \.clocks, .list(.object(Clock.record), 0...10), or: [], "The clocks that run on it."),
        optional("claimedBy", \.claimedBy, .person(), "The screener who has it."))
}
