import Safeguarding

/// What the partnership has decided about the children of one household, and who was party to it: values and pure
/// functions. Contract.md section 6 is the specification; domain.md rows A1, A2 and A5 are its tests.
///
/// Bounded: settled decisions and old discussions leave in the order in which they came, so a household with ten
/// thousand events behind it is as small as one with ten.
public struct DecisionRegister: Sendable, Equatable {
    /// Settled decisions kept per household, for answers and facts that arrive late.
    static let maximumSettledChanges = 20
    /// Strategy discussions kept per household.
    static let maximumDiscussions = 20
    /// Consultations that wait for their decision.
    static let maximumEarlyConsultations = 100

    var children: [PersonID: ChildRecord] = [:]
    /// In the order in which they were recorded.
    var discussions: [DiscussionRecord] = []
    /// In the order in which they were recorded, each in its latest version.
    var changes: [ChangeRecord] = []
    /// Consultations whose decision is not here yet.
    var earlyConsultations: [EarlyConsultation] = []

    /// A household that nothing is decided about.
    public init() {}

    /// Causes kept of one decision.
    static let maximumCauses = 40

    /// Remembers what notices of a decision were derived from.
    mutating func noteCause(_ cause: String, of decisionID: String) {
        change(decisionID) { change in
            guard !change.causes.contains(cause) else { return }
            change.causes.append(cause)
            change.causes.removeFirst(max(0, change.causes.count - DecisionRegister.maximumCauses))
        }
    }

    mutating func change(_ decisionID: String, _ body: (inout ChangeRecord) -> Void) {
        guard let place = changes.firstIndex(where: { $0.decisionID == decisionID }) else { return }
        body(&changes[place])
    }

    /// Lets the oldest settled decisions and discussions go.
    mutating func trim() {
        var surplus = changes.count { $0.isSettled } - DecisionRegister.maximumSettledChanges
        while surplus > 0, let oldest = changes.firstIndex(where: { $0.isSettled }) {
            changes.remove(at: oldest)
            surplus -= 1
        }
        discussions.removeFirst(max(0, discussions.count - DecisionRegister.maximumDiscussions))
        earlyConsultations.removeFirst(max(0, earlyConsultations.count - DecisionRegister.maximumEarlyConsultations))
    }
}

/// What is on record about one child.
struct ChildRecord: Sendable, Equatable {
    /// The recorded level; a child without one takes a decision's `from` as its first.
    var level: ThresholdLevel?
    /// When the event happened that set the level.
    var levelSince: Instant?
    /// Each agency's own reference of the child.
    var references: [AgencyCode: String] = [:]
    /// Agencies whose referral named the child.
    var referrers: Set<AgencyCode> = []
    /// Agencies that are involved now.
    var involved: Set<AgencyCode> = []
}

/// A strategy discussion that was held.
struct DiscussionRecord: Sendable, Equatable {
    let id: String
    let heldAt: Instant
    let children: Set<PersonID>
    let attendees: Set<AgencyCode>
    let decidedOnEnquiry: Bool
    /// Who published it.
    var recordedBy: AgencyCode?
    var reason: String?
}

/// A consultation that was recorded before the decision that it belongs to.
struct EarlyConsultation: Sendable, Equatable {
    let decisionID: String
    let consultation: Consultation
}

/// One agency's answer to being consulted.
struct Consultation: Sendable, Equatable {
    /// Who was consulted.
    let agency: AgencyCode
    /// Who recorded it: only the agency itself and the one that decides can.
    let recordedBy: AgencyCode
    let view: ConsultationView
}
