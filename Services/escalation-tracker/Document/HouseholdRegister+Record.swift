import Contracts
import DecisionRules
import Safeguarding

// The register as a part of the household's document. Its types know no JSON, so their records stand here. A household's last
// decisions are written with each of its events, and most were simple: what has its usual value is not written. Some keys are
// read by the view open_matter as well.

extension HouseholdRegister {
    /// The register's members in the household's document.
    package static let record = Record(
        startingAs: HouseholdRegister(),
        optional(
            "children", at: \.children, .entries("person", .personID(), "Which child.", ChildStanding.record), or: [:],
            "What is on record about each child."),
        optional(
            "discussions", at: \.discussions, .list(.object(Discussion.record), .kept), or: [],
            "Strategy discussions, in the order in which they were recorded."),
        optional(
            "changes", at: \.changes, .list(.object(Change.record), .kept), or: [],
            "Decisions, in the order in which they were first recorded."),
        optional(
            "waiting", at: \.waiting, .list(.object(ViewGiven.record), .kept), or: [],
            "Views that can be joined to nothing yet."))
}

extension ChildStanding {
    static let record = Record(
        startingAs: ChildStanding(),
        optional("levels", at: \.spans, .list(.object(Span.record), .kept), or: [], "The last is the present one."),
        optional("referrers", at: \.referrers, .set(.agency()), or: [], "Who has referred the child."),
        optional("involved", at: \.involved, .set(.agency()), or: [], "Who works with the child."),
        optional(
            "discussed", at: \.discussed, .byAgency(.instant()), or: [:],
            "When each agency was last at a strategy discussion."),
        optional(
            "reviewed", at: \.reviewed, .byAgency(.instant()), or: [:], "When each agency was last at a review."))
}

extension ChildStanding.Span {
    static let record = Record(
        { level, since, decision, version in
            ChildStanding.Span(
                level: level, since: since,
                decision: decision.flatMap { id in version.map { ChildStanding.Version(id: id, number: $0) } })
        },
        required("level", \.level, .word(), "The level."),
        optional("since", \.since, .instant(), "When the event happened that set it."),
        optional("by", \.decision?.id, .ownName(), "The decision that set it."),
        optional("version", \.decision?.number, .decisionVersion(), "Its version."))
}

extension HouseholdRegister.Discussion {
    static let record = Record(
        HouseholdRegister.Discussion.init(held:recordedAt:), flat(\.held, DiscussionHeld.record),
        required("recordedAt", \.recordedAt, .instant(), "When it was recorded.")
    ).with(
        optional("disputedBy", at: \.disputedBy, .set(.agency()), or: [], "Who says that it was otherwise."),
        optional("told", at: \.isTold, .bool(), or: false, "Whether attendees know that it is on record."))
}

extension DiscussionHeld {
    fileprivate static let record = Record(
        { name, heldAt, children in
            DiscussionHeld(
                id: name.id, recordedBy: name.agency, heldAt: heldAt, children: children, attendees: [:],
                decidedOnEnquiry: false)
        },
        required("name", \.name, .ownName(), "Which discussion."),
        required("heldAt", \.heldAt, .instant(), "When it was held."),
        required("children", \.children, .set(.personID()), "Whom it was about.")
    ).with(
        optional("enquiry", at: \.decidedOnEnquiry, .bool(), or: false, "Whether it decided on an enquiry."),
        optional(
            "attendees", at: \.attendees, .byAgency(.nullable(.word())), or: [:],
            "Who was there, with the view that is on record."),
        optional("about", at: \.about, .set(.line()), or: [], "The decisions that it names."),
        optional("exception", at: \.hasQuorumException, .bool(), or: false, "Whether somebody was excused."))
}

extension Change {
    static let record = Record(
        Change.init(id:version:decidedAt:),
        required("name", \.id, .ownName(), "Which decision."),
        required("version", \.version, .decisionVersion(), "The latest."),
        required("decidedAt", \.decidedAt, .instant(), "When it was decided.")
    ).with(
        optional("parts", at: \.parts, .list(.object(ChangePart.record), .kept), or: [], "Each child's change."),
        optional("discussion", at: \.discussionID, .line(), "The discussion that it names."),
        optional("reviewers", at: \.reviewers, .set(.agency()), or: [], "Who was at its review."),
        optional("views", at: \.views, .list(.object(View.record), .kept), or: [], "Views on this version."),
        optional("viewsRecorded", at: \.viewsRecorded, .count(), or: 0, "Views that were ever on record."),
        optional(
            "objections", at: \.objections, .list(.object(Objection.record), .kept), or: [],
            "What agencies have against it."),
        optional("lapses", at: \.lapses, .count(), or: 0, "How often it fell due while something waited."),
        optional("clock", at: \.isClockArmed, .bool(), or: false, "Whether its deadline is set."))
}

extension ChangePart {
    fileprivate static let record = Record(
        ChangePart.init(person:from:to:version:isUrgent:),
        required("person", \.person, .personID(), "Which child."),
        required("from", \.from, .word(), "The level that the child is to leave."),
        required("to", \.to, .word(), "The level that the child is to go to."),
        required("version", \.version, .decisionVersion(), "The version that it belongs to."),
        optional("urgent", \.isUrgent, .bool(), or: false, "Whether it cannot wait.")
    ).with(
        required("state", at: \.state, .changeState(), "How far it has come."),
        optional("turn", at: \.turn, .count(), or: 0, "Which state it is, from 0."),
        optional("told", at: \.toldOfThisTurn, .set(.agency()), or: [], "Who has heard of this state."),
        optional("behind", at: \.toldOfAnother, .byAgency(.count()), or: [:], "Who has heard of which other last."),
        optional("hearers", at: \.hearers, .set(.agency()), or: [], "Who hears of it to the end."),
        optional("asked", at: \.asked, .set(.agency()), or: [], "Who was asked for a view."),
        optional(
            "awaitsDiscussion", at: \.awaitsDiscussion, .bool(), or: false, "Whether a discussion is still to come."),
        optional("called", at: \.isCalled, .bool(), or: false, "Whether a discussion was called for."),
        optional(
            "discussions", at: \.discussions, .list(.ownName(), .kept), or: [],
            "Discussions that name it or were called for."),
        optional("settledBy", at: \.settledBy, .ownName(), "The discussion that let it go."),
        optional("effectiveAt", at: \.effectiveAt, .instant(), "When it took effect."))

    /// Most have heard of the present state: who has not stands by itself.
    private var toldOfThisTurn: Set<AgencyCode> {
        get { Set(told.filter { $0.value == turn }.keys) }
        set { for agency in newValue { told[agency] = turn } }
    }

    private var toldOfAnother: [AgencyCode: Int] {
        get { told.filter { $0.value != turn } }
        set { told.merge(newValue) { _, other in other } }
    }
}

extension View {
    fileprivate static let record = Record(
        View.init(number:agency:recordedBy:position:at:children:isOwn:note:),
        required("number", \.number, .count(), "What tells it from every other of the decision's."),
        required("agency", \.agency, .agency(), "Whose view."),
        required("recordedBy", \.recordedBy, .agency(), "Who recorded it."),
        required("view", \.position, .word(), "The view."),
        required("at", \.at, .instant(), "When it was given."),
        required("children", \.children, .set(.personID()), "Whom it is about."),
        optional("own", \.isOwn, .bool(), or: false, "Whether the agency has said or confirmed it."),
        optional("note", \.note, .text(), "What was said beside."))
}

extension Objection {
    fileprivate static let record = Record(
        Objection.init(agency:children:origin:openedBy:),
        required("agency", \.agency, .agency(), "Who objects."),
        required("children", \.children, .set(.personID()), "To whose change."),
        required("origin", \.origin, .word(), "What it came by."),
        required("openedBy", \.openedBy, .agency(), "Who recorded it.")
    ).with(
        optional("raised", at: \.raised, .set(.personID()), or: [], "The children of which the ladder has heard."),
        optional("promise", at: \.promise, .word(), "What it waits for, if that was agreed."))
}

extension ViewGiven {
    fileprivate static let record = Record(
        { decision, version, agency, recorder, position, at in
            ViewGiven(
                decisionID: decision, version: version, agency: agency, recordedBy: recorder, position: position,
                at: at)
        },
        required("decision", \.decisionID, .ownName(), "Which decision."),
        required("version", \.version, .decisionVersion(), "Which version of it."),
        required("agency", \.agency, .agency(), "Whose view."),
        required("recordedBy", \.recordedBy, .agency(), "Who recorded it."),
        required("view", \.position, .word(), "The view."),
        required("at", \.at, .instant(), "When it was given.")
    ).with(
        optional("children", at: \.children, .set(.personID()), "Whom it is about; all, if absent."),
        optional("put", at: \.putInOrder, .list(.object(Put.record), .kept), or: [], "What was put to the agency."),
        optional("early", at: \.isEarly, .bool(), or: false, "Whether it came before its version."),
        optional("note", at: \.note, .text(), "What was said beside."),
        optional("origin", at: \.origin, .object(Origin.record), "The event that it came by."))

    private var putInOrder: [Put] {
        get {
            put.sorted { ($0.person, $0.from.rank, $0.to.rank) < ($1.person, $1.from.rank, $1.to.rank) }
        }
        set { put = Set(newValue) }
    }
}

extension ViewGiven.Put {
    fileprivate static let record = Record(
        { ViewGiven.Put($0, from: $1, to: $2) },
        required("person", \.person, .personID(), "Which child."),
        required("from", \.from, .word(), "The level that the child was to leave."),
        required("to", \.to, .word(), "The level that the child was to go to."))
}

extension ViewGiven.Origin {
    fileprivate static let record = Record(
        ViewGiven.Origin.init(eventID:factID:until:),
        required("event", \.eventID, .line(), "The agency's event."),
        required("fact", \.factID, .line(500), "The fact that it became."),
        optional("until", \.until, .instant(), "Until when it can be joined to a decision."))
}
