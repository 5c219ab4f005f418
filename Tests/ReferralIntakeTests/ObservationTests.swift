import Foundation
import JSON
import Messaging
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Contracts
@testable import ReferralIntake

/// Observations at intake: every type of the catalogue by its own example, so that one that is added is tested as it is.
struct ObservationTests {
    static let types = EventCatalogue.all.compactMap { $0 as? any ObservationEvent.Type }
    static let names = types.map { $0.terms.type.name }

    /// A type's example, published by an agency that may and that has introduced the example's child.
    private struct Scene {
        var intake: VirtualIntake
        let type: any ObservationEvent.Type
        let agency: String
        let example: [String: Any]
        let household: HouseholdID

        init(_ name: String) throws {
            let type = try #require(ObservationTests.types.first { $0.terms.type.name == name })
            let data = try JSONSerialization.jsonObject(with: Data(type.terms.example.utf8))
            example = try #require(data as? [String: Any])
            let refs = try #require(example["children"] as? [[String: String]]).compactMap { $0["ref"] }
            #expect(refs.count == 1)
            let agency = type.terms.publishers.example
            var intake = try VirtualIntake()
            let child = Events.involvement("X").replacing(#""ref":"X-A""#, with: #""ref":"\#(refs[0])""#)
            let opened = try intake.publish("involvement.opened.v1", as: agency, id: "i", child)
            household = try Fact.reading(try #require(opened.facts.first).event).context.household
            (self.intake, self.type, self.agency) = (intake, type, agency)
        }

        mutating func publish(
            as other: String? = nil, id: String = "o", _ change: (inout [String: Any]) -> Void = { _ in }
        ) throws -> [VirtualIntake.Said] {
            var data = example
            // The second event is about something of its own (I1).
            if id != "o" {
                for case (let key, let text as String) in example where key.hasSuffix("Id") { data[key] = text + id }
            }
            change(&data)
            let text = String(decoding: try JSONSerialization.data(withJSONObject: data), as: UTF8.self)
            let name = String(type.terms.type.text.dropFirst("keepsight.".count))
            return try intake.publish(name, as: other ?? agency, id: id, text)
        }
    }

    @Test("Each kind of observation that intake is proved with is in the catalogue")
    func family() {
        let proved = ["contact.made", "appointment.not-brought", "concern.raised", "police-notification.made"]
        #expect(Set(proved).isSubset(of: Self.names))
    }

    @Test(
        "An observation is accepted, journaled with its texts, and becomes one fact about the child's household",
        arguments: names)
    func accepted(_ name: String) throws {
        var scene = try Scene(name)
        let said = try scene.publish()
        #expect(said.receipts.map(\.isAccepted) == [true])
        let fact = try Fact.reading(try #require(said.facts.first).event)
        #expect(said.facts.count == 1 && said.facts[0].key == scene.household.text)
        #expect(fact.context.household == scene.household && fact.context.agency.text == scene.agency)
        #expect(fact.children.count == 1)
        let at = (scene.example["at"] as? String).flatMap(Instant.init(rfc3339:))
        let body = FactBody.observation(ObservationFact(kind: name, at: at ?? scene.intake.now.adding(seconds: -60)))
        #expect(fact.body == body)
        let entries = scene.intake.register.journal.values.filter { $0.eventID == "o" }
        #expect(entries.map(\.households) == [[scene.household]])
        let entry = try #require(entries.first)
        let kept = try #require(try JSONSerialization.jsonObject(with: Data(entry.content)) as? NSDictionary)
        #expect(kept == scene.example as NSDictionary)
    }

    @Test("E2: the same observation again gets its receipt again, and is no second fact", arguments: names)
    func again(_ name: String) throws {
        var scene = try Scene(name)
        let first = try scene.publish()
        let second = try scene.publish()
        #expect(second.facts.isEmpty)
        #expect(second.receipts.map(\.isAccepted) == [true])
        #expect(
            second.receipts.first?.event.data["recordedAt"]?.string
                == first.receipts.first?.event.data["recordedAt"]?.string)
        let other = try scene.publish { $0["children"] = [["ref": "somebody else"]] }
        #expect(other.map(\.codes) == [["duplicate-id-different-content"]])
    }

    @Test(
        "K4: nothing that an observation says in words, and nobody whom it names, goes behind intake",
        arguments: names)
    func texts(_ name: String) throws {
        var scene = try Scene(name)
        let fact = try #require(try scene.publish().facts.first)
        let inside = String(decoding: fact.value, as: UTF8.self)
        let known = Set(["children", "at"])
        for (key, value) in scene.example where !known.contains(key) {
            for text in Self.texts(in: value) where text != name {
                #expect(!inside.contains(#""\#(text)""#), "\(key): \(text)")
            }
        }
        let members = try #require(
            try JSONSerialization.jsonObject(with: Data(fact.event.data.rawBytes)) as? [String: Any])
        #expect(Set(members.keys) == ["fact", "children", "kind", "at"])
    }

    private static func texts(in value: Any) -> [String] {
        switch value {
        case let text as String: [text]
        case let list as [Any]: list.flatMap(texts(in:))
        case let object as [String: Any]: object.values.flatMap(texts(in:))
        default: []
        }
    }

    @Test(
        "K4: of an observation every long text and every person is declared as staying at intake",
        arguments: types.indices)
    func reach(_ place: Int) {
        for term in Self.types[place].shape.members {
            let isText = term.shape.schema["$ref"] == "#/$defs/text"
            let isPerson = term.shape.schema["$ref"] == "#/$defs/person"
            if isText || isPerson { #expect(term.staysAtIntake, "\(Self.names[place]) \(term.key)") }
        }
    }

    @Test(
        "A child whom the agency has not introduced is refused by reference alone, and met if it is described",
        arguments: names)
    func strangers(_ name: String) throws {
        var scene = try Scene(name)
        let people = scene.intake.register.people.count
        let unknown = try scene.publish { $0["children"] = [["ref": "N-1"], ["ref": "N-2", "sex": "F"]] }
        #expect(unknown.map(\.codes) == [["unknown-subject", "unknown-subject"]])
        #expect(unknown.map(\.paths) == [["/data/children/0/ref", "/data/children/1/ref"]])
        #expect(scene.intake.register.people.count == people, "a refused event has no effect")
        let child: [String: Any] = [
            "ref": "N-1", "name": ["given": "Nia", "family": "Newperson"], "dateOfBirth": "2019-05-01",
        ]
        let met = try scene.publish { $0["children"] = [child] }
        #expect(met.receipts.map(\.isAccepted) == [true] && met.facts.count == 1)
        let known = try scene.publish(id: "o2") { $0["children"] = [["ref": "N-1"]] }
        let people1 = try Fact.reading(try #require(met.facts.first).event).children.map(\.person)
        let people2 = try Fact.reading(try #require(known.facts.first).event).children.map(\.person)
        #expect(people1 == people2)
    }

    @Test("Children of two households are one fact for each")
    func households() throws {
        var scene = try Scene("concern.raised")
        let child: [String: Any] = [
            "ref": "N-1", "name": ["given": "Nia", "family": "Newperson"], "dateOfBirth": "2019-05-01",
        ]
        _ = try scene.publish { $0["children"] = [child] }
        let said = try scene.publish(id: "o2") { data in
            data["children"] = (data["children"] as? [[String: String]] ?? []) + [["ref": "N-1"]]
        }
        #expect(said.receipts.map(\.isAccepted) == [true])
        #expect(Set(said.facts.map(\.key)).count == 2)
    }

    @Test("T4: who may not publish an observation is told who does")
    func authorised() throws {
        var scene = try Scene("police-notification.made")
        let refused = try scene.publish(as: "csc")
        #expect(refused.map(\.codes) == [["not-authorised"]])
        #expect(refused.first?.message == "Your agency does not publish this type. Who does: the police.")
    }

    @Test("An agency that an observation names is one of the partnership's; all that stands against it is said at once")
    func schools() throws {
        var scene = try Scene("police-notification.made")
        let refused = try scene.publish { data in
            data["schools"] = ["school-hill", "school-nowhere"]
            data["children"] = [["ref": "N-1"]]
        }
        #expect(refused.map(\.codes) == [["unknown-agency", "unknown-subject"]])
        #expect(refused.map(\.paths) == [["/data/schools/1", "/data/children/0/ref"]])
    }

    @Test("E4: an observation lies in the past", arguments: names)
    func moments(_ name: String) throws {
        var scene = try Scene(name)
        guard scene.example["at"] != nil else {
            #expect(name == "contact.made", "of all others the event's own time is not enough")
            return
        }
        let later = scene.intake.now.adding(seconds: 600).rfc3339
        let early = try scene.publish { $0["at"] = later }
        #expect(early.map(\.codes) == [["future-time"]] && early.map(\.paths) == [["/data/at"]])
    }
}
