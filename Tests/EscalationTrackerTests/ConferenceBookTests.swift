import Contracts
import Safeguarding
import Testing

@testable import EscalationTracker
@testable import Policy

/// The book of requests for a conference (row B8): what nobody has decided on never leaves it.
struct ConferenceBookTests {
    private static func request(_ number: Int, by requester: String = "school-hill") throws
        -> ConferenceRequests.Request
    {
        ConferenceRequests.Request(
            id: "C\(number)", requester: try VirtualPartnership.code(requester),
            receiver: try VirtualPartnership.code("csc"), children: [VirtualPartnership.child], isBacked: false,
            by: VirtualPartnership.practitioner, grounds: "The harm goes on.",
            requestedAt: try Instant.reading("2026-11-02T10:00:00Z"))
    }

    @Test("B8: a request is decided on once, and its grounds stay no longer than they are of use")
    func once() throws {
        var book = ConferenceRequests()
        book.add(try Self.request(1))
        book.add(try Self.request(2))
        let unknown = book.decide("C3", .agreed)
        #expect(unknown == nil)
        let first = book.decide("C1", .declined)
        let decided = try #require(first)
        #expect(decided.id == "C1" && decided.decision == .declined)
        #expect(decided.grounds == "The harm goes on.", "whoever takes it to the ladder says why")
        #expect(book["C1"]?.grounds == "" && book["C1"]?.decision == .declined)
        #expect(book["C2"]?.grounds == "The harm goes on." && book["C2"]?.decision == nil)
        let again = book.decide("C1", .agreed)
        #expect(again == nil && book["C1"]?.decision == .declined)
    }

    @Test("B8: requests that nobody has decided on stay, however many were decided; of those the last twenty stay")
    func stay() throws {
        var book = ConferenceRequests()
        book.add(try Self.request(0))
        for number in 1...22 {
            book.add(try Self.request(number))
            _ = book.decide("C\(number)", .agreed)
        }
        book.add(try Self.request(23))
        #expect(book.requests.map(\.id) == ["C0"] + (3...23).map { "C\($0)" })
    }

    @Test("B8: an agency has so many undecided requests and no more; decided ones and another agency's do not count")
    func full() throws {
        let school = try VirtualPartnership.code("school-hill"), police = try VirtualPartnership.code("police")
        var book = ConferenceRequests()
        for number in 1..<ConferenceRequests.maximumOpen { book.add(try Self.request(number)) }
        book.add(try Self.request(100, by: "police"))
        #expect(!book.isFull(for: school) && !book.isFull(for: police))
        book.add(try Self.request(101))
        #expect(book.isFull(for: school) && !book.isFull(for: police))
        _ = book.decide("C101", .declined)
        #expect(!book.isFull(for: school))
    }

    @Test("B8: a request goes to the social care that works with the child, else to the first, and else to the hub")
    func receiver() throws {
        let agencies = try VirtualPartnership.sample().agencies
        let all = agencies.codes.filter { agencies[$0]?.kind == .childrensSocialCare }
        let first = try #require(all.first)
        #expect(agencies.socialCare(involvedAmong: []) == first)
        #expect(try agencies.socialCare(involvedAmong: [VirtualPartnership.code("police")]) == first)
        for agency in all { #expect(agencies.socialCare(involvedAmong: [agency]) == agency) }
        let none = AgencyRegister(
            agencies: agencies.agencies.filter { $0.value.kind != .childrensSocialCare }, hub: agencies.hub,
            businessUnit: agencies.businessUnit, publishers: agencies.publishers)
        #expect(none.socialCare(involvedAmong: [first]) == none.hub)
    }
}
