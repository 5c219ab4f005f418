import Foundation
import JSON
import Safeguarding
import SchemaSupport
import Testing

@testable import Contracts

/// Schema and reader agree (E3): whatever stands in a field, the one refuses what the other refuses. What a schema cannot
/// say is left out here: check digits, and moments against the clock.
struct SchemaAgreementTests {
    @Test(
        "E3, trial B9: whatever stands in a field, schema and reader say the same",
        arguments: ContractFolderTests.readers.keys.sorted())
    func agree(_ type: String) async throws {
        let schema = try ContractFolderTests.schema(type)
        for path in try ContractFolderTests.examples(type, "valid") {
            let event = try ContractFolderTests.json(path)
            for leaf in Mutants.leaves(event) {
                // Another type is another schema's, and other data of it another reader's. Every type has the same envelope.
                if leaf == [.key("type")] || (leaf.count == 1 && type != DecisionChanged.type.text) { continue }
                await Task.yield()
                let value = try #require(Mutants.value(leaf[...], of: event))
                for mutant in Mutants.of(value) {
                    let changed = Mutants.replace(leaf[...], of: event, by: mutant)
                    let object = try #require(changed as? [String: Any])
                    let found = try SchemaValidator.problems(of: object, against: schema)
                    let (reasons, _) = try ContractFolderTests.read(object, type)
                    #expect(
                        found.isEmpty == reasons.isEmpty,
                        "\(Mutants.pointer(leaf)): \(String(describing: mutant).prefix(40).debugDescription): schema \(found), reader \(reasons.all.map { $0.path + " " + $0.code.rawValue })"
                    )
                }
            }
        }
    }

    private static func lists(_ value: Any, _ path: [Mutants.Step] = []) -> [[Mutants.Step]] {
        switch value {
        case let object as [String: Any]:
            object.sorted { $0.key < $1.key }.flatMap { lists($0.value, path + [.key($0.key)]) }
        case let list as [Any]: [path] + list.enumerated().flatMap { lists($0.element, path + [.position($0.offset)]) }
        default: []
        }
    }

    @Test(
        "E3: and so they do of lists that are empty, or longer than any may be",
        arguments: ContractFolderTests.readers.keys.sorted())
    func listLengths(_ type: String) throws {
        let schema = try ContractFolderTests.schema(type)
        for path in try ContractFolderTests.examples(type, "valid") {
            let event = try ContractFolderTests.json(path)
            for place in SchemaAgreementTests.lists(event) {
                let list = try #require(Mutants.value(place[...], of: event) as? [Any])
                for mutant in [[], Array((0..<1001).map { _ in list }.joined().prefix(1001))] {
                    let changed = Mutants.replace(place[...], of: event, by: mutant)
                    let object = try #require(changed as? [String: Any])
                    let found = try SchemaValidator.problems(of: object, against: schema)
                    let (reasons, _) = try ContractFolderTests.read(object, type)
                    #expect(
                        found.isEmpty == reasons.isEmpty,
                        "\(Mutants.pointer(place)) of \(mutant.count): schema \(found.prefix(2)), reader \(reasons.all.prefix(2).map { $0.path + " " + $0.code.rawValue })"
                    )
                }
            }
        }
    }

    @Test("Lost or wrong bytes: a receipt that refuses without a reason is none, and neither is one with too many")
    func refusalWithoutReason() throws {
        let reason = #"{"path":"/data","code":"missing-field","message":"Add it."}"#
        for (count, expected) in [(0, ["/reasons too-few"]), (1, []), (100, []), (101, ["/reasons too-many"])] {
            let list = Array(repeating: reason, count: count).joined(separator: ",")
            let text = #"{"eventId":"e1","reasons":[\#(list)],"record":{"partition":0,"offset":41}}"#
            var reasons = RefusalReasons()
            let receipt = ReceiptRefused(reading: try JSONDocument(parsing: Array(text.utf8)).root, &reasons)
            #expect(reasons.all.map { "\($0.path) \($0.code.rawValue)" } == expected)
            #expect((receipt == nil) == !expected.isEmpty)
            #expect(receipt.map { $0.reasons.count == count } ?? true)
        }
    }

    @Test(
        "E3: and so they do of each optional attribute, which no example has",
        arguments: ["subject", "datacontenttype", "traceparent", "correlationid", "causationid"])
    func optionalAttributes(_ name: String) throws {
        let type = DecisionChanged.type.text
        let schema = try ContractFolderTests.schema(type)
        let event = try ContractFolderTests.json(try #require(ContractFolderTests.examples(type, "valid").first))
        for mutant in Mutants.of("application/json") {
            let changed = event.merging([name: mutant]) { $1 }
            let found = try SchemaValidator.problems(of: changed, against: schema)
            let (reasons, _) = try ContractFolderTests.read(changed, type)
            #expect(
                found.isEmpty == reasons.isEmpty,
                "\(name): \(String(describing: mutant).prefix(40).debugDescription): schema \(found), reader \(reasons.all.map { $0.path + " " + $0.code.rawValue })"
            )
        }
    }

    @Test("E3: and so they do of what neither knows: in data, in a child of it, and beside the attributes")
    func unknown() throws {
        let type = DecisionChanged.type.text
        let schema = try ContractFolderTests.schema(type)
        let event = try ContractFolderTests.json(try #require(ContractFolderTests.examples(type, "valid").first))
        let data = try #require(event["data"] as? [String: Any])
        for text in [
            "a", "a\nb", "a\tb", "a\u{0}", "a\r", "\u{85}", "\u{202E}", "", String(repeating: "x", count: 20_001),
        ] {
            for member: Any in [text, [["x": text]], ["x": [text]], [text: 1]] {
                for changed in [
                    event.merging(["later": member]) { $1 },
                    event.merging(["data": data.merging(["later": member]) { $1 }]) { $1 },
                ] {
                    let found = try SchemaValidator.problems(of: changed, against: schema)
                    let (reasons, _) = try ContractFolderTests.read(changed, type)
                    #expect(
                        found.isEmpty == reasons.isEmpty,
                        "\(text.prefix(9).debugDescription) \(found) \(reasons.all.prefix(2))")
                }
            }
        }
    }

    @Test(
        "E3: what the reader takes for nothing, and for unfit, stands in the schemas' patterns, character by character")
    func characters() throws {
        let definitions = try #require(
            ContractFolderTests.schema(DecisionChanged.type.text)["$defs"] as? [String: [String: Any]])
        let line = try #require(definitions["line"])
        let text = try #require(definitions["text"])
        let anything = try #require(definitions["anything"])
        for number in [UInt32](0...0x3200) + [UInt32](0xFD00...0xFFFF) {
            guard let scalar = Unicode.Scalar(number) else { continue }
            let (alone, within) = (String(scalar), "a\(scalar)b")
            let marks = TextMarks(scalar: number)
            let isTaken = { (schema: [String: Any], value: String) in
                try SchemaValidator.problems(
                    of: value,
                    against: schema.filter {
                        $0.key != "items" && !$0.key.hasSuffix("roperties") && $0.key != "propertyNames"
                    }
                ).isEmpty
            }
            #expect(try isTaken(anything, within) == !marks.contains(.controls), "U+\(String(number, radix: 16))")
            #expect(try isTaken(text, alone) == saysSomething(alone), "U+\(String(number, radix: 16))")
            #expect(
                try isTaken(line, within) == marks.isDisjoint(with: [.lines, .directions]),
                "U+\(String(number, radix: 16))")
        }
    }
}
