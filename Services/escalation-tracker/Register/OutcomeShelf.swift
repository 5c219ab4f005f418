import Contracts
import Safeguarding

/// The outcomes of the household's referrals that can still be challenged, and challenges that came before their outcome
/// did: between topics there is no order.
struct OutcomeShelf: Sendable, Equatable {
    /// Outcomes kept: the latest.
    static let maximumOutcomes = 20
    /// Challenges that wait.
    static let maximumWaiting = 50

    /// How the screening of one referral ended.
    struct Outcome: Sendable, Equatable {
        let item: ScreeningItemID
        let referrer: AgencyCode
        let decidedBy: AgencyCode
        let children: Set<PersonID>
    }

    private(set) var outcomes: [Outcome] = []
    /// In the order in which they came.
    private(set) var waiting: [Challenge] = []

    /// Keeps an outcome; returns the challenges that waited for it.
    mutating func add(_ outcome: Outcome, in household: HouseholdID) -> [Challenge] {
        guard !outcomes.contains(where: { $0.item == outcome.item }) else { return [] }
        outcomes.append(outcome)
        outcomes.removeFirst(max(0, outcomes.count - OutcomeShelf.maximumOutcomes))
        let matching = waiting.filter { outcome.child(behind: $0.notice, household) != nil }
        waiting.removeAll { matching.contains($0) }
        return matching
    }

    /// Keeps a challenge until its subject comes.
    mutating func wait(_ challenge: Challenge) {
        waiting.append(challenge)
        waiting.removeFirst(max(0, waiting.count - OutcomeShelf.maximumWaiting))
    }

    /// The outcome, and the child, that a notice was about.
    func find(_ notice: NoticeID, _ household: HouseholdID) -> (outcome: Outcome, child: PersonID)? {
        for outcome in outcomes.reversed() {
            if let child = outcome.child(behind: notice, household) { return (outcome, child) }
        }
        return nil
    }
}

extension OutcomeShelf.Outcome {
    init(_ result: ReferralOutcome) {
        self.init(
            item: result.itemID, referrer: result.referrer, decidedBy: result.decidedBy,
            children: Set(result.children.map(\.person)))
    }

    /// The child whose outcome a notice told: found by deriving the notices that it can have brought.
    func child(behind notice: NoticeID, _ household: HouseholdID) -> PersonID? {
        children.first { child in
            NoticeID(
                household: household, cause: "item/" + item.text, kind: .outcomeOfReferral, person: child,
                agency: referrer) == notice
        }
    }
}

/// A party challenges what a notice told it.
struct Challenge: Sendable, Equatable {
    let notice: NoticeID
    let agency: AgencyCode
    let by: Person
    let grounds: String
    let desiredOutcome: String
    let isUrgent: Bool
    let escalateTo: Int?
}

extension OutcomeShelf {
    init?(document: JSONValue?) {
        self.init()
        guard let document else { return }
        outcomes = (document["outcomes"]?.elements ?? []).compactMap(Outcome.init(document:))
        waiting = (document["waiting"]?.elements ?? []).compactMap(Challenge.init(document:))
        guard outcomes.count == document["outcomes"]?.count ?? 0, waiting.count == document["waiting"]?.count ?? 0
        else { return nil }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.array("outcomes", outcomes) { writer, outcome in
            writer.beginObject()
            writer.field("item", outcome.item.text)
            writer.field("referrer", outcome.referrer.text)
            writer.field("decidedBy", outcome.decidedBy.text)
            writer.array("children", outcome.children.sorted()) { $0.string($1.text) }
            writer.endObject()
        }
        writer.array("waiting", waiting) { $1.write(to: &$0) }
        writer.endObject()
    }
}

extension OutcomeShelf.Outcome {
    fileprivate init?(document: JSONValue) {
        var reasons = RefusalReasons()
        let children = (document["children"]?.elements ?? []).compactMap { $0.string.flatMap { PersonID($0) } }
        guard let item = document["item"]?.string.flatMap({ ScreeningItemID($0) }),
            let referrer = document.requiredAgency("referrer", &reasons),
            let decidedBy = document.requiredAgency("decidedBy", &reasons)
        else { return nil }
        self.init(item: item, referrer: referrer, decidedBy: decidedBy, children: Set(children))
    }
}

extension Challenge {
    fileprivate init?(document: JSONValue) {
        var reasons = RefusalReasons()
        guard let notice = document["notice"]?.string.flatMap({ NoticeID($0) }),
            let agency = document.requiredAgency("agency", &reasons),
            let by = document.requiredPerson("by", &reasons),
            let grounds = document["grounds"]?.string, let desired = document["desiredOutcome"]?.string
        else { return nil }
        self.init(
            notice: notice, agency: agency, by: by, grounds: grounds, desiredOutcome: desired,
            isUrgent: document["urgent"]?.bool ?? false, escalateTo: document["escalateTo"]?.int64.map { Int($0) })
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("notice", notice.text)
        writer.field("agency", agency.text)
        writer.object("by") { by.write(to: &$0) }
        writer.field("grounds", grounds)
        writer.field("desiredOutcome", desiredOutcome)
        writer.field("urgent", isUrgent)
        writer.field("escalateTo", escalateTo)
        writer.endObject()
    }
}
