import Contracts
import DecisionRules
import Foundation
import JSON
import RuleExplorer
import Safeguarding
import SchemaSupport
import Testing

@testable import EscalationTracker
@testable import Messaging

/// The household's document: one declaration reads, writes and describes it, so what it writes passes its schema, and what
/// is broken in it is refused by both or by neither.
struct StateDocumentTests {
    /// One of so many mutants is looked at: with 1, each of them.
    private static let stride = 13

    @Test("What every fact of 24 random walks leaves behind reads back, and schema and reader agree on what is broken")
    func walks() throws {
        let family = try #require(Family())
        var random = Congruential(state: 11)
        for walk in 0..<24 {
            var state = TrackerState()
            for fact in family.prologue + (0..<8).map({ _ in random.pick(family.alphabet) }) {
                _ = state.register.apply(fact, under: family.terms(), now: Family.now)
                try #require(TrackerState(document: state.document) == state, "walk \(walk): \(family.words(fact))")
            }
            let differences = try DocumentAgreement.differences(state, every: Self.stride * 12, from: walk)
            #expect(differences == [], "walk \(walk)")
        }
    }

    @Test("Nothing is lost of a state in which nothing has its usual value, and schema and reader agree on it")
    func full() throws {
        let state = try FullTrackerState.make()
        #expect(try DocumentAgreement.differences(state, every: Self.stride, from: 5) == [])
        #expect(HouseholdDocument.state(reading: state.document) == state)
        let document = try JSONDocument(parsing: state.document).root
        #expect(TrackerState.record.unknownKeys(of: document).pointers == [])
        // The sample is as complete as the declaration.
        #expect(Self.members(TrackerState.record.terms).subtracting(Self.keys(of: document)) == [])
    }

    @Test("A state of which nothing is known is an empty object: what has its usual value is not written")
    func empty() {
        #expect(TrackerState().document == Array("{}".utf8))
        #expect(TrackerState(document: Array("{}".utf8)) == TrackerState())
    }

    @Test("Whatever a later version adds in any object of the document, it is not read, or nothing of it is lost")
    func unknownParts() throws {
        let bytes = try FullTrackerState.make().document
        var objects = 0
        try Self.forEachObject(of: JSONDocument(parsing: bytes).root) { object in
            objects += 1
            var changed = bytes
            let place = object.rawBytes.startIndex + 1
            changed.insert(contentsOf: Array((object.count == 0 ? #""later":7"# : #""later":7,"#).utf8), at: place)
            let root = try JSONDocument(parsing: changed).root
            let unknown = TrackerState.record.unknownKeys(of: root).pointers
            if unknown.isEmpty, let read = TrackerState(reading: root) {
                // An object with a member for each agency: this is one.
                #expect(String(decoding: read.document, as: UTF8.self).contains(#""later":7"#), "\(object.pointer)")
            } else {
                let state: TrackerState? = HouseholdDocument.state(reading: changed)
                #expect(state == nil, "\(object.pointer)")
            }
        }
        #expect(objects > 40)
    }

    /// The members that a declaration has, by their keys from the root.
    private static func members(_ terms: [FieldTerm], in place: String = "") -> Set<String> {
        terms.reduce(into: []) { found, term in
            found.insert("\(place)/\(term.key)")
            found.formUnion(members(term.shape.members, in: "\(place)/\(term.key)"))
        }
    }

    private static func keys(of value: JSONValue, in place: String = "") -> Set<String> {
        var found: Set<String> = []
        for element in value.elements { found.formUnion(keys(of: element, in: place)) }
        for (key, member) in value.members {
            found.insert("\(place)/\(key)")
            found.formUnion(keys(of: member, in: "\(place)/\(key)"))
        }
        return found
    }

    private static func forEachObject(of value: JSONValue, _ body: (JSONValue) throws -> Void) rethrows {
        if value.kind == .object { try body(value) }
        for element in value.elements { try forEachObject(of: element, body) }
        for member in value.members { try forEachObject(of: member.value, body) }
    }
}
