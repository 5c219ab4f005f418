import Safeguarding

/// What agencies say and clocks bring, as the register takes it.
package enum RegisterFact: Hashable, Sendable {
    /// An agency referred the child.
    case referred(PersonID, by: AgencyCode)
    /// An agency works with the child from now on.
    case joined(PersonID, AgencyCode)
    /// An agency works with the child no longer.
    case left(PersonID, AgencyCode)
    case discussion(DiscussionHeld)
    case decision(DecisionMade)
    case view(ViewGiven)
    /// An agency agrees that the view that another recorded for it is its own (R5): the one of that number, or all.
    case confirmedView(decisionID: OwnName, version: Int, agency: AgencyCode, number: Int? = nil)
    /// An agency says that it never gave the view that another recorded for it.
    case disputedView(decisionID: OwnName, version: Int, agency: AgencyCode, number: Int? = nil)
    /// An agency says that it was not at a discussion, or did not agree there (R8).
    case disputedDiscussion(id: OwnName, agency: AgencyCode)
    /// A party challenges a decision in its answer to a notice (R7).
    case challenged(decisionID: OwnName, version: Int, agency: AgencyCode, children: Set<PersonID>)
    /// The agency's challenge of the decision is closed, by one of those who have to do with it (R15).
    case challengeEnded(
        decisionID: OwnName, version: Int, agency: AgencyCode, ChallengeOutcome, by: ChallengeCloser = .challenger)
    /// A held change has waited for another of policy's days, or an urgent one for its discussion.
    case silence(decisionID: OwnName)
}

/// How a challenge ended, as far as the register goes.
package enum ChallengeOutcome: String, CaseIterable, Hashable, Sendable {
    /// The objection is lifted: by the agency that objected, or by an arbiter above both.
    case lifted
    /// The decider gives up the change: what is held is withdrawn, what is in effect has to be undone (R16).
    case changed
    /// The two agree on another version, which is still to be published; this one stays held.
    case compromise
}

/// A strategy discussion as it was recorded.
package struct DiscussionHeld: Hashable, Sendable {
    package var id: String
    package var recordedBy: AgencyCode
    package var heldAt: Instant
    package var children: Set<PersonID>
    /// Who was there, with the view that the record gives them, if it gives one.
    package var attendees: [AgencyCode: ConsultationView?]
    package var decidedOnEnquiry: Bool
    /// The decisions that it names.
    package var about: Set<String>
    package var hasQuorumException: Bool

    package init(
        id: String, recordedBy: AgencyCode, heldAt: Instant, children: Set<PersonID>,
        attendees: [AgencyCode: ConsultationView?], decidedOnEnquiry: Bool, about: Set<String> = [],
        hasQuorumException: Bool = false
    ) {
        self.id = id
        self.recordedBy = recordedBy
        self.heldAt = heldAt
        self.children = children
        self.attendees = attendees
        self.decidedOnEnquiry = decidedOnEnquiry
        self.about = about
        self.hasQuorumException = hasQuorumException
    }

    /// What its recorder calls it.
    package var name: OwnName { OwnName(id, of: recordedBy) }
}

/// A decision's version as it was published, its children in the event's order.
package struct DecisionMade: Hashable, Sendable {
    /// What is decided for one child.
    package struct Child: Hashable, Sendable {
        package let person: PersonID
        package let from: ThresholdLevel
        package let to: ThresholdLevel
        package let hasRationale: Bool

        package init(_ person: PersonID, from: ThresholdLevel, to: ThresholdLevel, hasRationale: Bool = true) {
            self.person = person
            self.from = from
            self.to = to
            self.hasRationale = hasRationale
        }
    }

    /// That it cannot wait.
    package struct Urgency: Hashable, Sendable {
        package let hasReason: Bool
        /// Whether the agency has attested the authoriser as a manager (R4).
        package let isAttested: Bool

        package init(hasReason: Bool, isAttested: Bool) {
            self.hasReason = hasReason
            self.isAttested = isAttested
        }
    }

    package var id: String
    package var version: Int
    package var agency: AgencyCode
    package var decidedAt: Instant
    package var children: [Child]
    package var urgency: Urgency?
    package var discussionID: String?
    /// What was said at the review that proposed it.
    package var review: [AgencyCode: ConsultationView]

    package init(
        id: String, version: Int, agency: AgencyCode, decidedAt: Instant, children: [Child], urgency: Urgency? = nil,
        discussionID: String? = nil, review: [AgencyCode: ConsultationView] = [:]
    ) {
        self.id = id
        self.version = version
        self.agency = agency
        self.decidedAt = decidedAt
        self.children = children
        self.urgency = urgency
        self.discussionID = discussionID
        self.review = review
    }

    /// What whoever decided calls it.
    package var name: OwnName { OwnName(id, of: agency) }

    /// Whether it takes the version before back: nothing is to change after all.
    package var isTakingBack: Bool { children.allSatisfy { $0.from == $0.to } }
}

/// A view as it was recorded: whose, by whom, on which version.
package struct ViewGiven: Hashable, Sendable {
    /// A child with what was put to the agency.
    package struct Put: Hashable, Sendable {
        package let person: PersonID
        package let from: ThresholdLevel
        package let to: ThresholdLevel

        package init(_ person: PersonID, from: ThresholdLevel, to: ThresholdLevel) {
            self.person = person
            self.from = from
            self.to = to
        }
    }

    package var decisionID: OwnName
    package var version: Int
    package var agency: AgencyCode
    package var recordedBy: AgencyCode
    package var position: ConsultationView
    package var at: Instant
    /// All children of the version, if absent.
    package var children: Set<PersonID>?
    /// What was put to the agency, if it says so; needed where the version is not made yet (R6).
    package var put: Set<Put>
    /// What was said beside.
    package var note: String?
    /// The event that it came by, which gets its receipt once the view counts.
    package var origin: Origin?
    /// Whether it came before its version was made.
    package var isEarly = false

    package init(
        decisionID: OwnName, version: Int, agency: AgencyCode, recordedBy: AgencyCode, position: ConsultationView,
        at: Instant, children: Set<PersonID>? = nil, put: Set<Put> = [], note: String? = nil, origin: Origin? = nil
    ) {
        self.decisionID = decisionID
        self.version = version
        self.agency = agency
        self.recordedBy = recordedBy
        self.position = position
        self.at = at
        self.children = children
        self.put = put
        self.note = note
        self.origin = origin
    }

    /// The event that a view came by.
    package struct Origin: Hashable, Sendable {
        package let eventID: String
        /// The fact that the event became.
        package let factID: String
        /// Until when the view can be joined to a decision; for ever, if it does not say.
        package let until: Instant?

        /// The event that a view came by.
        package init(eventID: String, factID: String, until: Instant?) {
            (self.eventID, self.factID, self.until) = (eventID, factID, until)
        }
    }

    /// So long before its sender is told that the view has no effect, one that has waited is joined to nothing: the message takes a
    /// moment.
    static let marginSeconds: Int64 = 900

    /// Whether the sender of a view that waits has been told, or is about to be, that it has no effect.
    func isOver(at now: Instant) -> Bool { isHandedBack(at: now.adding(seconds: ViewGiven.marginSeconds)) }

    /// Whether its sender has been told that the view has no effect. Until then a view of a decision that is on record counts at
    /// once, however short its time is.
    package func isHandedBack(at now: Instant) -> Bool { origin?.until.map { now >= $0 } ?? false }

    /// Whether the agency said it itself (R5).
    package var isOwn: Bool { agency == recordedBy }
}
