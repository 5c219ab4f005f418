import Contracts
import Safeguarding

/// Requests for a child protection conference (domain.md section 1.5, row B8): each is decided on, or declined with a
/// reason, in time; a request that a senior manager stands behind goes to the ladder if it is declined, and any request
/// does if nobody answers.
struct ConferenceRequests: Sendable, Equatable {
    /// Decided requests kept, so that whoever comes late hears that they are decided.
    static let maximumDecided = 20
    /// Requests of one agency that can be undecided at the same time.
    static let maximumOpen = HouseholdLimits.conferenceRequests

    /// One request.
    struct Request: Sendable, Equatable {
        let id: String
        let requester: AgencyCode
        let receiver: AgencyCode
        let children: Set<PersonID>
        let isBacked: Bool
        let by: Person
        /// Until it is decided on: then it goes on in a challenge, or is of no use.
        var grounds: String
        let requestedAt: Instant
        var decision: ConferenceDecision?
    }

    private(set) var requests: [Request] = []

    subscript(_ id: String) -> Request? { requests.first { $0.id.utf8.elementsEqual(id.utf8) } }

    /// Whether the agency has so many undecided ones that another is refused: they stay until somebody decides, and every
    /// event of the household is handled with them.
    func isFull(for requester: AgencyCode) -> Bool {
        requests.count { $0.requester == requester && $0.decision == nil } >= ConferenceRequests.maximumOpen
    }

    mutating func add(_ request: Request) {
        requests.append(request)
        var surplus = requests.count { $0.decision != nil } - ConferenceRequests.maximumDecided
        requests.removeAll { request in
            guard surplus > 0, request.decision != nil else { return false }
            surplus -= 1
            return true
        }
    }

    /// Decides on an open request; `nil` if there is no open one.
    mutating func decide(_ id: String, _ decision: ConferenceDecision) -> Request? {
        guard let place = requests.firstIndex(where: { $0.id.utf8.elementsEqual(id.utf8) && $0.decision == nil }) else {
            return nil
        }
        requests[place].decision = decision
        let decided = requests[place]
        requests[place].grounds = ""
        return decided
    }
}

extension ConferenceRequests {
    static let record = Record(
        startingAs: ConferenceRequests(),
        optional(
            "requests", at: \.requests, .list(.object(Request.record), .kept), or: [],
            "In the order in which they came."))
}

extension ConferenceRequests.Request {
    fileprivate static let record = Record(
        ConferenceRequests.Request.init(id:requester:receiver:children:isBacked:by:grounds:requestedAt:decision:),
        required("id", \.id, .line(), "Which request."),
        required("requester", \.requester, .agency(), "Who asks."),
        required("receiver", \.receiver, .agency(), "Who is to decide."),
        required("children", \.children, .set(.personID()), "Whom it is about."),
        optional("backed", \.isBacked, .bool(), or: false, "Whether a senior manager stands behind it."),
        required("by", \.by, .person(), "Who speaks for the agency."),
        optional("grounds", \.grounds, .text(), or: "", "Why, until it is decided on."),
        required("requestedAt", \.requestedAt, .instant(), "When it came."),
        optional("decision", \.decision, .word(), "What was decided."))
}
