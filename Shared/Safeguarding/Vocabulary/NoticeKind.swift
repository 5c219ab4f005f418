/// What a notice is about (contract.md section 5).
public enum NoticeKind: String, CaseIterable, Hashable, Sendable {
    /// A child's level was changed, or is to be.
    case thresholdChanged = "threshold-changed"
    /// The agency is to be consulted before a change takes effect.
    case consultationRequested = "consultation-requested"
    /// What became of a referral.
    case outcomeOfReferral = "outcome-of-referral"
    /// A notice has not been acknowledged in time.
    case acknowledgementOverdue = "acknowledgement-overdue"
    /// Somebody challenges a decision.
    case challengeRaised = "challenge-raised"
    /// An escalation has moved up.
    case escalationAdvanced = "escalation-advanced"
    /// An escalation has ended.
    case escalationClosed = "escalation-closed"
    /// A strategy discussion is due.
    case discussionRequired = "discussion-required"
    /// Somebody asks for information.
    case informationRequested = "information-requested"
    /// Whoever was asked has answered.
    case informationProvided = "information-provided"
    /// Where the children stand with whom an agency has begun to work.
    case currentStatus = "current-status"
    /// Events together make a pattern.
    case patternDetected = "pattern-detected"
    /// Work has fallen due.
    case taskDue = "task-due"
    /// A school is told before the child arrives.
    case domesticAbuseSchool = "domestic-abuse-school"
    /// A held change has taken effect.
    case changeConfirmed = "change-confirmed"
    /// A child's level was raised.
    case thresholdRaised = "threshold-raised"
    /// Another agency has recorded a view of the receiver's, which the receiver confirms or disputes.
    case consultationRecorded = "consultation-recorded"
    /// The receiver is on record as present at a strategy discussion that was about a change.
    case discussionRecorded = "discussion-recorded"
    /// A change was taken back.
    case changeWithdrawn = "change-withdrawn"
}
