import Safeguarding
import TestSupport

/// Decisions about children with whom two agencies are involved, the level going down to Section 17 and up to Section 47 in
/// turn. At the strategy discussion behind them nobody else has to be consulted, so each change takes effect at once, is told
/// to both agencies and leaves no work open.
struct DecisionLoad {
    /// Who is told of each decision.
    static let agencies = ["csc", "police"]

    let households: Int
    private let heldAt = Walk.minutesAgo(3000)
    private let decidedAt = Walk.minutesAgo(60)
    private var decided = 0

    init(households: Int) { self.households = households }

    /// Makes the children known to both agencies.
    func involvements(of agency: String) -> [PublishedEvent] {
        (0..<households).map { number in
            PublishedEvent(
                type: "involvement.opened", agency: agency, id: "\(agency)-\(number)",
                data: """
                    {"role":"worker","since":"2026-01-05","children":[{"ref":"\(agency)-\(number)",\
                    "name":{"given":"Child\(number)","family":"Testperson"},"dateOfBirth":"2015-01-01",\
                    "address":{"lines":["\(number) Long Row"],"postcode":"YO1 0AA"}}]}
                    """)
        }
    }

    /// A discussion for each child, behind what will be decided.
    var discussions: [PublishedEvent] {
        (0..<households).map { number in
            PublishedEvent(
                type: "strategy-discussion.held", agency: "csc", id: "talk-\(number)",
                data: """
                    {"discussionId":"talk-\(number)","heldAt":"\(heldAt)","children":[{"ref":"csc-\(number)"}],\
                    "chair":{"name":"Chris Example","role":"team manager"},"attendees":[{"agency":"csc",\
                    "name":"Chris Example","role":"team manager"}],"decision":"section-47","reason":"Measured."}
                    """)
        }
    }

    /// The next decisions, about one household after the other.
    mutating func decisions(_ count: Int) -> [PublishedEvent] {
        (0..<count).map { _ in
            defer { decided += 1 }
            let number = decided % households
            // Of one length, so that what is stored is as well.
            let id = "d\(100_000 + decided)"
            let isLowered = (decided / households).isMultiple(of: 2)
            let levels = isLowered ? ("section-47", "section-17") : ("section-17", "section-47")
            return PublishedEvent(
                type: "decision.changed", agency: "csc", id: id,
                data: """
                    {"decisionId":"\(id)","version":1,"children":[{"ref":"csc-\(number)","from":"\(levels.0)",\
                    "to":"\(levels.1)","rationale":"Measured."}],"decidedAt":"\(decidedAt)",\
                    "authoriser":{"name":"Chris Example","role":"team manager"},"reason":"Measured.",\
                    "discussionId":"talk-\(number)"}
                    """)
        }
    }
}
