import JSON
import Testing

@testable import Contracts

/// contract.md E1: how an event lies in its record.
struct ContentModeTests {
    private static let structuredTypes = [
        "application/cloudevents+json", "application/cloudevents+json; charset=UTF-8", "Application/CloudEvents+JSON",
        " application/cloudevents+json ", "application/cloudevents ; charset=utf-8", "application/cloudevents",
    ]

    @Test(
        "E1, trial B4: a structured event is one whatever ce_ headers stand beside it", arguments: structuredTypes)
    func structured(_ contentType: String) throws {
        let headers = Sample.headers(["content-type": contentType, "ce_id": "of-the-header"])
        let event = try Sample.read(Sample.structured(data: #"{"n":1}"#), headers: headers).get()
        #expect(event.envelope.id == "a-1")
        #expect(event.data["n"]?.int64 == 1)
    }

    @Test(
        "E1, trial B4: any other content type with ce_specversion is binary mode, however it is written",
        arguments: [
            "application/json", "application/json ; charset=utf-8", "application/json;charset=utf-8",
            "Application/JSON", " application/json", "application/vnd.example+json; v=1",
        ])
    func binary(_ contentType: String) throws {
        for name in ["content-type", "Content-Type"] {
            let event = try Sample.read(Array(#"{"n":1}"#.utf8), headers: Sample.headers([name: contentType])).get()
            #expect(event.envelope.id == "a-1")
            #expect(event.data["n"]?.int64 == 1)
        }
    }

    @Test("E1: without a content type the headers decide, and without any the value is tried")
    func untold() throws {
        #expect(try Sample.read(Array(#"{"n":1}"#.utf8), headers: Sample.headers()).get().data["n"]?.int64 == 1)
        let event = Sample.structured(data: #"{"n":1}"#)
        #expect(try Sample.read(event).get().data["n"]?.int64 == 1)
        let asJSON = [(name: "content-type", value: Array("application/json".utf8))]
        #expect(try Sample.read(event, headers: asJSON).get().data["n"]?.int64 == 1)
    }

    @Test("E1: what is not JSON is refused by its content type in either mode")
    func notJSON() {
        let headers = Sample.headers(["content-type": "text/plain"])
        #expect(
            Sample.reasons(Sample.read(Array("{}".utf8), headers: headers)) == ["/datacontenttype not-a-cloudevent"])
        let event = Sample.structured(["datacontenttype": #""application/json ; charset=utf-8""#])
        #expect(Sample.reasons(Sample.read(event)) == [])
    }

    @Test("trial B5: data_base64 with JSON in it is decoded, and says the same as data")
    func encodedData() throws {
        // {"decisionId":"é/1"}
        let encoded = [
            "eyJkZWNpc2lvbklkIjoiw6kvMSJ9", "eyJkZWNpc2lvbklkIjoiw6kvMSIgfQ==", "eyJkZWNpc2lvbklkIjoiw6kvMSIgfQ",
        ]
        let plain = try Sample.read(Sample.structured(data: #"{"decisionId":"é/1"}"#)).get()
        for text in encoded {
            let event = try Sample.read(
                Sample.structured(
                    ["data_base64": #""\#(text)""#, "datacontenttype": #""application/json""#], data: nil)
            ).get()
            #expect(event.data["decisionId"]?.string == "é/1")
            #expect(event.data["decisionId"]?.pointer == "/data/decisionId")
            #expect(event.contentDigest == plain.contentDigest)
        }
    }

    @Test("trial B5: data and data_base64 together are refused, and so is what is no base64 or no JSON")
    func twoKindsOfData() {
        let cases: [(String, String?, [String])] = [
            (#""e30=""#, "{}", ["/data_base64 not-allowed"]), (#""e30=""#, "null", []),
            (#""e3?=""#, nil, ["/data_base64 invalid-base64"]), (#""e30=e30=""#, nil, ["/data_base64 invalid-base64"]),
            (#""e""#, nil, ["/data_base64 invalid-base64"]), ("7", nil, ["/data_base64 invalid-base64"]),
            (#""WzFd""#, nil, ["/data wrong-type"]), (#""eyJhIjox""#, nil, ["/data/a invalid-json"]),
            ("null", "{}", []),
        ]
        for (encoded, data, expected) in cases {
            let event = Sample.structured(["data_base64": encoded], data: data)
            #expect(Sample.reasons(Sample.read(event)) == expected, "\(encoded)")
        }
    }

    @Test("D6: what a sender puts into correlationid and causationid is read as its own, for its receipt")
    func ownCorrelation() throws {
        let event = try Sample.read(
            Sample.structured(["correlationid": #""case 7""#, "causationid": #""theirs""#])
        ).get()
        #expect(event.envelope.correlationID == "case 7")
        #expect(event.envelope.causationID == "theirs")
    }
}
