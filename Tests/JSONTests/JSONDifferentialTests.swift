import Foundation
import Testing

@testable import JSON

/// Our reader against Foundation's, on generated and mutated documents: the same are accepted, with the same values. What
/// differs on purpose is listed and tested below.
struct JSONDifferentialTests {
    /// SplitMix64: the same documents on every run.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    static func document(_ random: inout Generator, depth: Int = 0) -> String {
        switch Int.random(in: 0..<(depth > 4 ? 5 : 7), using: &random) {
        case 0: return ["true", "false", "null"].randomElement(using: &random) ?? "null"
        case 1: return String(Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &random))
        case 2:
            return ["0", "-0", "1.5", "-2.25e3", "1E-2", "9007199254740993", "0.1"].randomElement(using: &random) ?? "0"
        case 3, 4: return string(&random)
        case 5:
            let count = Int.random(in: 0...4, using: &random)
            return "[" + (0..<count).map { _ in document(&random, depth: depth + 1) }.joined(separator: " , ") + "]"
        default:
            let count = Int.random(in: 0...4, using: &random)
            return "{"
                + (0..<count).map { "\"k\($0)\" : " + document(&random, depth: depth + 1) }.joined(separator: ",\n")
                + "}"
        }
    }

    static func string(_ random: inout Generator) -> String {
        let parts = [
            "a", "é", "€", "𝄞", #"\n"#, #"\u00e9"#, #"\ud834\udd1e"#, #"\""#, #"\\"#, #"\/"#, " ", "zz", #"\u0041"#,
        ]
        return "\""
            + (0..<Int.random(in: 0...6, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
            .joined() + "\""
    }

    static func mutate(_ bytes: [UInt8], _ random: inout Generator) -> [UInt8] {
        var bytes = bytes
        guard !bytes.isEmpty else { return bytes }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 2: bytes.insert(Array("{}[],:\"\\0e-u".utf8).randomElement(using: &random) ?? 0, at: place)
        default: bytes.removeLast(bytes.count - place)
        }
        return bytes
    }

    static func isSame(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours.kind {
        case .null: return theirs is NSNull
        case .bool: return (theirs as? NSNumber)?.boolValue == ours.bool
        case .string: return theirs as? String == ours.string
        case .number:
            guard let number = theirs as? NSNumber else { return false }
            // Foundation reads a whole number that has a point or a power as a double, and we read it exactly.
            return ours.int64 == number.int64Value || ours.double == number.doubleValue
        case .array:
            guard let list = theirs as? [Any], list.count == ours.count else { return false }
            return zip(ours.elements, list).allSatisfy { isSame($0, $1) }
        case .object:
            guard let object = theirs as? [String: Any], object.count == ours.count else { return false }
            return ours.members.allSatisfy { key, value in object[key].map { isSame(value, $0) } ?? false }
        }
    }

    /// Where the two differ on purpose: we refuse duplicate keys and a comma before a closing bracket, which Foundation
    /// takes; and a number beyond a double's range is JSON, which Foundation refuses.
    static func differsOnPurpose(_ bytes: [UInt8], _ ours: JSONDocument?, _ refusal: JSONError?) -> Bool {
        if refusal?.code == .duplicateKey { return true }
        let text = String(decoding: bytes, as: UTF8.self)
        if refusal?.code == .unexpectedByte, text.range(of: #",\s*[\]}]"#, options: .regularExpression) != nil {
            return true
        }
        return ours?.tokens.contains { token in
            token.kind == .number
                && !(Double(String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self))?.isFinite
                    ?? false)
        } ?? false
    }

    @Test("40,000 generated and mutated documents", arguments: [1, 2, 3, 4])
    func differential(_ seed: UInt64) async {
        var random = Generator(state: seed)
        var accepted = 0
        for round in 0..<10_000 {
            if round % 100 == 0 { await Task.yield() }
            var bytes = Array(JSONDifferentialTests.document(&random).utf8)
            if round % 2 == 1 { bytes = JSONDifferentialTests.mutate(bytes, &random) }
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let ours: JSONDocument?
            var refusal: JSONError?
            do throws(JSONError) { ours = try JSONDocument(parsing: bytes) } catch {
                ours = nil
                refusal = error
            }
            if JSONDifferentialTests.differsOnPurpose(bytes, ours, refusal) { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            // Foundation takes bytes in other encodings for text of those, and cuts at a zero byte; JSON is UTF-8.
            if String(validating: bytes, as: UTF8.self) == nil || bytes.contains(0) || bytes.isEmpty {
                #expect(ours == nil); continue
            }
            #expect((ours == nil) == (theirs == nil), "\(text) \(String(describing: refusal))")
            guard let ours, let theirs else { continue }
            accepted += 1
            #expect(JSONDifferentialTests.isSame(ours.root, theirs), "\(text)")
        }
        #expect(accepted > 4000, "most of what is compared is accepted by both")
    }

    @Test("A document cut at any byte is refused, and never crashes")
    func truncation() {
        let bytes = Array(#"{"a":[1,-2.5e3,"é\u00e9\ud834\udd1e"],"b":{"c":null,"d":true}}"#.utf8)
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(bytes[..<count])) }
        }
        #expect(throws: Never.self) { try JSONDocument(parsing: bytes) }
    }

    @Test(
        "What we refuse and others may take",
        arguments: [
            (#"{"a":1,"a":2}"#, JSONError.Code.duplicateKey), (#"{"a":1,"\u0061":2}"#, .duplicateKey),
            (#""\ud800""#, .loneSurrogate), (#""\udc00""#, .loneSurrogate), (#""\ud800\u0041""#, .loneSurrogate),
            ("[01]", .invalidNumber), ("[1.]", .invalidNumber), ("[+1]", .unexpectedByte), ("[1,]", .unexpectedByte),
            ("{\"a\"}", .unexpectedByte), ("1 2", .trailingBytes), ("\"\t\"", .controlCharacter),
            (#""\x""#, .invalidEscape),
            ("\u{FEFF}1", .unexpectedByte),
        ])
    func refusals(_ text: String, _ code: JSONError.Code) {
        do throws(JSONError) {
            _ = try JSONDocument(parsing: Array(text.utf8))
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.code == code)
        }
    }

    @Test(
        "Every class of bytes that are not UTF-8",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xE2, 0x28, 0xA1],
        ] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONDocument(parsing: [0x22] + bytes + [0x22]) }
    }

    @Test("Limits: depth without recursion, bytes, and characters rather than bytes of a string")
    func limits() throws {
        let deep = [UInt8](repeating: 0x5B, count: 1_000_000)
        do throws(JSONError) {
            _ = try JSONDocument(
                parsing: deep, limits: JSONLimits(maximumBytes: 2_000_000, maximumDepth: 32, maximumStringCharacters: 9)
            )
            Issue.record("accepted")
        } catch {
            #expect(error == JSONError(code: .tooDeep, offset: 32, pointer: String(repeating: "/0", count: 32)))
        }
        let limits = JSONLimits(maximumBytes: 100, maximumDepth: 4, maximumStringCharacters: 3)
        #expect(throws: Never.self) { try JSONDocument(parsing: Array(#""€€€""#.utf8), limits: limits) }
        #expect(throws: Never.self) { try JSONDocument(parsing: Array(#""\u00e9\u00e9\n""#.utf8), limits: limits) }
        // Two escapes that are one character are one character.
        #expect(throws: Never.self) {
            try JSONDocument(parsing: Array(#""\ud834\udd1e\uD834\uDD1E\ue000""#.utf8), limits: limits)
        }
        #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(#""aaaa""#.utf8), limits: limits) }
        #expect(throws: JSONError.self) {
            try JSONDocument(parsing: [UInt8](repeating: 0x20, count: 101), limits: limits)
        }
    }

    @Test("Keys are the same if their characters are, however many there are and however they are written")
    func keys() throws {
        let many = (0..<30).map { #","k\#($0)":0"# }.joined()
        for rest in ["", #","\u0061":0"#, many] {
            let text = "{\"\u{E9}\":1,\"e\u{301}\":2\(rest)}"
            let root = try JSONDocument(parsing: Array(text.utf8)).root
            #expect(root[key: "\u{E9}"]?.int64 == 1)
            #expect(root[key: "e\u{301}"]?.int64 == 2, "Swift takes the two for equal, and JSON does not")
            #expect(throws: JSONError.self) {
                try JSONDocument(parsing: Array("{\"\u{E9}\":1,\"\\u00e9\":2\(rest)}".utf8))
            }
        }
    }

    @Test("Pointers are RFC 6901, found from the value alone")
    func pointers() throws {
        let document = try JSONDocument(parsing: Array(#"{"a/b":[{"m~n":1},[2,{"x":3}]],"z":null}"#.utf8))
        let list = try #require(document.root["a/b"])
        #expect(list.elements[0]["m~n"]?.pointer == "/a~1b/0/m~0n")
        #expect(list.elements[1].elements[1]["x"]?.pointer == "/a~1b/1/1/x")
        #expect(document.root["z"]?.pointer == "/z")
        #expect(document.root.pointer == "")
        let accented = try JSONDocument(parsing: Array("{\"/\u{301}~\u{301}\":1}".utf8))
        #expect(accented.root.members[0].value.pointer.utf8.elementsEqual("/~1\u{301}~0\u{301}".utf8))
    }

    @Test("What the writer writes Foundation reads alike")
    func writer() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("text", "a\"\\\n\t\u{1}é𝄞")
        writer.array("list", [1, 2]) { $0.int($1) }
        writer.key("x/y")
        writer.double(1.5)
        writer.endObject()
        let object = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any]
        #expect(object?["text"] as? String == "a\"\\\n\t\u{1}é𝄞")
        #expect(object?["list"] as? [Int] == [1, 2])
        #expect(object?["x/y"] as? Double == 1.5)
    }
}
