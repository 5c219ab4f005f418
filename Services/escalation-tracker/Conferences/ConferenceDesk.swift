import Contracts
import JSON
import Safeguarding

/// Requests for a child protection conference (domain.md section 1.5, row B8): each is decided on, or declined with a
/// reason, in time; a request that a senior manager stands behind goes to the ladder if it is declined, and any request
/// does if nobody answers.
struct ConferenceDesk: Sendable, Equatable {
    /// Decided requests kept, so that whoever comes late hears that they are decided.
    static let maximumDecided = 20
    /// Requests of one agency that can be undecided at the same time.
    static let maximumOpen = 10

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

    subscript(_ id: String) -> Request? { requests.first { $0.id == id } }

    /// Whether the agency has so many undecided ones that another is refused: they stay until somebody decides, and every
    /// event of the household is handled with them.
    func isFull(for requester: AgencyCode) -> Bool {
        requests.count { $0.requester == requester && $0.decision == nil } >= ConferenceDesk.maximumOpen
    }

    mutating func add(_ request: Request) {
        requests.append(request)
        var surplus = requests.count { $0.decision != nil } - ConferenceDesk.maximumDecided
        requests.removeAll { request in
            guard surplus > 0, request.decision != nil else { return false }
            surplus -= 1
            return true
        }
    }

    /// Decides on an open request; `nil` if there is no open one.
    mutating func decide(_ id: String, _ decision: ConferenceDecision) -> Request? {
        guard let place = requests.firstIndex(where: { $0.id == id && $0.decision == nil }) else { return nil }
        requests[place].decision = decision
        let decided = requests[place]
        requests[place].grounds = ""
        return decided
    }
}

extension ConferenceDesk {
    init?(document: JSONValue?) {
        self.init()
        guard let document else { return }
        requests = (document["requests"]?.elements ?? []).compactMap(Request.init(document:))
        guard requests.count == document["requests"]?.count ?? 0 else { return nil }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.array("requests", requests) { $1.write(to: &$0) }
        writer.endObject()
    }
}

extension ConferenceDesk.Request {
    fileprivate init?(document: JSONValue) {
        var reasons = RefusalReasons()
        let people = (document["children"]?.elements ?? []).compactMap { $0.string.flatMap { PersonID($0) } }
        guard let id = document["id"]?.string, let requester = document.requiredAgency("requester", &reasons),
            let receiver = document.requiredAgency("receiver", &reasons),
            let isBacked = document["backed"]?.bool, let by = document.requiredPerson("by", &reasons),
            let grounds = document["grounds"]?.string, let at = document.requiredInstant("requestedAt", &reasons)
        else { return nil }
        self.init(
            id: id, requester: requester, receiver: receiver, children: Set(people), isBacked: isBacked, by: by,
            grounds: grounds, requestedAt: at,
            decision: document["decision"]?.string.flatMap(ConferenceDecision.init(rawValue:)))
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", id)
        writer.field("requester", requester.text)
        writer.field("receiver", receiver.text)
        writer.array("children", children.sorted()) { $0.string($1.text) }
        writer.field("backed", isBacked)
        writer.object("by") { by.write(to: &$0) }
        writer.field("grounds", grounds)
        writer.field("requestedAt", requestedAt.rfc3339)
        writer.field("decision", decision?.rawValue)
        writer.endObject()
    }
}
