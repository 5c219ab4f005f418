import Testing

@testable import JSON

/// The place that an error names, where no value was begun there.
struct BrokenKeyTests {
    private func place(_ text: String) -> String? {
        do throws(JSONError) {
            _ = try JSONDocument(parsing: Array(text.utf8))
            return nil
        } catch {
            return "\(error.code.rawValue) \(error.pointer)"
        }
    }

    @Test(
        "What is wrong in a key is said of the object that it stands in, not of the member before it",
        arguments: [
            (#"{"a":1,"\ud800":2}"#, "lone-surrogate "), (#"{"\ud800":2}"#, "lone-surrogate "),
            (#"{"data":{"a":1,"b":[1,{"c":2,"\udc00x":3}]}}"#, "lone-surrogate /data/b/1"),
            (#"{"data":{"a":1,"k\x":3}}"#, "invalid-escape /data"),
            (#"{"data":{"a":1,"k\u00":3}}"#, "invalid-escape /data"),
            ("{\"data\":{\"a\":1,\"k\u{1}\":3}}", "control-character /data"),
            (#"{"data":{"a":1,"k"#, "unexpected-end /data"), (#"{"data":{"a":1,"#, "unexpected-end /data"),
            (#"{"data":{"a":1,}}"#, "unexpected-byte /data"), (#"{"data":{"a":1,7:2}}"#, "unexpected-byte /data"),
        ])
    func inTheKey(_ text: String, _ expected: String) {
        #expect(place(text) == expected)
    }

    @Test(
        "What is wrong behind a key that can be read is said of that key; in a value, of the value",
        arguments: [
            (#"{"data":{"a":1,"b/c"}}"#, "unexpected-byte /data/b~1c"),
            (#"{"data":{"a":1,"b" "#, "unexpected-end /data/b"),
            (#"{"data":{"a":1,"b":}}"#, "unexpected-byte /data/b"),
            (#"{"data":{"a":"x","b":"\ud800"}}"#, "lone-surrogate /data/b"),
            (#"{"data":[1,"\ud800"]}"#, "lone-surrogate /data/1"),
            (#"{"a":1,"b":{"c":1},"d":01}"#, "invalid-number /d"),
        ])
    func behindTheKey(_ text: String, _ expected: String) {
        #expect(place(text) == expected)
    }

    @Test("Bytes that are not UTF-8 in a key are said of its object")
    func bytes() {
        let bytes = Array(#"{"data":{"a":1,""#.utf8) + [0xFF] + Array(#"":1}}"#.utf8)
        let error = #expect(throws: JSONError.self) { _ = try JSONDocument(parsing: bytes) }
        #expect(error?.code == .invalidUTF8 && error?.pointer == "/data")
    }
}
