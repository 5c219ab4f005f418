import Foundation
import JSON
import Safeguarding
import SchemaSupport
import Testing

@testable import Contracts

/// Walks the contract's folders: every type has a schema and examples, and schemas, examples and types say the same.
struct ContractFolderTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Shared/Contracts").path

    /// What a type makes of data: `nil` if it reads it, else its reasons; and the data written again.
    typealias Reader = @Sendable (JSONValue, String) -> (reasons: RefusalReasons, rewritten: [UInt8])

    static func reader<Payload: EventPayload>(_ type: Payload.Type) -> Reader {
        { data, _ in
            var reasons = RefusalReasons()
            var writer = JSONWriter()
            writer.beginObject()
            Payload(reading: data, &reasons)?.write(to: &writer)
            writer.endObject()
            return (reasons, writer.bytes)
        }
    }

    static func reader(of type: any EventPayload.Type) -> Reader { reader(type) }

    static let facts: Reader = { data, type in
        var writer = JSONWriter()
        writer.beginObject()
        var reasons = RefusalReasons()
        let envelope = Envelope(
            id: "x", source: .service("referral-intake"), type: type, time: Instant(microsecondsSinceEpoch: 0))
        switch Result(catching: { () throws(EventRefusal) in
            try Fact(reading: ReceivedEvent(envelope: envelope, data: data))
        }) {
        case .success(let fact): fact.write(to: &writer)
        case .failure(let refusal): reasons = refusal.reasons
        }
        writer.endObject()
        return (reasons, writer.bytes)
    }

    static let readers: [String: Reader] = {
        var readers: [String: Reader] = [:]
        for event in ServiceEvents.all { readers[event.type.text] = reader(of: event) }
        for event in EventCatalogue.all { readers[event.type.text] = reader(of: event) }
        for type in FactBody.types { readers[type.text] = facts }
        return readers
    }()

    static func json(_ path: String) throws -> [String: Any] {
        let data = try #require(FileManager.default.contents(atPath: path))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    static func examples(_ type: String, _ prefix: String) throws -> [String] {
        let place = folder + "/Generated/Examples/" + type.dropFirst("keepsight.".count)
        return try FileManager.default.contentsOfDirectory(atPath: place).filter { $0.hasPrefix(prefix) }.sorted()
            .map { place + "/" + $0 }
    }

    static func schema(_ type: String) throws -> [String: Any] {
        let bundle = try json(
            folder + (EventCatalogue.event(type) == nil ? "/Generated/services.json" : "/Generated/schemas.json"))
        let definitions = try #require(bundle["$defs"] as? [String: Any])
        let schema = try #require(definitions[type] as? [String: Any])
        return schema.merging(["$defs": definitions]) { $1 }
    }

    static func read(_ event: [String: Any], _ type: String) throws -> (reasons: RefusalReasons, rewritten: [UInt8]) {
        let bytes = Array(try JSONSerialization.data(withJSONObject: event))
        let result = Result { () throws(EventRefusal) in
            try EnvelopeReader.read(value: bytes, headers: [], now: Instant(microsecondsSinceEpoch: 1 << 60))
        }
        guard case .success(let received) = result else {
            if case .failure(let refusal) = result { return (refusal.reasons, []) }
            return (RefusalReasons(), [])
        }
        let reader = try #require(readers[type])
        return reader(received.data, type)
    }

    @Test("Who is party for a reason that only a later version knows is party all the same, and can be written down")
    func unknownReason() throws {
        let type = NoticeDue.type.text
        var event = try ContractFolderTests.json(try #require(ContractFolderTests.examples(type, "valid").first))
        var data = try #require(event["data"] as? [String: Any])
        data["receivers"] = [["agency": "police", "kind": "task-due", "because": ["foretold"]]]
        event["data"] = data
        let read = try ContractFolderTests.read(event, type)
        #expect(read.reasons.isEmpty, "\(read.reasons)")
        event["data"] = try JSONSerialization.jsonObject(with: Data(read.rewritten))
        let again = try ContractFolderTests.read(event, type)
        #expect(again.reasons.isEmpty, "\(again.reasons)")
        #expect(String(decoding: again.rewritten, as: UTF8.self).contains("police"))
    }

    @Test("Every type has a schema and examples of both kinds, and every schema has a type")
    func complete() throws {
        var described: Set<String> = []
        for bundle in ["schemas", "services"] {
            let file = try ContractFolderTests.json(ContractFolderTests.folder + "/Generated/\(bundle).json")
            let definitions = try #require(file["$defs"] as? [String: Any])
            described.formUnion(definitions.keys.filter { $0.hasPrefix("keepsight.") })
        }
        #expect(described == Set(ContractFolderTests.readers.keys))
        for type in ContractFolderTests.readers.keys {
            #expect(try !ContractFolderTests.examples(type, "valid").isEmpty)
            #expect(try !ContractFolderTests.examples(type, "invalid").isEmpty)
        }
    }

    @Test(
        "A valid example passes its schema and its type, and comes out of it equal and valid",
        arguments: readers.keys.sorted())
    func valid(_ type: String) throws {
        let schema = try ContractFolderTests.schema(type)
        for path in try ContractFolderTests.examples(type, "valid") {
            var event = try ContractFolderTests.json(path)
            #expect(try SchemaValidator.problems(of: event, against: schema) == [])
            let (reasons, rewritten) = try ContractFolderTests.read(event, type)
            #expect(reasons.all == [])
            event["data"] = try JSONSerialization.jsonObject(with: Data(rewritten))
            #expect(try SchemaValidator.problems(of: event, against: schema) == [], "what we write passes the schema")
            #expect(try ContractFolderTests.read(event, type).rewritten == rewritten)
        }
    }

    @Test("An invalid example is refused by both, at the same place", arguments: readers.keys.sorted())
    func invalid(_ type: String) throws {
        let schema = try ContractFolderTests.schema(type)
        for path in try ContractFolderTests.examples(type, "invalid") {
            let file = try ContractFolderTests.json(path)
            let event = try #require(file["event"] as? [String: Any])
            let expected = try #require(file["expected"] as? [[String: String]])
            let found = try SchemaValidator.problems(of: event, against: schema)
            let (reasons, _) = try ContractFolderTests.read(event, type)
            #expect(reasons.all.map { ["path": $0.path, "code": $0.code.rawValue] } == expected)
            #expect(!found.isEmpty)
            for reason in reasons.all { #expect(found.contains { $0.hasPrefix(reason.path) }, "\(reason.path)") }
        }
    }

    @Test("Without any one required field both refuse, at the same path", arguments: readers.keys.sorted())
    func missing(_ type: String) throws {
        let schema = try ContractFolderTests.schema(type)
        for path in try ContractFolderTests.examples(type, "valid") {
            let event = try ContractFolderTests.json(path)
            let data = try #require(event["data"] as? [String: Any])
            for key in data.keys {
                var mutant = event
                mutant["data"] = data.filter { $0.key != key }
                let found = try SchemaValidator.problems(of: mutant, against: schema)
                let (reasons, _) = try ContractFolderTests.read(mutant, type)
                #expect(found.isEmpty == reasons.isEmpty, "\(key): schema \(found), type \(reasons.all)")
                if !found.isEmpty { #expect(reasons.all.map(\.path).contains("/data/\(key)")) }
            }
        }
    }
}
