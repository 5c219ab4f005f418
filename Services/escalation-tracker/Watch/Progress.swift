import Contracts
import DecisionDocument
import DecisionRules
import Policy
import Safeguarding

/// When something last happened for a household with open matters, and how often too long a time went by since then
/// (row B6).
struct Progress: Sendable, Equatable {
    /// A challenge that the parties were offered because nothing happened: which notices offered it, and who is to answer.
    struct Offer: Sendable, Equatable {
        let cause: String
        let children: Set<PersonID>
        let decider: AgencyCode
    }

    /// When something last happened; nothing, while no matter was ever open.
    var lastAt: Instant?
    /// Times that nothing happened for as long as policy allows, in a row.
    var breaches = 0
    /// The level whose clock is set. The clock is not moved at each event: it looks back when it falls due.
    var watched: ThresholdLevel?
    /// The latest offer of a challenge.
    var offer: Offer?
}

extension HouseholdRegister {
    /// The level that allows the shortest time without progress, among the children's, and the children at open levels.
    func mostPressing(_ lengths: [ThresholdLevel: ClockLength]) -> (level: ThresholdLevel, children: Set<PersonID>)? {
        var children: Set<PersonID> = []
        var pressing: ThresholdLevel?
        for (person, child) in self.children {
            guard let level = child.level, lengths[level] != nil else { continue }
            children.insert(person)
            // The higher level presses more: policy is checked for that.
            if level.rank < pressing?.rank ?? .max { pressing = level }
        }
        return pressing.map { ($0, children) }
    }
}

extension Progress {
    static let record = Record(
        startingAs: Progress(),
        optional("lastAt", at: \.lastAt, .instant(), "When something last happened."),
        optional("breaches", at: \.breaches, .count(), or: 0, "How often nothing did, in a row."),
        optional("watched", at: \.watched, .word(), "The level whose deadline is set."),
        optional("offer", at: \.offer, .object(Offer.record), "The latest offer of a challenge."))
}

extension Progress.Offer {
    fileprivate static let record = Record(
        Progress.Offer.init(cause:children:decider:),
        required("cause", \.cause, .line(500), "What its notices were derived from."),
        required("children", \.children, .set(.personID()), "Whom it is about."),
        required("decider", \.decider, .agency(), "Who is to answer."))
}
