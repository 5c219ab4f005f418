import Contracts
import DecisionRules
import JSON
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
    init?(document: JSONValue?) {
        self.init()
        guard let document else { return }
        var reasons = RefusalReasons()
        lastAt = document.optionalInstant("lastAt", &reasons)
        breaches = document["breaches"]?.int64.map { Int($0) } ?? 0
        watched = document["watched"]?.string.flatMap(ThresholdLevel.init(rawValue:))
        if let offer = document["offer"] {
            guard let cause = offer["cause"]?.string, let decider = offer.requiredAgency("decider", &reasons) else {
                return nil
            }
            let children = (offer["children"]?.elements ?? []).compactMap { $0.string.flatMap { PersonID($0) } }
            self.offer = Offer(cause: cause, children: Set(children), decider: decider)
        }
        guard reasons.isEmpty else { return nil }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("lastAt", lastAt?.rfc3339)
        writer.field("breaches", breaches)
        writer.field("watched", watched?.rawValue)
        if let offer {
            writer.object("offer") { writer in
                writer.field("cause", offer.cause)
                writer.array("children", offer.children.sorted()) { $0.string($1.text) }
                writer.field("decider", offer.decider.text)
            }
        }
        writer.endObject()
    }
}
