import Safeguarding
import TestSupport

/// Decisions about children with whom two agencies are involved: a lowered threshold, which is held and told to both, and its next
/// version, which takes it back. Each pair leaves no work open, and the other agency is asked for its view, as it would be.
struct DecisionLoad {
    /// Who is told of each decision.
    static let agencies = ["csc", "police"]

    /// Notices that so many decisions bring about: both agencies hear of each, and of every second one agency is asked.
    static func notices(of decisions: Int) -> Int { agencies.count * decisions + decisions / 2 }

    let households: Int
    private let decidedAt = SampleEvents.minutesAgo(60)
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

    /// The next decisions, about one household after the other.
    mutating func decisions(_ count: Int) -> [PublishedEvent] {
        (0..<count).map { _ in
            defer { decided += 1 }
            let (number, round) = (decided % households, decided / households)
            // Of one length, so that what is stored is as well.
            let id = "d\(100_000 + round / 2 * households + number)"
            let version = 1 + round % 2
            let to = version == 1 ? "early-help" : "section-17"
            return PublishedEvent(
                type: "decision.changed", agency: "csc", id: "\(id)-\(version)",
                data: """
                    {"decisionId":"\(id)","version":\(version),"children":[{"ref":"csc-\(number)","from":"section-17",\
                    "to":"\(to)","rationale":"Measured."}],"decidedAt":"\(decidedAt)",\
                    "authoriser":{"name":"Chris Example","role":"team manager"},"reason":"Measured."}
                    """)
        }
    }
}
