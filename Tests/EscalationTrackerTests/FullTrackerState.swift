import Contracts
import DecisionRules
import Safeguarding

@testable import EscalationTracker

/// A household's state in which nothing has its usual value: every member of its document is written.
struct FullTrackerState {
    private let csc: AgencyCode
    private let police: AgencyCode
    private let child = PersonID(digest: [1])
    private let sibling = PersonID(digest: [2])
    private let at: Instant
    private let decision: OwnName
    private let discussion: OwnName
    private let item: ScreeningItemID
    private let person = Person(name: "Tess Example", role: "social worker", contact: "01904 000000")

    /// The state.
    static func make() throws -> TrackerState { try FullTrackerState().state }

    private init() throws {
        (csc, police) = (try VirtualPartnership.code("csc"), try VirtualPartnership.code("police"))
        at = try Instant.reading("2026-11-02T10:00:00.000123Z")
        (decision, discussion) = (OwnName("D/1", of: csc), OwnName("SD 1", of: csc))
        let household = VirtualPartnership.household
        item = ScreeningItemID(household: household, referrer: csc, referralID: "R1")
    }

    private var state: TrackerState {
        var state = TrackerState()
        state.register = register
        state.statements = DecisionStatements([
            decision: DecisionStatement(
                authoriserRole: "team manager", recordedAt: at, reason: "Support\nis accepted.",
                urgentReason: "It cannot wait.", rationales: [child: "She is safe.", sibling: "It\tgoes on."],
                causes: ["decision/D1/2"], pastCauses: ["decision/D1/1"])
        ])
        state.references.know([csc: "L-1", police: "P 1"], of: child)
        state.references.know([police: "P 2"], of: sibling)
        let subjects: [Escalation.Subject] = [
            .decision(decision, version: 2), .discussion(discussion), .outcome(item), .conference(id: "CR 1"),
            .delay(id: "progress/1"),
        ]
        for (number, subject) in subjects.enumerated() { state.escalations.add(escalation(subject, number)) }
        _ = state.outcomes.add(
            ChallengeableOutcomes.Outcome(
                item: item, cause: "item/1", kind: .outcomeOfReferral, told: [police, csc], decidedBy: csc,
                children: [child, sibling], answerBy: at), in: VirtualPartnership.household)
        state.outcomes.wait(challenge)
        state.conferences.add(request("CR 1", nil))
        state.conferences.add(request("CR 2", .declined))
        state.questions.add(question)
        state.progress = Progress(
            lastAt: at, breaches: 2, watched: .section17,
            offer: Progress.Offer(cause: "progress/2", children: [child], decider: csc))
        state.responsibility = Responsibility(attestedOn: LondonTime.date(at: at), reminders: 3)
        return state
    }

    private var register: HouseholdRegister {
        var register = HouseholdRegister()
        var standing = ChildStanding()
        standing.spans = [
            .init(level: .section17), .init(level: .section47, since: at, decision: .init(id: decision, number: 2)),
        ]
        (standing.referrers, standing.involved) = ([police], [csc, police])
        (standing.discussed, standing.reviewed) = ([police: at, csc: at], [csc: at])
        register.children = [child: standing, sibling: ChildStanding()]
        var held = HouseholdRegister.Discussion(
            held: DiscussionHeld(
                id: discussion.id, recordedBy: csc, heldAt: at, children: [child, sibling],
                attendees: [csc: nil, police: .object], decidedOnEnquiry: true, about: ["D/1", "D2"],
                hasQuorumException: true), recordedAt: at)
        (held.disputedBy, held.isTold) = ([police], true)
        register.discussions = [held]
        register.changes = [change]
        var waiting = ViewGiven(
            decisionID: decision, version: 3, agency: police, recordedBy: csc, position: .abstain, at: at,
            children: [child],
            put: [.init(child, from: .section47, to: .closed), .init(sibling, from: .section17, to: .earlyHelp)],
            origin: .init(eventID: "e 1", factID: "fact-e 1", until: at))
        (waiting.isEarly, waiting.note) = (true, "In writing.")
        register.waiting = [waiting]
        return register
    }

    private var change: Change {
        var change = Change(id: decision, version: 2, decidedAt: at)
        let states: [ChangePart.State] = [
            .held, .inEffect, .overtaken, .withdrawn(.takenBack), .withdrawn(.leftOut), .withdrawn(.undone),
            .withdrawn(.discussion(discussion)), .withdrawn(.challenge(by: police)),
        ]
        change.parts = states.map { part($0) }
        (change.discussionID, change.reviewers) = ("SD 1", [csc])
        change.views = [
            View(
                number: 0, agency: police, recordedBy: csc, position: .object, at: at, children: [child], isOwn: true,
                note: "On the telephone.")
        ]
        change.viewsRecorded = 4
        var objection = Objection(agency: police, children: [child], origin: .challenge, openedBy: csc)
        (objection.raised, objection.promise) = ([child], .compromise)
        change.objections = [objection]
        (change.lapses, change.isClockArmed) = (2, true)
        return change
    }

    private func part(_ state: ChangePart.State) -> ChangePart {
        var part = ChangePart(person: child, from: .section47, to: .section17, version: 2, isUrgent: true)
        (part.state, part.turn) = (state, 1)
        part.told = [csc: 1, police: 0]
        (part.hearers, part.asked) = ([police], [police])
        (part.awaitsDiscussion, part.isCalled) = (true, true)
        (part.discussions, part.settledBy, part.effectiveAt) = ([discussion], discussion, at)
        return part
    }

    private func escalation(_ subject: Escalation.Subject, _ number: Int) -> Escalation {
        Escalation(
            id: EscalationID(
                household: VirtualPartnership.household, subject: subject.text, challenger: police, number: number),
            subject: subject, occasion: .objection, children: [child], challenger: police, decider: csc,
            arbiter: csc, openedBy: csc, ladder: "statutory", openedAt: at, isUrgent: true, stage: 2,
            awaits: .challenger, due: at, limitFrom: at, meetingAt: at, moves: 3, outcome: .compromise, isLate: true,
            isConceded: true, awaitsFollowThrough: true,
            words: EscalationWords(grounds: "No home.", desiredOutcome: "A plan.", answer: "There is one."))
    }

    private var challenge: Challenge {
        Challenge(
            notice: NoticeID(
                household: VirtualPartnership.household, cause: "item/2", kind: .outcomeOfReferral, agency: police),
            agency: police,
            children: [ChildName(of: child, ref: "P 1", for: police), ChildName(of: sibling, ref: nil, for: police)],
            by: person, answer: .challenge, answeredAt: at, grounds: "The risk has not gone.",
            desiredOutcome: "It goes on.", isUrgent: true, escalateTo: 3, eventID: "e 2", factID: "fact-e 2",
            isLate: true)
    }

    private var question: Question {
        let notice = NoticeID(
            household: VirtualPartnership.household, cause: "decision/1", kind: .thresholdChanged, agency: police)
        return Question(
            id: InformationRequestID(household: VirtualPartnership.household, asker: police, eventID: "e 3"),
            notice: notice,
            subject: .decision(decision, version: 2), children: [child], asker: police, askerRole: "sergeant",
            decider: csc, text: "Who has seen the child?", askedAt: at, stage: 2, lapses: 1, answeredAt: at)
    }

    private func request(_ id: String, _ decision: ConferenceDecision?) -> ConferenceRequests.Request {
        ConferenceRequests.Request(
            id: id, requester: police, receiver: csc, children: [child], isBacked: true, by: person,
            grounds: decision == nil ? "The harm goes on." : "", requestedAt: at, decision: decision)
    }
}
