import DecisionRules
import Safeguarding

/// A small family, and everything that may be said about it: two children, four agencies, two decisions with their versions.
package struct Family: Sendable {
    package let csc: AgencyCode
    package let police: AgencyCode
    package let health: AgencyCode
    package let school: AgencyCode
    package let older = PersonID(digest: [1])
    package let younger = PersonID(digest: [2])
    /// Social care's decisions.
    package let first: OwnName
    package let second: OwnName

    /// The family; `nil` never, since the codes are well formed.
    package init?() {
        guard let csc = AgencyCode("csc"), let police = AgencyCode("police"), let health = AgencyCode("health"),
            let school = AgencyCode("school")
        else { return nil }
        (self.csc, self.police, self.health, self.school) = (csc, police, health, school)
        (first, second) = (OwnName("D1", of: csc), OwnName("D2", of: csc))
    }

    /// Minutes since the beginning.
    package static func at(_ minutes: Int64) -> Instant { Instant(microsecondsSinceEpoch: minutes * 60_000_000) }

    /// Everything is recorded at this moment: after the decisions, before the reconvened discussions of the alphabet.
    package static let now = at(25)

    /// Social care records discussions, with itself, police and health at the table.
    package func terms(_ rules: RuleSet = .all) -> RegisterTerms {
        var terms = RegisterTerms(recorders: [csc], quorum: [[csc], [police], [health]])
        terms.rules = rules
        return terms
    }

    /// Before anything is decided: health has referred the older child, school works with both, health with the younger, and a
    /// strategy discussion has begun an enquiry about the older.
    package var prologue: [RegisterFact] {
        [
            .referred(older, by: health), .joined(older, school), .joined(younger, school), .joined(younger, health),
            .discussion(discussion("SD1", at: 10, onEnquiry: true)),
        ]
    }

    /// All that may be said, in any order and number.
    package var alphabet: [RegisterFact] { decisions + views + challenges + discussions + others }

    private var decisions: [RegisterFact] {
        let urgent = DecisionMade.Urgency(hasReason: true, isAttested: true)
        let unattested = DecisionMade.Urgency(hasReason: true, isAttested: false)
        let down = DecisionMade.Child(older, from: .section47, to: .section17)
        let both = [down, DecisionMade.Child(younger, from: .section17, to: .earlyHelp)]
        return [
            decision(first, 1, [down]), decision(first, 1, both), decision(first, 1, [down], urgent),
            decision(first, 1, [down], unattested), decision(first, 2, [down]),
            decision(first, 2, [DecisionMade.Child(older, from: .section47, to: .section47)]),
            decision(first, 2, [DecisionMade.Child(older, from: .section47, to: .closed)]),
            decision(first, 2, [DecisionMade.Child(older, from: .section17, to: .earlyHelp)]),
            decision(second, 1, [DecisionMade.Child(older, from: .section47, to: .earlyHelp)]),
            decision(second, 1, [DecisionMade.Child(older, from: .section17, to: .closed)]),
            decision(second, 1, [DecisionMade.Child(younger, from: .section17, to: .section47)]),
            decision(second, 1, [DecisionMade.Child(older, from: .section17, to: .section47)]),
        ]
    }

    private var views: [RegisterFact] {
        [
            .view(view(police, .support)), .view(view(police, .object)), .view(view(health, .support)),
            .view(view(school, .object)), .view(view(school, .support)),
            .view(view(police, .support, by: csc)), .view(view(police, .object, by: csc)),
            .view(view(health, .support, by: csc)), .view(view(police, .support, version: 2)),
            .view(view(health, .support, version: 2)),
            .confirmedView(decisionID: first, version: 1, agency: police),
            .disputedView(decisionID: first, version: 1, agency: police),
            .view(view(police, .support, on: second)), .view(view(health, .support, on: second)),
        ]
    }

    private var challenges: [RegisterFact] {
        [.challenged(decisionID: first, version: 1, agency: school, children: [older])]
            + ChallengeOutcome.allCases.map { .challengeEnded(decisionID: first, version: 1, agency: school, $0) }
            + [
                .challengeEnded(decisionID: first, version: 1, agency: police, .lifted),
                .challengeEnded(decisionID: first, version: 1, agency: police, .lifted, by: .decider),
                .challengeEnded(decisionID: first, version: 1, agency: police, .changed, by: .arbiter),
            ]
    }

    private var discussions: [RegisterFact] {
        var alone = discussion("SD3", at: 30, onEnquiry: false, about: ["D1"], [csc: nil])
        alone.hasQuorumException = true
        var bySchool = discussion("SD4", at: 31, onEnquiry: true, [school: nil])
        bySchool.recordedBy = school
        bySchool.children = [younger]
        var ofYounger = discussion("SD6", at: 33, onEnquiry: true)
        ofYounger.children = [younger]
        // Held before the decisions about the younger child, and recorded whenever.
        var begun = discussion("SD11", at: 15, onEnquiry: true)
        begun.children = [younger]
        var earlier = discussion("SD9", at: 13, onEnquiry: false)
        earlier.children = [younger]
        var later = alone
        (later.id, later.heldAt, later.children, later.about) = ("SD10", Family.at(14), [younger], [])
        return [
            .discussion(earlier), .discussion(later), .discussion(begun),
            .discussion(discussion("SD2", at: 30, onEnquiry: false, about: ["D1"])),
            .discussion(alone),
            .discussion(bySchool), .discussion(discussion("SD5", at: 32, onEnquiry: false)), .discussion(ofYounger),
            .discussion(discussion("SD12", at: 35, onEnquiry: false, about: ["D2"])),
            .discussion(discussion("SD7", at: 34, onEnquiry: true, about: ["D1"])),
            // Held before the decisions, and recorded whenever.
            .discussion(
                discussion("SD8", at: 12, onEnquiry: false, [csc: nil, police: nil, health: nil, school: nil])),
            .disputedDiscussion(id: OwnName("SD2", of: csc), agency: police),
        ]
    }

    private var others: [RegisterFact] {
        [
            .left(younger, health), .left(older, school), .joined(younger, police), .referred(older, by: school),
            .silence(decisionID: first),
        ]
    }

    private func decision(
        _ name: OwnName, _ version: Int, _ children: [DecisionMade.Child], _ urgency: DecisionMade.Urgency? = nil
    ) -> RegisterFact {
        .decision(
            DecisionMade(
                id: name.id, version: version, agency: csc, decidedAt: Family.at(20), children: children,
                urgency: urgency))
    }

    private func view(
        _ agency: AgencyCode, _ position: ConsultationView, by recorder: AgencyCode? = nil, on name: OwnName? = nil,
        version: Int = 1
    ) -> ViewGiven {
        let to: ThresholdLevel = name == second ? .earlyHelp : .section17
        return ViewGiven(
            decisionID: name ?? first, version: version, agency: agency, recordedBy: recorder ?? agency,
            position: position,
            at: Family.at(22), put: [.init(older, from: .section47, to: to)])
    }

    private func discussion(
        _ id: String, at minutes: Int64, onEnquiry: Bool, about: Set<String> = [],
        _ attendees: [AgencyCode: ConsultationView?]? = nil
    ) -> DiscussionHeld {
        DiscussionHeld(
            id: id, recordedBy: csc, heldAt: Family.at(minutes), children: [older],
            attendees: attendees ?? [csc: nil, police: nil, health: nil], decidedOnEnquiry: onEnquiry, about: about)
    }
}
