import JSON
import Safeguarding
import SchemaSupport
import Testing

@testable import Contracts

/// Members that are put into a value that is there already, and what has no order of its own.
struct MemberTests {
    private struct Part: Sendable, Equatable {
        let number: Int
        var isLate = false

        static let record = Record({ Part(number: $0) }, required("number", \.number, .integer(1...9)))
            .with(optional("late", at: \.isLate, .bool(), or: false))
    }

    private struct Kept: RecordedDocument, Equatable {
        let id: String
        var told: Set<AgencyCode> = []
        var at: [AgencyCode: Instant] = [:]
        var words: [PersonID: String] = [:]
        var views: [AgencyCode: ConsultationView?] = [:]
        var parts: [PersonID: Part] = [:]
        var last: Part?
        var state = ConsultationView.support
        var note: String?

        init(id: String) { self.id = id }

        static let record = Record(Kept.init(id:), required("id", \.id, .line(20))).with(
            optional("told", at: \.told, .set(.agency()), or: []),
            optional("at", at: \.at, .byAgency(.instant()), or: [:]),
            optional("words", at: \.words, .byPerson(.text(30)), or: [:]),
            optional("views", at: \.views, .byAgency(.nullable(.word())), or: [:]),
            optional("parts", at: \.parts, .entries("person", .personID(), "Who.", Part.record), or: [:]),
            optional("last", at: \.last, .object(Part.record)), required("state", at: \.state, .word()),
            optional("note", at: \.note, .text(30)))
    }

    private static let people = (PersonID(digest: [1]), PersonID(digest: [2]))

    private static func full() throws -> Kept {
        let (csc, police) = (try #require(AgencyCode("csc")), try #require(AgencyCode("police")))
        let at = try #require(Instant(rfc3339: "2026-11-02T10:00:00Z"))
        var kept = Kept(id: "K-1")
        (kept.told, kept.at, kept.words) = ([police, csc], [police: at], [people.0: "a\nb"])
        (kept.views, kept.state, kept.note) = ([csc: nil, police: .object], .abstain, "n")
        kept.parts = [people.0: Part(number: 1, isLate: true), people.1: Part(number: 2)]
        kept.last = Part(number: 3)
        return kept
    }

    private func reasons(_ text: String) throws -> [String] {
        var reasons = RefusalReasons()
        let value = Kept.record.read(try JSONDocument(parsing: Array(text.utf8)).root, &reasons)
        #expect((value == nil) == !reasons.all.isEmpty)
        return reasons.all.map { "\($0.path) \($0.code.rawValue)" }
    }

    @Test("What has its usual value is not written, and what has no order is written in order")
    func written() throws {
        #expect(String(decoding: Kept(id: "K").document, as: UTF8.self) == #"{"id":"K","state":"support"}"#)
        let text = String(decoding: try Self.full().document, as: UTF8.self)
        #expect(text.contains(#""told":["csc","police"],"at":{"police":"2026-11-02T10:00:00Z"}"#))
        #expect(text.contains(#""views":{"csc":null,"police":"object"},"parts":[{"person":"#))
    }

    @Test("Schema and reader agree on it, and on each with one part that is something else")
    func agree() throws {
        #expect(try DocumentAgreement.differences(Self.full()) == [])
    }

    @Test("Everything that is wrong is found, whether or not there is a value to put it into")
    func everyReason() throws {
        let wrong = #""told":["csc","x"],"last":{"number":0},"views":{"csc":"perhaps"},"words":{"csc":"a"}"#
        let members = ["/told/1 invalid-identifier", "/words/csc invalid-identifier", "/views/csc not-allowed"]
        let last = ["/last/number out-of-range", "/state missing-field"]
        #expect(try reasons(#"{"id":"K",\#(wrong)}"#) == members + last)
        #expect(try reasons(#"{\#(wrong)}"#) == ["/id missing-field"] + members + last)
    }

    @Test("Nothing stands twice in a set or under one key; a schema says so of a set")
    func twice() throws {
        let person = Self.people.0.text
        #expect(try reasons(#"{"id":"K","state":"object","told":["csc","csc"]}"#) == ["/told duplicate-entry"])
        #expect(
            try reasons(
                #"{"id":"K","state":"object","parts":[{"person":"\#(person)","number":1},"#
                    + #"{"person":"\#(person)","number":2}]}"#) == ["/parts/1/person duplicate-entry"])
        #expect(FieldRule<Set<AgencyCode>>.set(.agency()).shape.schema["uniqueItems"] == true)
    }

    @Test("Keys that nobody knows are found in a part, a set's place and an object by key")
    func unknownKeys() throws {
        let text =
            #"{"id":"K","x":1,"parts":[{"person":"p","number":1,"y":1}],"last":{"number":1,"z":1},"views":{"csc":null}}"#
        let root = try JSONDocument(parsing: Array(text.utf8)).root
        #expect(Set(Kept.record.unknownKeys(of: root).pointers) == ["/x", "/parts/0/y", "/last/z"])
    }
}
