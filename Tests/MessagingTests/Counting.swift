import Contracts
import JSON
import KafkaClient
import Messaging
import Safeguarding
import TestSupport

/// Counts the events of a household and says each on a topic: the smallest procedure there is.
struct Counting: HouseholdProcedure {
    struct State: HouseholdState {
        var events = 0

        init() {}

        init?(reading value: JSONValue) {
            guard let events = value["events"]?.int64 else { return nil }
            self.events = Int(events)
        }

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.field("events", events)
            writer.endObject()
        }
    }

    func handle(_ event: ReceivedEvent, of household: HouseholdID, state: inout State, now: Instant)
        throws(MessageFailure) -> [Effect<NoRows>]
    {
        if event.data["poison"] != nil { throw MessageFailure(code: "poison", reason: "As asked.") }
        state.events += 1
        if event.data["unstorable"] != nil {
            return [.publish(OutgoingRecord(topic: "said", key: "U+0000: \u{0}", value: nil))]
        }
        return [.publish(OutgoingRecord(topic: "said", key: household.text, value: Array("\(state.events)".utf8)))]
    }

    static func household(_ number: UInt8) -> HouseholdID { HouseholdID(digest: [number]) }

    static func event(id: String, data: String) -> [UInt8] {
        Array(
            #"{"specversion":"1.0","id":"\#(id)","source":"/services/test","type":"keepsight.test.made.v1","time":"2026-01-01T00:00:00Z","data":\#(data)}"#
                .utf8)
    }

    static func message(_ offset: Int64, id: String, household: UInt8 = 1, data: String = "{}", partition: Int32 = 0)
        -> InboundMessage
    {
        let record = KafkaMessage(
            topic: "in", partition: partition, offset: offset, timestampMilliseconds: 0,
            key: Array(Self.household(household).text.utf8), value: event(id: id, data: data), headers: [])
        return InboundMessage(record)
    }

    func fire(_ deadline: DueDeadline, state: inout State, now: Instant) -> [Effect<NoRows>] {
        [.publish(OutgoingRecord(topic: "fired", key: deadline.household.text, value: Array(deadline.key.text.utf8)))]
    }
}
