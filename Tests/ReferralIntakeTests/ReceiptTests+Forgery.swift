import Contracts
import JSON
import KafkaClient
import Messaging
import PostgresClient
import Safeguarding
import TestSupport
import Testing

@testable import ReferralIntake

/// Rulings and events that somebody else has put on a topic.
extension ReceiptTests {
    @Test(
        "trial F2: another agency's event on one's own topic is told of its source alone: the same, changed, or unknown"
    )
    func forged() throws {
        var intake = try VirtualIntake()
        let time = intake.now
        let (own, other) = (Events.involvement("POL"), Events.involvement("OTHER"))
        _ = try intake.publish("involvement.opened.v1", as: "police", id: "p", own, time: time)
        let forged = VirtualIntake.Attributes(source: "/agencies/police")
        var answers: [VirtualIntake.Said] = []
        for (id, data) in [("p", own), ("p", other), ("never", own), ("p", own)] {
            answers += try intake.publish("involvement.opened.v1", as: "school-hill", id: id, data, forged, time: time)
        }
        answers += try intake.publish("decision.changed.v1", as: "school-hill", id: "p", "{}", forged, time: time)
        #expect(
            answers.allSatisfy { $0.codes == ["source-not-topic-agency"] && $0.topic == "agency.school-hill.notices" })
        #expect(answers.count == 5)
        #expect(Set(answers.map(\.message)).count == 1)
        #expect(answers.allSatisfy { $0.event.envelope.causationID == nil && $0.event.envelope.correlationID == nil })
    }

    @Test(
        "E7: whoever publishes under another's source takes nothing away from it: the true event is accepted afterwards"
    )
    func forgedFirst() throws {
        var intake = try VirtualIntake()
        let time = intake.now
        let forged = VirtualIntake.Attributes(source: "/agencies/police")
        _ = try intake.publish(
            "involvement.opened.v1", as: "school-hill", id: "p", Events.involvement("SCH"), forged, time: time)
        let said = try intake.publish(
            "involvement.opened.v1", as: "police", id: "p", Events.involvement("POL"), time: time)
        #expect(said.facts.count == 1)
        #expect(said.receipts.map(\.isAccepted) == [true])
    }

    @Test(
        "E7: an event under another's source is told that and nothing else, whatever else is wrong with it",
        arguments: [
            #"{"specversion":"1.0","id":"p","source":"/agencies/police","type":"keepsight.involvement.opened.v1","time":"never","data":{}}"#,
            #"{"specversion":"1.0","id":"p","source":"/agencies/police","type":"keepsight.weather.seen.v1","time":"2026-01-01T00:00:00Z"}"#,
            #"{"specversion":"0.3","id":"p","source":"/services/notifier","type":"x","data":[1]}"#,
            #"{"specversion":"1.0","id":"p","source":"/agencies/police","data":{"a":1,"a":2}}"#,
            #"{"specversion":"1.0","id":"p","source":"/agencies/police","type":"keepsight.involvement.opened.v1","time":"2099-01-01T00:00:00Z","data":{}}"#,
            #"{"id":"p","source":"\/agencies\/police","data":"broken"#,
        ])
    func forgedAndWrong(_ event: String) throws {
        var intake = try VirtualIntake()
        let said = try intake.send(Array(event.utf8), as: "school-hill")
        #expect(said.map(\.codes) == [["source-not-topic-agency"]])
        #expect(said.first?.event.data["eventId"]?.string == "p")
        let given = try intake.giveUp(Array(event.utf8), as: "school-hill")
        #expect(given.map(\.codes) == [["source-not-topic-agency"]])
        // Its own is told what is wrong with it.
        let own = event.replacing("/services/notifier", with: "/agencies/school-hill")
            .replacing("police", with: "school-hill")
        #expect(
            try intake.send(Array(own.utf8), as: "school-hill").first?.codes.contains("source-not-topic-agency")
                == false)
    }
}
