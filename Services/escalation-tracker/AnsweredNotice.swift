import Contracts
import DecisionRules
import Policy
import Safeguarding

// What a notice was about that an agency answers: found by deriving the notices that each matter can have brought.
extension TrackerState {
    /// What was decided, by whom, and about which children.
    struct Target {
        let subject: Escalation.Subject
        let decider: AgencyCode
        var children: Set<PersonID>
        /// The stage at which a challenge begins.
        var stage = 1
        /// Until when an answer is in time; `nil` if it always is, or the window stands still (R14, R18).
        var answerBy: Instant?

        /// Whether the agency has decided or recorded it itself. How its own hub ended a referral it can challenge.
        func isOf(_ agency: AgencyCode) -> Bool {
            switch subject {
            case .decision, .discussion: decider == agency
            case .outcome, .conference, .delay: false
            }
        }
    }

    /// What somebody else has put on record for the receiver.
    enum RecordedFor {
        case view(OwnName, number: Int)
        case discussion(OwnName)
    }

    /// Notices of a decision that can be challenged.
    private static let answerable: [NoticeKind] = [
        .thresholdChanged, .consultationRequested, .changeConfirmed, .thresholdRaised,
    ]

    /// What was decided that a notice told of.
    func target(
        of notice: NoticeID, toldTo agency: AgencyCode, _ household: HouseholdID, _ terms: RegisterTerms,
        _ policy: Policy
    ) -> Target? {
        func window(from start: Instant) -> Instant? {
            let end = policy.due(policy.clocks.challengeWindow, from: start).due
            return questions.window(of: notice, until: end, terms, policy)
        }
        func isNotice(of cause: String, _ kinds: [NoticeKind]) -> Bool {
            kinds.contains { NoticeID(household: household, cause: cause, kind: $0, agency: agency) == notice }
        }
        if let outcome = outcomes.find(notice, of: agency, household) {
            return Target(
                subject: .outcome(outcome.item), decider: outcome.decidedBy,
                children: own(outcome.children, agency, register.parties(to: outcome.children, under: terms)),
                answerBy: outcome.answerBy.flatMap { questions.window(of: notice, until: $0, terms, policy) })
        }
        for change in register.changes.reversed() {
            let told = (statements[change.id]?.causes ?? []).lazy.compactMap { DecisionStatement.Told(text: $0) }
            guard let known = told.first(where: { isNotice(of: $0.cause, TrackerState.answerable) }) else { continue }
            let people = Set(change.parts.map(\.person))
            return Target(
                subject: .decision(change.id, version: change.version), decider: change.agency,
                children: own(people, agency, register.hearers(of: people, in: change, under: terms)),
                answerBy: window(from: known.at))
        }
        for discussion in register.discussions {
            let held = discussion.held
            let isEnquiry = held.decidedOnEnquiry
            guard
                isNotice(
                    of: isEnquiry ? held.name.raisedCause : held.name.cause,
                    isEnquiry ? [.thresholdRaised] : [.thresholdChanged])
            else { continue }
            return Target(
                subject: .discussion(held.name), decider: held.recordedBy,
                children: own(held.children, agency, register.parties(to: held.children, under: terms)),
                answerBy: window(from: discussion.recordedAt))
        }
        // The offer to challenge that nothing happens (row B6): at the managers' stage.
        guard let offer = progress.offer, isNotice(of: offer.cause, [.taskDue]) else { return nil }
        return Target(
            subject: .delay(id: offer.cause), decider: offer.decider,
            children: own(offer.children, agency, register.parties(to: offer.children, under: terms)), stage: 2)
    }

    /// What was put on record for the agency, of which a notice told it.
    func record(behind notice: NoticeID, of agency: AgencyCode, _ household: HouseholdID) -> RecordedFor? {
        func isNotice(of cause: String, _ kind: NoticeKind) -> Bool {
            NoticeID(household: household, cause: cause, kind: kind, agency: agency) == notice
        }
        for change in register.changes.reversed() where change.viewsRecorded > 0 {
            let numbers = max(1, change.viewsRecorded - TrackerState.maximumRecords)...change.viewsRecorded
            if let number = numbers.first(where: { isNotice(of: change.cause(ofView: $0), .consultationRecorded) }) {
                return .view(change.id, number: number)
            }
        }
        return register.discussions.last { isNotice(of: $0.held.name.recordedCause, .discussionRecorded) }
            .map { .discussion($0.held.name) }
    }

    /// Records of views of one decision whose notices can be answered: the latest.
    private static let maximumRecords = 60

    /// The version that has taken the place of the one that a notice told of.
    func version(replacing notice: NoticeID, of agency: AgencyCode, _ household: HouseholdID) -> Int? {
        register.changes.last { change in
            statements[change.id]?.pastCauses.contains { told in
                guard let cause = DecisionStatement.Told(text: told)?.cause else { return false }
                return TrackerState.answerable.contains { kind in
                    NoticeID(household: household, cause: cause, kind: kind, agency: agency) == notice
                }
            } ?? false
        }?.version
    }

    /// Which of the children of a matter an agency has been told of. One that is party no longer is held to those that it has
    /// given a reference of its own; if none is left, it was told of all.
    private func own(_ children: Set<PersonID>, _ agency: AgencyCode, _ parties: [AgencyCode: Party]) -> Set<PersonID> {
        if let party = parties[agency], !party.children.isEmpty { return party.children.intersection(children) }
        let known = children.filter { references[$0][agency] != nil }
        return known.isEmpty ? children : known
    }
}

extension RefusalCode {
    /// A later version has taken the place of what the notice tells.
    static let superseded = RefusalCode(rawValue: "superseded")
}
