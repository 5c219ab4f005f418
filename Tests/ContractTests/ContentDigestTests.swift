import JSON
import Safeguarding
import Testing

@testable import Contracts

/// contract.md E2: whether two events say the same.
struct ContentDigestTests {
    private func digest(_ data: String, _ changes: [String: String?] = [:]) throws -> [UInt8] {
        try Sample.read(Sample.structured(changes, data: data)).get().contentDigest
    }

    @Test(
        "E2, trial B3: the same content however it is written is the same event",
        arguments: [
            #"{ "a" : "x/y" , "n" : 1, "at":"2026-11-23T10:00:00Z", "o":{"k":[1,null,"é"]} }"#,
            #"{"o":{"k":[1,null,"é"]},"n":1,"at":"2026-11-23T10:00:00Z","a":"x/y"}"#,
            #"{"a":"x\/y","n":1,"at":"2026-11-23T10:00:00Z","o":{"k":[1,null,"\u00e9"]}}"#,
            #"{"\u0061":"x/y","n":1,"at":"2026-11-23T10:00:00Z","o":{"k":[1,null,"é"]}}"#,
            #"{"a":"x/y","n":1,"at":"2026-11-23T10:00:00Z","o":{"k":[1,null,"é"],"z":null},"gone":null}"#,
            #"{"a":"x/y","n":1,"at":"2026-11-23T10:00:00+00:00","o":{"k":[1,null,"é"]}}"#,
            #"{"a":"x/y","n":1,"at":"2026-11-23T11:00:00.000+01:00","o":{"k":[1,null,"é"]}}"#,
            #"{"a":"x/y","n":1.0,"at":"2026-11-23T10:00:00Z","o":{"k":[10e-1,null,"é"]}}"#,
        ])
    func same(_ data: String) throws {
        let plain = try digest(#"{"a":"x/y","n":1,"at":"2026-11-23T10:00:00Z","o":{"k":[1,null,"é"]}}"#)
        #expect(try digest(data) == plain)
        let binary = Sample.read(Array(data.utf8), headers: Sample.headers(["content-type": "application/json"]))
        #expect(try binary.get().contentDigest == plain)
    }

    @Test(
        "E2: other content is another event",
        arguments: [
            #"{"a":"x/z","n":1,"l":[1,2]}"#, #"{"a":"x/y","n":2,"l":[1,2]}"#, #"{"a":"x/y","n":10,"l":[1,2]}"#,
            #"{"a":"x/y","n":-1,"l":[1,2]}"#, #"{"a":"x/y","n":"1","l":[1,2]}"#, #"{"a":"x/y","n":1,"l":[2,1]}"#,
            #"{"a":"x/y","n":1,"l":[1,2,null]}"#, #"{"a":"x/y","n":1,"l":[12]}"#, #"{"a":"x/y","n":1}"#,
            #"{"a":"x/y","n":1,"l":[1,2],"m":true}"#, #"{"a":"x/y","n":1,"l":[1,2],"m":false}"#,
            #"{"a":"x/y","n":1,"l":{"1":2}}"#, #"{"A":"x/y","n":1,"l":[1,2]}"#, #"{"a":"x/y ","n":1,"l":[1,2]}"#,
            #"{"b":"x/y","n":1,"l":[1,2]}"#, #"{"a":"x/y","n":1e1,"l":[1,2]}"#, #"{"a":"x/y","n":1e-1,"l":[1,2]}"#,
            #"{"a":"x/y","n":{},"l":[1,2]}"#, #"{"a":"x/y","n":1e99999999999,"l":[1,2]}"#,
        ])
    func other(_ data: String) throws {
        #expect(try digest(data) != digest(#"{"a":"x/y","n":1,"l":[1,2]}"#))
    }

    @Test("E2: the type, the time and the subject are content; what belongs to one sending is not")
    func attributes() throws {
        let plain = try digest("{}")
        #expect(try digest("{}", ["type": #""keepsight.other.made.v1""#]) != plain)
        #expect(try digest("{}", ["time": #""2026-11-23T11:00:01Z""#]) != plain)
        #expect(try digest("{}", ["subject": #""C-1""#]) != plain)
        #expect(try digest("{}", ["time": #""2026-11-23T12:00:00+01:00""#]) == plain)
        #expect(try digest("{}", ["correlationid": #""x""#, "causationid": #""y""#, "partitionkey": #""z""#]) == plain)
        let trace = #""00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01""#
        #expect(try digest("{}", ["traceparent": trace, "datacontenttype": #""application/json""#]) == plain)
    }

    @Test(
        "E2: what stands beside the data and can be no attribute is content, however it is written and in either mode")
    func besideTheData() throws {
        let plain = try digest("{}")
        func besides(_ name: String, _ value: String?) throws -> [UInt8] { try digest("{}", [name: value]) }
        // Extension attributes are about one sending.
        for value in [#""x""#, "1", "true", "null", #""2026-11-23T11:00:00Z""#] {
            #expect(try besides("comment", value) == plain, "\(value)")
        }
        for (name, value) in [
            ("comment", "[]"), ("comment", #"{"a":1}"#), ("childRef", #""C-1""#), ("child_ref", "1"), ("é", "true"),
            ("", "1"),
        ] { #expect(try besides(name, value) != plain, "\(name) \(value)") }
        #expect(try besides("childRef", "null") == plain, "as if it were absent")
        #expect(try besides("childRef", #""C-1""#) != besides("childRef", #""C-2""#))
        #expect(try besides("childRef", #""C-1""#) != besides("childref", #""C-1""#))
        #expect(try besides("childRef", #""\u0043-1""#) == besides("childRef", #""C-1""#))
        #expect(
            try besides("heldAt", #""2026-11-23T10:00:00Z""#) == besides("heldAt", #""2026-11-23T11:00:00+01:00""#))
        #expect(
            try Sample.read(Sample.structured(["aB": "1", "bA": "2"])).get().contentDigest
                != Sample.read(Sample.structured(["aB": "2", "bA": "1"])).get().contentDigest)
        func binary(_ more: [String: String]) throws -> [UInt8] {
            let headers = Sample.headers(more.merging(["content-type": "application/json"]) { $1 })
            return try Sample.read(Array("{}".utf8), headers: headers).get().contentDigest
        }
        #expect(try binary(["ce_comment": "x", "trace": "y"]) == plain)
        #expect(try binary(["ce_childRef": "C-1"]) == besides("childRef", #""C-1""#))
        #expect(try binary(["ce_heldAt": "2026-11-23T10:00:00Z"]) == besides("heldAt", #""2026-11-23T10:00:00Z""#))
        #expect(try binary(["ce_data": "x"]) == plain)
    }

    @Test("E2: what stands beside the data and is not read is listed, in either mode")
    func listed() throws {
        let changes = [
            "comment": #""x""#, "childRef": "[1]", "a/b": "1", "gone": "null", "traceparent": #""x""#,
            "subject": #""C-1""#,
            "correlationid": #""c""#, "causationid": #""c""#, "datacontenttype": #""application/json""#,
        ]
        let event = try Sample.read(Sample.structured(changes)).get()
        #expect(EventCatalogue.unknownKeys(of: event) == ["/a~1b", "/childRef", "/comment"])
        let headers = Sample.headers([
            "ce_comment": "x", "ce_childRef": "y", "trace": "z", "content-type": "application/json",
        ])
        let binary = try Sample.read(Array("{}".utf8), headers: headers).get()
        #expect(EventCatalogue.unknownKeys(of: binary) == ["/childRef", "/comment"])
        let many = Dictionary(uniqueKeysWithValues: (0..<100).map { ("x\($0)", "1" as String?) })
        let crowd = try Sample.read(Sample.structured(many)).get()
        #expect(EventCatalogue.unknownKeys(of: crowd).count == UnknownKeys.maximum)
        #expect(EventCatalogue.unknownKeys(of: try Sample.read(Sample.structured()).get()) == [])
    }

    @Test("E2: an event of the most members that fit is compared in the time of sorting them", .timeLimit(.minutes(1)))
    func manyMembers() throws {
        let members = (0..<20_000).map { #""\#($0)":0"# }
        let forward = try digest("{\(members.joined(separator: ","))}")
        #expect(try digest("{\(members.reversed().joined(separator: ","))}") == forward)
    }

    @Test(
        "B9: a whole number is one however it is written",
        arguments: [
            ("1.0", 1), ("1", 1), ("10e-1", 1), ("1E0", 1), ("1e2", 100), ("100.00", 100), ("-0", 0), ("-0.0e5", 0),
            ("-2.5e1", -25), ("9223372036854775807", .max), ("-9223372036854775808.0", .min), ("0e999999999999", 0),
        ] as [(String, Int64)])
    func wholeNumbers(_ text: String, _ number: Int64) throws {
        #expect(try JSONDocument(parsing: Array(text.utf8)).root.int64 == number || text == "0e999999999999")
    }

    @Test(
        "A number that is not whole, or does not fit, is none",
        arguments: ["1.5", "1e-1", "9223372036854775808", "1e19", "1e400", "1e999999999999", "0.1e0"])
    func otherNumbers(_ text: String) throws {
        #expect(try JSONDocument(parsing: Array(text.utf8)).root.int64 == nil)
    }
}
