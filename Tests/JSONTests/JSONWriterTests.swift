import Testing

@testable import JSON

/// Writing: for others, for terminals, and for people.
struct JSONWriterTests {
    @Test("What a terminal or a reader of lines would obey is escaped, and says the same when it is read again")
    func terminals() throws {
        let text = "a\"b\\c\n\r\t\u{1}\u{1B}[2J\u{7F}\u{85}\u{2028}é€𝄞"
        var writer = JSONWriter(escapesForTerminals: true)
        writer.string(text)
        #expect(
            writer.text
                == #""a\"b\\c\n\r\t\u0001\u001b[2J\u007f\u0085\u2028é€𝄞""#)
        #expect(try JSONDocument(parsing: writer.bytes).root.string == text)
        var plain = JSONWriter()
        plain.string("é\u{85}")
        #expect(plain.text == "\"é\u{85}\"", "for others, only what JSON asks for")
    }

    @Test("A tree keeps the order of its members, and reads the same on one line and on many")
    func tree() throws {
        let tree: JSONTree = [
            "z": 1, "a": ["text", true, .null, -3], "long": .strings((0..<40).map { "word \($0)" }), "empty": [:],
        ]
        #expect(tree.text.hasPrefix(#"{"z":1,"a":["text",true,null,-3],"long":["#))
        for text in [tree.text, tree.indented] {
            #expect(JSONTree(try JSONDocument(parsing: Array(text.utf8)).root) == tree)
        }
        #expect(tree.indented.split(separator: "\n").allSatisfy { $0.utf8.count <= 120 })
        #expect(tree.with("a", 2)["a"] == 2)
        #expect(tree.without("a")["a"] == nil)
    }
}
