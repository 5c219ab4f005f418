import JSON
import Safeguarding

/// What a notice says, as far as its kind has it: written once, by the service that knows it, and carried to the agencies as
/// it is. A field stands here, with its rule and what it means, and where it is set; nowhere else.
public struct NoticeBody: Sendable, Equatable {
    /// What it is about.
    public var subject: NoticeSubject
    /// Whether the change is in effect; of one that has ended, `unchanged` where it never was in effect.
    public var state: ChangeState?
    /// Whether a child cannot wait: of a change, that it took effect before everybody was consulted.
    public var isUrgent: Bool?
    /// Why it cannot wait.
    public var urgentReason: String?
    /// Who decided, or spoke.
    public var decidedBy: NoticeAuthor?
    /// When it was decided.
    public var decidedAt: Instant?
    /// Why, in the words of whoever decided or spoke.
    public var reason: String?
    /// Agencies whose view is waited for.
    public var awaiting: [AgencyCode] = []
    /// Views on record for this version.
    public var views: [NoticeView] = []
    /// Who challenges, asks, or wants something decided.
    public var raisedBy: NoticeAuthor?
    /// On what grounds.
    public var grounds: String?
    /// What the challenge wants instead.
    public var desiredOutcome: String?
    /// What somebody needs to know before it says what it thinks.
    public var question: String?
    /// Under which the question is answered.
    public var requestID: InformationRequestID?
    /// What whoever was asked says.
    public var answer: String?
    /// The escalation that it is about.
    public var escalationID: EscalationID?
    /// The stage of the ladder that the matter stands at.
    public var stage: Int?
    /// The partnership's own words for the stage.
    public var stageWords: String?
    /// The meeting that the stage is.
    public var meeting: NoticeMeeting?
    /// Who closes the escalation where its ladder ends and the sides do not agree (R15).
    public var arbiter: AgencyCode?
    /// How the escalation ended.
    public var outcome: EscalationEnding?
    /// Whether the challenge came after the time for an answer (row A3).
    public var isLate: Bool?
    /// Whether the challenge counts as good practice (row B7).
    public var isGoodPractice: Bool?
    /// The rating that a referral had, and the one that it has now, where somebody lowered it.
    public var rating: RatingStep?
    /// Until when an answer is expected; a late one is accepted and marked.
    public var respondBy: Instant?
    /// The notice that this one is a reminder of.
    public var about: NoticeID?
    /// Of an overdue acknowledgement: the agency that is silent, where that is not the receiver.
    public var unacknowledgedBy: AgencyCode?

    /// What a notice about that says; its fields are set one by one.
    public static func about(_ subject: NoticeSubject) -> NoticeBody { NoticeBody(subject: subject) }

    static let record = Record(
        NoticeBody.init,
        required("subject", \.subject, .object(NoticeSubject.record), "What it is about."),
        optional(
            "state", \.state, .word(),
            "Whether the change is in effect; of one that has ended, `unchanged` where it never was in effect."),
        optional(
            "isUrgent", \.isUrgent, .bool(),
            "Whether a child cannot wait: of a change, that it took effect before everybody was consulted."),
        optional("urgentReason", \.urgentReason, .text(), "Why it cannot wait."),
        optional("decidedBy", \.decidedBy, .object(NoticeAuthor.record), "Who decided, or spoke."),
        optional("decidedAt", \.decidedAt, .instant(), "When it was decided."),
        optional("reason", \.reason, .text(), "Why, in the words of whoever decided or spoke."),
        optional("awaiting", \.awaiting, .list(.agency(), 0...1000), or: [], "Agencies whose view is waited for."),
        optional(
            "views", \.views, .list(.object(NoticeView.record), 0...1000), or: [],
            "Views on record for this version."),
        optional(
            "raisedBy", \.raisedBy, .object(NoticeAuthor.record), "Who challenges, asks, or wants something decided."),
        optional("grounds", \.grounds, .text(), "On what grounds."),
        optional("desiredOutcome", \.desiredOutcome, .text(), "What the challenge wants instead."),
        optional("question", \.question, .text(), "What somebody needs to know before it says what it thinks."),
        optional("requestId", \.requestID, .informationRequestID(), "Under which the question is answered."),
        optional("answer", \.answer, .text(), "What whoever was asked says."),
        optional("escalationId", \.escalationID, .escalationID(), "The escalation that it is about."),
        optional("stage", \.stage, .integer(1...10), "The stage of the ladder that the matter stands at."),
        optional("stageWords", \.stageWords, .line(), "The partnership's own words for the stage."),
        optional("meeting", \.meeting, .object(NoticeMeeting.record), "The meeting that the stage is, if it is one."),
        optional(
            "arbiter", \.arbiter, .agency(),
            "Who closes the escalation where its ladder ends and the sides do not agree: above both, and party to nothing in it."
        ),
        optional(
            "outcome", \.outcome, .word(),
            "How the escalation ended: as somebody has closed it, or `lapsed`, where what was challenged has ended otherwise."
        ),
        optional("late", \.isLate, .bool(), "Whether the challenge came after the time for an answer."),
        optional("goodPractice", \.isGoodPractice, .bool(), "Whether the challenge counts as good practice."),
        optional(
            "rating", \.rating, .object(RatingStep.record),
            "The rating that a referral had, and the one that it has now."),
        optional(
            "respondBy", \.respondBy, .instant(),
            "Until when an answer is expected; a late one is accepted and marked."),
        optional("about", \.about, .noticeID(), "The notice that this one is a reminder of."),
        optional(
            "unacknowledgedBy", \.unacknowledgedBy, .agency(), "The agency that is silent, where that is not you."))
}

/// What a notice is about. Identifiers that agencies choose are unique within the agency (I1), so they come with it.
public struct NoticeSubject: Sendable, Hashable {
    /// Kinds of subjects.
    public enum Kind: String, CaseIterable, Sendable {
        /// A decision; its identifier is whoever's decided.
        case decision
        /// A strategy discussion; its identifier is whoever's recorded it.
        case discussion
        /// A referral; its identifier is the referrer's.
        case referral
        /// An item of the screening queue.
        case screeningItem = "screening-item"
        /// A request for a conference; its identifier is whoever's asked.
        case conferenceRequest = "conference-request"
        /// That nothing happens for a family.
        case delay
        /// An agency's own matter; its identifier is the agency's code.
        case agency
        /// Where children stand, for an agency that has joined; its identifier is that agency's code.
        case currentStatus = "current-status"
    }

    /// What it is.
    public let kind: Kind
    /// Which one.
    public let id: String
    /// The agency that chose the identifier; nobody, where it is ours.
    public let chosenBy: AgencyCode?
    /// The version, of what has versions.
    public let version: Int?

    /// What a notice is about.
    public init(_ kind: Kind, _ id: String, chosenBy: AgencyCode? = nil, version: Int? = nil) {
        (self.kind, self.id, self.chosenBy, self.version) = (kind, id, chosenBy, version)
    }

    static let record = Record(
        NoticeSubject.init, required("kind", \.kind, .word(), "What it is."),
        required("id", \.id, .line(), "Which one."),
        optional("chosenBy", \.chosenBy, .agency(), "The agency that chose the identifier, if an agency did."),
        optional("version", \.version, .integer(1...1_000_000), "The version, of what has versions."))
}

/// Who decided, challenges or spoke.
public struct NoticeAuthor: Sendable, Hashable {
    /// For which agency.
    public let agency: AgencyCode
    /// What the person is; nothing, where nobody is named.
    public let role: String?

    /// Somebody of an agency.
    public init(_ agency: AgencyCode, role: String?) { (self.agency, self.role) = (agency, role) }

    static let record = Record(
        NoticeAuthor.init, required("agency", \.agency, .agency(), "For which agency."),
        optional("role", \.role, .line(), "What the person is."))
}

/// The view of one agency.
public struct NoticeView: Sendable, Hashable {
    /// Whose view it is.
    public let agency: AgencyCode
    /// The view.
    public let view: ConsultationView
    /// Whether it is the agency's own: published or confirmed by it.
    public let isOwn: Bool
    /// Who recorded it, if that was another agency.
    public let recordedBy: AgencyCode?
    /// When the agency was asked.
    public let at: Instant?
    /// What was said beside.
    public let note: String?

    /// The view of one agency.
    public init(
        _ agency: AgencyCode, _ view: ConsultationView, isOwn: Bool, recordedBy: AgencyCode? = nil, at: Instant? = nil,
        note: String? = nil
    ) {
        (self.agency, self.view, self.isOwn) = (agency, view, isOwn)
        (self.recordedBy, self.at, self.note) = (recordedBy, at, note)
    }

    static let record = Record(
        NoticeView.init, required("agency", \.agency, .agency(), "Whose view it is."),
        required("view", \.view, .word(), "The view."),
        required("own", \.isOwn, .bool(), "Whether it is the agency's own: published or confirmed by it."),
        optional("recordedBy", \.recordedBy, .agency(), "Who recorded it, if that was another agency."),
        optional("at", \.at, .instant(), "When the agency was asked."),
        optional("note", \.note, .text(), "What was said beside."))
}

/// A meeting that is a stage of a ladder.
public struct NoticeMeeting: Sendable, Hashable {
    /// Who leads it.
    public let chair: String
    /// When it is held; nothing, as long as the side that decided has not said so.
    public let at: Instant?

    /// A meeting, with its date if it has one.
    public init(chair: String, at: Instant? = nil) { (self.chair, self.at) = (chair, at) }

    static let record = Record(
        NoticeMeeting.init, required("chair", \.chair, .line(), "Who leads it."),
        optional("at", \.at, .instant(), "When it is held; absent, as long as it has no date."))
}

/// A rating that was lowered.
public struct RatingStep: Sendable, Hashable {
    /// What it was.
    public let from: RiskRating
    /// What it is.
    public let to: RiskRating

    /// A rating that was lowered.
    public init(from: RiskRating, to: RiskRating) { (self.from, self.to) = (from, to) }

    static let record = Record(
        RatingStep.init, required("from", \.from, .word(), "What it was."),
        required("to", \.to, .word(), "What it is."))
}
