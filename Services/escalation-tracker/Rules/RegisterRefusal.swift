import Safeguarding

/// Why a fact is not taken: it may not be, or it can have no effect. A refused fact leaves no trace.
package enum RegisterRefusal: Hashable, Sendable {
    /// Its `from` is not the recorded level; the index is the child's place in the event (R13).
    case staleDecision(child: Int, recorded: ThresholdLevel)
    case rationaleMissing(child: Int)
    /// The version does not follow the recorded one (R10).
    case staleVersion(expected: Int)
    /// Only what is held can be taken back.
    case nothingToTakeBack(child: Int)
    /// An urgent change without its reason, or without a manager whom the agency has attested (R4).
    case urgentWithoutReason
    case authoriserNotAttested
    /// Only children's social care and the hub record discussions (R3).
    case mayNotRecordDiscussions
    /// Nobody of these was there, and it does not say why (R3).
    case quorumMissing([[AgencyCode]])
    /// This is on record already: a discussion with this identifier, the same view, the same involvement.
    case onRecord
    /// The agency has said itself what its view is: nobody else's record replaces it (R5).
    case saidItself
    /// The version was replaced by another (R6).
    case versionReplaced(by: Int)
    /// The change has ended for these children: withdrawn or overtaken.
    case changeEnded
    /// The version is not made, and the view does not say what was put to the agency (R6).
    case notMadeYet
    /// There is no such decision, discussion, view or challenge of the agency's.
    case unknownSubject
    /// The children are none of the decision's.
    case otherChildren
    /// The side that decided closes no challenge of what it decided (R15).
    case mayNotClose
    /// The clock has nothing left to wait for.
    case nothingAwaited
}

/// Everything that stands against a fact.
package struct RegisterRefusals: Error, Hashable, Sendable {
    package let all: [RegisterRefusal]

    package init(_ all: RegisterRefusal...) { self.all = all }

    init(all: [RegisterRefusal]) { self.all = all }
}
