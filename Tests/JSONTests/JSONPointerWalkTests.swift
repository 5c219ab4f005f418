import Testing

@testable import JSON

/// Paths that are found one after another are those that each value gives of itself, and none is longer than it may be (E6).
struct JSONPointerWalkTests {
    /// What stands where, from above: by each container's own members and elements.
    private func places(_ value: JSONValue, _ pointer: String, _ found: inout [Int: String]) {
        found[value.index] = pointer
        for (number, element) in value.elements.enumerated() { places(element, "\(pointer)/\(number)", &found) }
        for (key, member) in value.members {
            places(member, "\(pointer)/\(escapedPointer(key))", &found)
            found[member.index - 1] = "key \(pointer)/\(escapedPointer(key))"
        }
    }

    @Test(
        "E6: a walk through a document gives every value and every key its place",
        arguments: [
            "1", "{}", "[]", #"{"a":1}"#, #"[[],{},[{}],{"a":[]}]"#,
            #"{"a/b":{"~":[1,{"c":null,"":[[2],3]},"x"]},"d":[],"e":{"f":{"g":{"h":[0,[1,[2,[3]]]]}}},"\u00e9\n":true}"#,
        ], ["", "/data"])
    func everyPlace(_ text: String, _ root: String) throws {
        let document = try JSONDocument(parsing: Array(text.utf8))
        var expected: [Int: String] = [:]
        places(document.value(at: 0, pointerRoot: root), root, &expected)
        var walk = JSONPointerWalk(document, from: root)
        for index in document.tokens.indices {
            let (pointer, isKey) = walk.place(of: index)
            #expect((isKey ? "key " : "") + pointer == expected[index])
            // And so it does for who asks for one place alone, or for some.
            var alone = JSONPointerWalk(document, from: root)
            if index % 3 == 0 { _ = alone.place(of: index / 2) }
            #expect(alone.place(of: index) == (pointer, isKey))
        }
    }

    @Test("E6: behind a key that is longer than a path may be, the path is that of the place around")
    func longKey() throws {
        let limits = JSONLimits(maximumBytes: 256 * 1024, maximumDepth: 32, maximumStringCharacters: 256 * 1024)
        let long = String(repeating: "~", count: 125_000)
        let document = try JSONDocument(
            parsing: Array(#"{"data":{"\#(long)":["x",{"y":[1]}],"z":[2]}}"#.utf8), limits: limits)
        let data = try #require(document.root["data"])
        let list = try #require(data.members.first?.value)
        #expect(list.pointer == "/data")
        #expect(list.elements.last?["y"]?.elements.first?.pointer == "/data")
        #expect(data["z"]?.elements.first?.pointer == "/data/z/0")
        var walk = JSONPointerWalk(document, from: "")
        #expect(
            Set(document.tokens.indices.map { walk.place(of: $0).pointer }) == ["", "/data", "/data/z", "/data/z/0"])
    }
}
