import JSON
import Safeguarding
import Testing

@testable import Contracts

/// One declaration of fields and rules reads, writes and describes.
struct RecordTests {
    private struct Sibling: Sendable, Hashable {
        let ref: String
        let words: String?

        static let record = Record(
            Sibling.init, required("ref", \.ref, .line(10)), optional("words", \.words, .text(30), reach: .intake))
    }

    private struct Visit: Sendable, Hashable {
        let id: String
        let count: Int
        let isUrgent: Bool
        let why: String?
        let siblings: [Sibling]

        static let record = Record(
            Visit.init, required("id", \.id, .line(20)), required("count", \.count, .integer(1...3)),
            optional("urgent", \.isUrgent, .bool(), or: false), optional("why", \.why, .text()),
            optional(
                "siblings", \.siblings, .list(.object(Sibling.record), 0...2, unique: UniqueMember("ref", "Twice.")),
                or: []),
            checks: [.requires("why", if: .isTrue("urgent"))])
    }

    private func read(_ text: String) throws -> (value: Visit?, reasons: [String]) {
        var reasons = RefusalReasons()
        let value = Visit.record.read(try JSONDocument(parsing: Array(text.utf8)).root, &reasons)
        return (value, reasons.all.map { "\($0.path) \($0.code.rawValue)" })
    }

    @Test("What is written is read again as the same, and what has its usual value is left out")
    func roundTrip() throws {
        let value = Visit(id: "V-1", count: 2, isUrgent: false, why: nil, siblings: [Sibling(ref: "A", words: "a\nb")])
        var writer = JSONWriter()
        writer.beginObject()
        Visit.record.write(value, &writer)
        writer.endObject()
        #expect(writer.text == #"{"id":"V-1","count":2,"siblings":[{"ref":"A","words":"a\nb"}]}"#)
        #expect(try read(writer.text).value == value)
    }

    @Test("Everything that is wrong is found in one pass, each with its path")
    func everyReason() throws {
        let found = try read(
            #"{"count":4,"urgent":true,"siblings":[{"ref":"A"},{"ref":"A","words":7},{"ref":"a\nb"}]}"#)
        #expect(found.value == nil)
        #expect(
            found.reasons == ["/id missing-field", "/count out-of-range", "/siblings too-many", "/why missing-field"])
        let nested = try read(#"{"id":"V","count":1,"siblings":[{"ref":"A"},{"ref":"A","words":7}]}"#)
        #expect(nested.reasons == ["/siblings/1/words wrong-type", "/siblings/1/ref duplicate-entry"])
    }

    @Test("null is the same as absent, for what may be absent and for what may not")
    func null() throws {
        #expect(try read(#"{"id":"V","count":1,"urgent":null,"why":null,"siblings":null}"#).reasons == [])
        #expect(try read(#"{"id":null,"count":1}"#).reasons == ["/id missing-field"])
    }

    @Test("Keys that a type does not have are found at any depth, by their bytes, and only so many are listed")
    func unknownKeys() throws {
        let text = #"{"id":"V","a/b":1,"count":1,"siblings":[{"ref":"A"},{"ref":"B","Words":{"ref":1}}],"\u0069d2":[]}"#
        let root = try JSONDocument(parsing: Array(text.utf8)).root
        #expect(Visit.record.unknownKeys(of: root).pointers == ["/siblings/1/Words", "/a~1b", "/id2"])
        let many = "{" + (0..<100).map { #""k\#($0)":0"# }.joined(separator: ",") + "}"
        let crowd = try JSONDocument(parsing: Array(many.utf8)).root
        #expect(Visit.record.unknownKeys(of: crowd).pointers.count == UnknownKeys.maximum)
        let spelt = try JSONDocument(parsing: Array(#"{"\u0069d":"V","count":1}"#.utf8)).root
        #expect(Visit.record.unknownKeys(of: spelt).pointers == [])
    }

    @Test("The schema says what must be there, what may be null, and what follows from what")
    func schema() {
        let schema = Visit.record.shape.schema
        #expect(schema["required"] == ["id", "count"])
        #expect(schema["properties"]?["count"] == ["type": "integer", "minimum": 1, "maximum": 3])
        #expect(schema["properties"]?["urgent"] == ["anyOf": [["type": "boolean"], ["type": "null"]]])
        #expect(schema["allOf"] != nil)
        #expect(Visit.record.shape.members.last?.shape.members.last?.staysAtIntake == true)
    }

    private enum Move: Sendable, Hashable {
        case visit(Visit)
        case sibling(Sibling)

        static let record = Record<Move>(
            oneOf: "action", "Which.",
            RecordVariant("visited", Visit.record, { .visit($0) }) { move in
                if case .visit(let visit) = move { visit } else { nil }
            },
            RecordVariant("met", Sibling.record, { .sibling($0) }) { move in
                if case .sibling(let sibling) = move { sibling } else { nil }
            })
    }

    @Test("A type of several forms is read, written and described by the word that says which")
    func forms() throws {
        func read(_ text: String) throws -> (value: Move?, reasons: [String]) {
            var reasons = RefusalReasons()
            let value = Move.record.read(try JSONDocument(parsing: Array(text.utf8)).root, &reasons)
            return (value, reasons.all.map { "\($0.path) \($0.code.rawValue)" })
        }
        for move in [
            Move.sibling(Sibling(ref: "A", words: nil)),
            .visit(Visit(id: "V", count: 1, isUrgent: false, why: nil, siblings: [])),
        ] {
            var writer = JSONWriter()
            writer.beginObject()
            Move.record.write(move, &writer)
            writer.endObject()
            #expect(try read(writer.text).value == move)
        }
        #expect(try read("{}").reasons == ["/action missing-field"])
        #expect(try read(#"{"action":"left"}"#).reasons == ["/action not-allowed"])
        #expect(try read(#"{"action":7}"#).reasons == ["/action wrong-type"])
        #expect(
            try read(#"{"action":"visited","urgent":true,"ref":"A"}"#).reasons
                == ["/id missing-field", "/count missing-field", "/why missing-field"])
        let root = try JSONDocument(parsing: Array(#"{"action":"met","ref":"A","id":1,"act":2}"#.utf8)).root
        #expect(Move.record.unknownKeys(of: root).pointers == ["/id", "/act"])
        let schema = Move.record.shape.schema
        #expect(schema["properties"]?["action"]?["enum"] == ["visited", "met"])
        #expect(
            schema["allOf"]
                == .array(
                    [("visited", Visit.record.shape.schema), ("met", Sibling.record.shape.schema)].map { word, form in
                        [
                            "if": ["properties": ["action": ["const": .string(word)]], "required": ["action"]],
                            "then": form,
                        ]
                    }))
    }

    @Test("What is wrong deep inside is said once and in order, though a value with faults is read twice")
    func readTwice() throws {
        let found = try read(#"{"id":7,"count":9,"siblings":[{"ref":7,"words":8},{"words":9}],"urgent":true}"#)
        #expect(
            found.reasons == [
                "/id wrong-type", "/count out-of-range", "/siblings/0/ref wrong-type", "/siblings/0/words wrong-type",
                "/siblings/1/ref missing-field", "/siblings/1/words wrong-type", "/why missing-field",
            ])
    }
}
