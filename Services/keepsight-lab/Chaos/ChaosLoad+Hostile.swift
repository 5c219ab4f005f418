import Contracts
import Foundation
import JSON
import KafkaClient
import Safeguarding
import ServiceRuntime

/// An event that has U+0000 in one of its strings.
struct SpoiltEvent: Sendable {
    let type: String
    /// JSON of `data`.
    let data: String
}

// What an agency publishes that it should not: whatever it is, it is refused, and nobody else notices.
extension ChaosLoad {
    /// Bytes that a highly compressed record unpacks to. It stays small on the wire.
    private static let bombBytes = 40 * 1024 * 1024
    /// Spoilt events that are published at a time.
    private static let spoiltBatch = 100

    /// Bytes of no event, of many kinds, and a record that unpacks to a thousand times its size.
    func publishHostile() async throws {
        let topic = topics.events(of: police).name
        let kinds: [[UInt8]] = [
            [0, 0, 0, 0, 1] + Array(#"{"specversion":"1.0"}"#.utf8), [0xEF, 0xBB, 0xBF] + Array("{}".utf8),
            [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], Array(repeating: UInt8(ascii: "["), count: 20_000),
            (0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) },
            Array(#""{\"specversion\":\"1.0\"}""#.utf8),
        ]
        let records = kinds.map { KafkaRecord(topic: topic, key: nil, value: $0, headers: []) }
        let odd = KafkaRecord(
            topic: topic, key: [0, 0xFF], value: Array("no event".utf8),
            headers: [KafkaHeader(name: "content-type", value: Array(repeating: 7, count: 4096))])
        let bomb = KafkaRecord(topic: topic, key: nil, value: [UInt8](repeating: 0, count: Self.bombBytes), headers: [])
        for record in records + [odd, bomb] {
            let result = await hostile.produce([record])
            // What a broker does not take concerns nobody.
            if case .success = result.first { said.poison += 1 }
        }
    }

    /// Events of every type that agencies publish, with U+0000 in one string each; all of them in turn.
    func publishControlCharacters() async throws {
        if spoilt.isEmpty { spoilt = try SpoiltEvent.all().shuffled(using: &random) }
        let batch = spoilt.suffix(Self.spoiltBatch)
        spoilt.removeLast(batch.count)
        for event in batch {
            let id = nextID()
            let result = await hostile.produce([record(event.type, as: police, id: id, key: id, event.data)])
            if case .success = result.first { said.spoilt += 1 }
        }
    }
}

extension SpoiltEvent {
    /// One for each string of the full example of each type, from the project's folder.
    static func all() throws -> [SpoiltEvent] {
        let folder = "Shared/Contracts/Generated/Examples"
        let types = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return types.flatMap { type -> [SpoiltEvent] in
            let name = "keepsight." + type
            guard EventCatalogue.event(name) != nil,
                let bytes = FileManager.default.contents(atPath: "\(folder)/\(type)/valid-full.json"),
                let document = try? JSONDocument(parsing: Array(bytes))
            else { return [] }
            let data = document.root["data"] ?? document.root
            return (0..<data.stringCount).map { SpoiltEvent(type: name, data: data.spoilt(at: $0)) }
        }
    }
}

extension JSONValue {
    /// Strings in it, at any depth; names of members are none.
    fileprivate var stringCount: Int {
        switch kind {
        case .string: 1
        case .array: elements.reduce(0) { $0 + $1.stringCount }
        case .object: members.reduce(0) { $0 + $1.value.stringCount }
        default: 0
        }
    }

    /// Its text, with U+0000 before the string of that number.
    fileprivate func spoilt(at place: Int) -> String {
        var left = place
        return spoilt(&left)
    }

    private func spoilt(_ left: inout Int) -> String {
        let text = String(decoding: rawBytes, as: UTF8.self)
        switch kind {
        case .string:
            defer { left -= 1 }
            return left == 0 ? #""\u0000\#(text)""# : #""\#(text)""#
        case .array: return "[" + elements.map { $0.spoilt(&left) }.joined(separator: ",") + "]"
        case .object:
            return "{" + members.map { #""\#($0.key)":"# + $0.value.spoilt(&left) }.joined(separator: ",") + "}"
        default: return text
        }
    }
}
