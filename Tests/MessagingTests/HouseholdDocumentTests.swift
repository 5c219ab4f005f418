import Contracts
import JSON
import Testing

@testable import Messaging

struct HouseholdDocumentTests {
    private func events(_ text: String) -> Int? {
        let state: Counting.State? = HouseholdDocument.state(reading: Array(text.utf8))
        return state?.events
    }

    @Test("A document counts as read only if all that stands in it would be written again")
    func whole() {
        #expect(events(#"{"events":3}"#) == 3)
        #expect(events(#" { "events" : 3, "none": null } "#) == 3, "spaces and nothing are nothing")
        #expect(events(#"{"events":3,"added":1}"#) == nil, "what a later version has added would be lost")
        #expect(events(#"{"events":3,"added":{}}"#) == nil)
        #expect(events(#"{"events":"3"}"#) == nil)
        #expect(events("") == nil)
    }

    /// A state that understands less than may stand in its document, and writes down what it has understood.
    private struct Careless: HouseholdState {
        var (number, text, flag, list) = (Int64(0), "", true, [Int64]())

        init() {}

        init?(reading value: JSONValue) {
            number = min(100, value["number"]?.int64 ?? 0)
            text = String((value["text"]?.string ?? "").prefix(3))
            list = (value["list"]?.elements ?? []).compactMap(\.int64)
        }

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.field("number", Int(number))
            writer.field("text", text)
            writer.field("flag", flag)
            writer.array("list", list) { $0.int(Int($1)) }
            writer.endObject()
        }
    }

    @Test(
        "Lost or wrong bytes: what a service would write down otherwise than it stands there is not read at all",
        arguments: [
            ("", true), (#","number":100"#, true), (#","number":101"#, false), (#","number":"7""#, false),
            (#","text":"abc""#, true), (#","text":"abcd""#, false), (#","text":7"#, false), (#","flag":true"#, true),
            (#","flag":false"#, false), (#","flag":"true""#, false), (#","list":[1,2]"#, true),
            (#","list":[1,"2"]"#, false), (#","list":[1,2,"x"]"#, false), (#","list":{}"#, false),
            (#","more":{"x":1}"#, false), (#","more":null"#, true),
        ])
    func careless(_ members: String, _ isRead: Bool) {
        let state: Careless? = HouseholdDocument.state(reading: Array(#"{"none":null\#(members)}"#.utf8))
        #expect((state != nil) == isRead)
    }
}
