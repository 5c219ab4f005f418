import Safeguarding

/// What the partnership has decided about the children of one household, and who was party to it: values and pure
/// functions. Contract.md section 6 is the specification; domain.md rows A1, A2 and A5 are its tests.
///
/// Bounded: settled decisions and old discussions leave in the order in which they came, so a household with ten
/// thousand events behind it is as small as one with ten. What is open never leaves; so of that each agency can have so much
/// and no more, and what it publishes beyond is refused (`DecisionLimits`).
public struct DecisionRegister: Sendable, Equatable {
    /// Settled decisions kept per household, for answers and facts that arrive late: so many, and no more than so many bytes
    /// of reasons, but one at the least.
    static let maximumSettledChanges = 20
    static let maximumSettledReasonBytes = 64 * 1024
    /// Strategy discussions kept per household.
    static let maximumDiscussions = 20
    /// Consultations of each recording agency that wait for their decision.
    static let maximumEarlyConsultations = 20

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

    /// A discussion's reason was for the notices that it brought about.
    mutating func forgetReason(of discussion: DiscussionName) {
        guard let place = discussions.firstIndex(where: { $0.name == discussion }) else { return }
        discussions[place].reason = nil
    }

    /// Lets the oldest settled decisions and discussions go.
    mutating func trim() {
        for place in changes.indices where changes[place].isSettled && changes[place].hasTexts {
            changes[place].forgetTexts()
        }
        let settled = changes.filter { $0.isSettled }
        var surplus = settled.count - DecisionRegister.maximumSettledChanges
        var surplusBytes = settled.reduce(-DecisionRegister.maximumSettledReasonBytes) { $0 + $1.reason.utf8.count }
        for oldest in settled.dropLast() where surplus > 0 || surplusBytes > 0 {
            changes.removeAll { $0.decisionID == oldest.decisionID }
            surplus -= 1
            surplusBytes -= oldest.reason.utf8.count
        }
        discussions.removeFirst(max(0, discussions.count - DecisionRegister.maximumDiscussions))
        trimEarlyConsultations()
    }

    /// Of each agency that records them the latest: nobody's push out another's.
    private mutating func trimEarlyConsultations() {
        var left: [AgencyCode: Int] = [:]
        let kept = earlyConsultations.reversed().filter { early in
            left[early.consultation.recordedBy, default: 0] += 1
            return left[early.consultation.recordedBy, default: 0] <= DecisionRegister.maximumEarlyConsultations
        }
        if kept.count < earlyConsultations.count { earlyConsultations = kept.reversed() }
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

/// A discussion by the identifier that an agency has chosen for it, which is unique within that agency alone (I1): two
/// agencies can each have held an `SD-1` about one child, and neither silences the other's (E6).
struct DiscussionName: Sendable, Hashable {
    let id: String
    /// Who published it.
    let agency: AgencyCode

    /// One text for each discussion: an agency's code has no slash.
    var text: String { "\(self.agency)/\(id)" }
}

/// A strategy discussion that was held.
struct DiscussionRecord: Sendable, Equatable {
    let name: DiscussionName
    let heldAt: Instant
    let children: Set<PersonID>
    let attendees: Set<AgencyCode>
    let decidedOnEnquiry: Bool
    /// For the notices that the discussion brings about; it does not stay in the document.
    var reason: String?
}

/// A view that cannot be joined to a decision: the decision is not here, or the agency is not one to be consulted, as far as
/// is known. Both can change, since between topics there is no order.
struct EarlyConsultation: Sendable, Equatable {
    let decisionID: String
    let consultation: Consultation
    /// Whose receipt waits for it.
    var origin: ViewOrigin?
    /// The version that was on record when it came. A view belongs to one version (R6); one that came before any belongs to the
    /// first that comes.
    var version: Int?
}

/// The event that a view came from: it gets its receipt once the view counts.
struct ViewOrigin: Sendable, Equatable {
    let eventID: String
    /// The fact that the event became.
    let factID: String
    /// Until when the view can be joined to a decision.
    let until: Instant?

    /// So long before its sender is told that the view has no effect, the register joins it to nothing: a verdict takes a
    /// moment to get there.
    static let marginSeconds: Int64 = 900

    /// Whether its sender has been told, or is about to be, that the view has no effect.
    func isOver(at now: Instant) -> Bool {
        until.map { now.adding(seconds: ViewOrigin.marginSeconds) >= $0 } ?? false
    }
}

/// One agency's answer to being consulted.
struct Consultation: Sendable, Equatable {
    /// Who was consulted.
    let agency: AgencyCode
    /// Who recorded it: only the agency itself and the one that decides can.
    let recordedBy: AgencyCode
    let view: ConsultationView
}
