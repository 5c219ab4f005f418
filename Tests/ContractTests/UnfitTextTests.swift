import JSON
import Testing

@testable import Contracts

/// contract.md E3: what must not stand in a text, and what counts as nothing.
struct UnfitTextTests {
    /// Each as JSON writes it.
    private static let controls = [
        #"\u0000"#, #"\u0001"#, #"\b"#, #"\f"#, #"\r"#, #"\u001b"#, "\u{7F}", #"\u007f"#, "\u{80}", #"\u0085"#,
        "\u{9F}",
    ]
    private static let directions = [
        "\u{202A}", "\u{202E}", #"\u202e"#, "\u{2066}", "\u{2069}", "\u{200E}", "\u{200F}", "\u{61C}", #"\u061C"#,
    ]
    private static let blanks = [
        "\u{A0}", #"\u00a0"#, "\u{2003}", "\u{3000}", "\u{1680}", "\u{200B}", "\u{2060}", "\u{FEFF}",
        " \u{A0}\u{200B} ", "   ",
    ]

    private func decision(_ old: String, _ new: String) -> [String] {
        let data = Sample.decision.replacing(old, with: new)
        #expect(data != Sample.decision)
        return Sample.reasons(type: "decision.changed", data: data)
    }

    @Test(
        "E6: an event that is wrong in ten thousand places below a long key is read as fast as any",
        .timeLimit(.minutes(1)))
    func longPaths() {
        // Each place has a path of 20,000 characters, all of them cut to the same one: found one by one they take ten minutes,
        // in which nobody's event is read.
        let key = String(repeating: "~", count: 19_999)
        let texts = Array(repeating: #""\u0001""#, count: 10_000).joined(separator: ",")
        #expect(
            decision(#""version":1"#, #""version":1,"\#(key)":[\#(texts)]"#) == ["/data control-character"])
    }

    @Test("E6: what is found is bounded, kept or not")
    func boundedSearch() {
        var reasons = RefusalReasons()
        var paths = 0
        for _ in 0..<1000 {
            reasons.add(
                .controlCharacter,
                at: {
                    paths += 1
                    return "/data"
                }(), "Take it out.")
        }
        #expect(reasons.all.count == 1)
        #expect(reasons.isFull)
        #expect(paths == RefusalReasons.maximumFound)
    }

    @Test(
        "E3: a control character is refused with its path in a short text, a long one and an unknown one",
        arguments: controls)
    func controlCharacters(_ text: String) {
        #expect(decision("D-1", "D\(text)1") == ["/data/decisionId control-character"])
        #expect(decision("C-1", "C-1\(text)") == ["/data/children/0/ref control-character"])
        #expect(decision(#""reason":"Measured"#, #""reason":"\#(text)Measured"#) == ["/data/reason control-character"])
        #expect(
            decision(#""version":1"#, #""version":1,"later":[{"x":"a\#(text)"}]"#)
                == ["/data/later/0/x control-character"])
    }

    @Test(
        "E3: a control character in a key is refused with the key's own path, in which it is shown by its number",
        arguments: controls)
    func inKeys(_ text: String) throws {
        let scalar = try #require(
            try JSONDocument(parsing: Array("\"\(text)\"".utf8)).root.string?.unicodeScalars.first)
        let number = String(scalar.value, radix: 16)
        let shown = #"la\u"# + String(repeating: "0", count: 4 - number.count) + number + "t~1er"
        #expect(
            decision(#""version":1"#, #""version":1,"la\#(text)t/er":1"#) == ["/data/\(shown) control-character"])
        #expect(
            decision(#""version":1"#, #""version":1,"later":[{"la\#(text)t/er":{"x":1}}]"#)
                == ["/data/later/0/\(shown) control-character"])
        #expect(
            Sample.reasons(Sample.read(Sample.structured(["la\(text)t/er": "1"]))) == ["/\(shown) control-character"])
    }

    @Test(
        "E3: and in the envelope, in either mode, known attributes and unknown ones",
        arguments: controls + [#"\n"#, #"\t"#, #"\u2028"#, "\u{2029}"])
    func inTheEnvelope(_ text: String) throws {
        let decoded = try #require(try JSONDocument(parsing: Array("\"\(text)\"".utf8)).root.string)
        for name in ["id", "subject", "traceparent", "correlationid", "comment"] {
            let expected = ["/\(name) control-character"]
            #expect(Sample.reasons(Sample.read(Sample.structured([name: #""a\#(text)b""#]))) == expected)
            let headers = Sample.headers(["ce_" + name: "a\(decoded)b"])
            #expect(Sample.reasons(Sample.read(Array("{}".utf8), headers: headers)) == expected)
        }
    }

    @Test("E3: every one is named, and the paths are bounded, however many there are", .timeLimit(.minutes(1)))
    func all() {
        let two = Sample.decision.replacing("D-1", with: #"D\u00001"#).replacing("Chris", with: #"Chris\u0007"#)
        #expect(
            Sample.reasons(type: "decision.changed", data: two) == [
                "/data/decisionId control-character", "/data/authoriser/name control-character",
            ])
        let many = (0..<10_000).map { #""\#($0)":"\u0000""# }.joined(separator: ",")
        #expect(Sample.refusal(Sample.structured(data: "{\(many)}"))?.reasons.all.count == RefusalReasons.maximum)
        let deep = #"{"\#(String(repeating: "k", count: 5000))":{"x":"\u0000"}}"#
        #expect(Sample.reasons(Sample.read(Sample.structured(data: deep))) == ["/data control-character"])
        // What is shown by its number is longer than what stood there.
        let long = "\"\(String(repeating: #"\u0001"#, count: 300))\":0"
        #expect(Sample.reasons(Sample.read(Sample.structured(data: "{\(long)}"))) == ["/data control-character"])
    }

    @Test("E3: a line feed and a tab may stand in long texts and in what we do not know, and nowhere else")
    func lineFeeds() {
        for text in [#"\n"#, #"\t"#, "\u{2028}", #"\u2028"#, "\u{2029}", #"\u2029"#] {
            #expect(decision(#""reason":"Measured"#, #""reason":"One.\#(text)Two"#) == [])
            #expect(decision(#""version":1"#, #""version":1,"later":"a\#(text)b""#) == [])
            #expect(decision("D-1", "D\(text)1") == ["/data/decisionId control-character"])
            #expect(decision("team manager", "team\(text)manager") == ["/data/authoriser/role control-character"])
        }
    }

    @Test("E3: what changes the direction of writing is refused in identifiers, names and roles", arguments: directions)
    func directionOfWriting(_ text: String) throws {
        #expect(decision("D-1", "D\(text)1") == ["/data/decisionId bidirectional-override"])
        #expect(decision("Chris", "\(text)Chris") == ["/data/authoriser/name bidirectional-override"])
        #expect(decision("team manager", "team manager\(text)") == ["/data/authoriser/role bidirectional-override"])
        #expect(decision(#""reason":"Measured"#, #""reason":"\#(text)Measured"#) == [])
        #expect(
            Sample.reasons(Sample.read(Sample.structured(["id": #""a\#(text)""#]))) == ["/id bidirectional-override"])
    }

    @Test("E3, trial B9: white space of any script alone is empty, in fields and attributes", arguments: blanks)
    func blank(_ text: String) {
        #expect(decision("D-1", text) == ["/data/decisionId empty-value"])
        #expect(decision(#""reason":"Measured.""#, #""reason":"\#(text)""#) == ["/data/reason empty-value"])
        #expect(Sample.reasons(Sample.read(Sample.structured(["id": #""\#(text)""#]))) == ["/id empty-value"])
    }

    @Test("E3: texts of every script say something")
    func scripts() {
        for text in ["Zoë", "Łukasz", "Ольга", "محمد", "李", "अमर", "😀", "é", "-", "0"] {
            #expect(decision("Chris Example", text) == [])
        }
    }

    @Test("E3: headers that are not UTF-8 are refused by name, and an unreadable id is not repeated")
    func headersInOtherEncodings() {
        var headers = Sample.headers(["ce_id": nil])
        headers.append((name: "ce_id", value: [0x5A, 0x6F, 0xEB]))
        headers.append((name: "ce_note", value: [0xFF]))
        let refusal = Sample.refusal(Array("{}".utf8), headers: headers)
        #expect(
            refusal?.reasons.all.map { "\($0.path) \($0.code.rawValue)" } == [
                "/id not-utf-8", "/note not-utf-8", "/id missing-field",
            ])
        #expect(refusal?.eventID == nil)
        #expect(Sample.refusal(Sample.structured(["id": #""a\u0000""#]))?.eventID == nil)
        #expect(Sample.refusal(Sample.structured(["id": #""a\u0000""#]))?.eventType == "keepsight.test.made.v1")
    }

    @Test("E3: a control character as it is, and not escaped, is refused with its path, the id and the type")
    func raw() {
        let refusal = Sample.refusal(Sample.structured(data: "{\"text\":\"a\nb\"}"))
        #expect(refusal?.reasons.all.map(\.path) == ["/data/text"])
        #expect(refusal?.reasons.all.map(\.code) == [.controlCharacter])
        #expect(refusal?.eventID == "a-1")
        #expect(refusal?.eventType == "keepsight.test.made.v1")
    }
}
