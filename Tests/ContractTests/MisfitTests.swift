import Testing

@testable import Contracts

/// trials.md B7: what is no CloudEvent in JSON is told what it is and what to do, in one reason.
struct MisfitTests {
    private static let event = Array(#"{"specversion":"1.0","id":"a"}"#.utf8)

    private static func utf16(_ bytes: [UInt8], bigEndian: Bool) -> [UInt8] {
        bytes.flatMap { bigEndian ? [0, $0] : [$0, 0] }
    }

    private static let cases: [(name: String, value: [UInt8]?, code: RefusalCode, says: String)] = [
        ("tombstone", nil, .emptyRecord, "tombstone"), ("empty value", [], .emptyRecord, "Send an event"),
        ("blanks", [0x20, 0x0A], .emptyRecord, "Send an event"),
        ("JSON null", Array("null".utf8), .emptyRecord, "Send an event"),
        ("byte order mark", [0xEF, 0xBB, 0xBF] + event, .byteOrderMark, "UTF-8 without"),
        ("UTF-16LE with a mark", [0xFF, 0xFE] + utf16(event, bigEndian: false), .notUTF8, "UTF-16"),
        ("UTF-16BE with a mark", [0xFE, 0xFF] + utf16(event, bigEndian: true), .notUTF8, "UTF-16"),
        ("UTF-16LE", utf16(event, bigEndian: false), .notUTF8, "UTF-16"),
        ("UTF-16BE", utf16(event, bigEndian: true), .notUTF8, "UTF-16"),
        ("registry and JSON", [0, 0, 0, 0, 7] + event, .schemaRegistryPrefix, "plain JSON"),
        ("registry and Avro", [0, 0, 0, 1, 7, 6, 0x61, 0x62, 0x63], .schemaRegistryPrefix, "Avro"),
        ("gzip", [0x1F, 0x8B, 8, 0, 1, 2], .compressedValue, "compression.type"),
        ("zstd", [0x28, 0xB5, 0x2F, 0xFD, 1], .compressedValue, "compression.type"),
        ("batch", Array(#"[{"specversion":"1.0","id":"a"}]"#.utf8), .eventBatch, "record of its own"),
        ("empty batch", Array("[]".utf8), .eventBatch, "record of its own"),
        ("string in a string", Array(#""{\"specversion\":\"1.0\"}""#.utf8), .jsonInAString, "twice"),
        (
            "Connect", Array(#"{"schema":{"type":"struct"},"payload":{"id":"a"}}"#.utf8), .connectEnvelope,
            "schemas.enable"
        ),
        ("plain text", Array("hello".utf8), .invalidJSON, "plain text"),
        ("CSV", Array("id;name\n1;A".utf8), .invalidJSON, "CSV"),
        ("XML", Array("<event/>".utf8), .invalidJSON, "XML"),
        ("data alone", Array(#"{"decisionId":"D-1","version":1}"#.utf8), .notACloudEvent, "attributes"),
        ("a number", Array("17".utf8), .notACloudEvent, "JSON object"),
        ("a string", Array(#""hello""#.utf8), .notACloudEvent, "JSON object"),
        ("Latin-1", Array(#"{"id":""#.utf8) + [0xEB] + Array(#""}"#.utf8), .notUTF8, "UTF-8"),
    ]

    @Test("trial B7: one reason that says what it is and what to do", arguments: cases.indices)
    func misfits(_ place: Int) {
        let (name, value, code, says) = MisfitTests.cases[place]
        let refusal = Sample.refusal(value)
        #expect(refusal?.reasons.all.map(\.code) == [code], "\(name)")
        #expect(refusal?.reasons.all.first?.message.contains(says) == true, "\(name)")
    }

    @Test("trial B7: the same in binary mode, with the id and the type of the headers")
    func binary() {
        for (name, value, code, _) in MisfitTests.cases where code != .notACloudEvent && code != .eventBatch {
            let refusal = Sample.refusal(value, headers: Sample.headers(["content-type": "application/json"]))
            let expected: [RefusalCode] = name == "JSON null" ? [.wrongType] : [code]
            #expect(refusal?.reasons.all.map(\.code) == expected, "\(name)")
            #expect(refusal?.reasons.all.first?.path.hasPrefix("/data") == true, "\(name)")
            #expect(refusal?.eventID == "a-1" && refusal?.isUnreadable == false, "\(name)")
        }
    }

    @Test("trial B7: headers that are named as over HTTP, or of which one is missing")
    func headers() {
        let data = Array(#"{"n":1}"#.utf8)
        let http = Sample.headers().map { (name: "ce-" + $0.name.dropFirst(3), value: $0.value) }
        #expect(Sample.refusal(data, headers: http)?.reasons.all.map(\.code) == [.httpHeaders])
        let withoutVersion = Sample.headers(["ce_specversion": nil])
        let refusal = Sample.refusal(data, headers: withoutVersion)
        #expect(refusal?.reasons.all.map(\.code) == [.notACloudEvent])
        #expect(refusal?.reasons.all.first?.message.contains("ce_specversion") == true)
    }

    @Test("trial B7: a batch by its content type, and data that a client has wrapped")
    func wrapped() {
        let batch = [(name: "content-type", value: Array("application/cloudevents-batch+json; charset=UTF-8".utf8))]
        #expect(Sample.refusal(Array("[{}]".utf8), headers: batch)?.reasons.all.map(\.code) == [.eventBatch])
        #expect(Sample.reasons(Sample.read(Sample.structured(data: #""{\"n\":1}""#))) == ["/data json-in-a-string"])
        #expect(
            Sample.reasons(Sample.read(Sample.structured(data: #"{"schema":null,"payload":{"n":1}}"#)))
                == ["/data connect-envelope"])
    }

    @Test("What has something of an event is told what is missing, as before")
    func nearly() {
        #expect(
            Sample.reasons(Sample.read(Sample.structured(["specversion": nil, "source": nil]))) == [
                "/specversion missing-field", "/source missing-field",
            ] || Sample.refusal(Sample.structured(["specversion": nil, "source": nil]))?.reasons.all.count == 2)
        #expect(Sample.reasons(Sample.read(Sample.structured(["time": nil]))) == ["/time missing-field"])
    }
}
