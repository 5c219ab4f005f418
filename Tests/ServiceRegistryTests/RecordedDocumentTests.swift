import Contracts
import Foundation
import JSON
import KafkaClient
import Messaging
import NotifierSpec
import Safeguarding
import SchemaSupport
import TestSupport
import Testing

@testable import MashScreener
@testable import ReferralIntake

/// What is kept, or handed to a service, as a JSON object of its own: each is declared once, and its schema and its reader
/// agree on whatever stands in it.
struct RecordedDocumentTests {
    private static let police = AgencyCode("police")
    private static let example =
        #"{"itemId":"s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2","#
        + #""state":"claimed","overdue":false,"rating":"amber","referralId":"HV-1","referrer":"police","#
        + #""children":[{"handle":"a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1","ref":"M-1"}],"concernKinds":["medical"],"#
        + #""immediateRisk":false,"receivedAt":"2026-11-20T10:00:00Z","clocks":[],"#
        + #""claimedBy":{"name":"Tess Example","role":"screener"}}"#

    private static let clock =
        #"{"from":"2026-11-20T10:00:00Z","rule":"1 working day","setting":"clocks.screening","#
        + #""policyVersion":"2026.1","skipped":[{"day":"2026-11-21","reason":"Saturday"}],"#
        + #""moved":{"request":7,"dueBefore":"2026-11-23T10:00:00Z"}}"#

    /// A value of each type with every field, by the type's name.
    private static func samples() throws -> [String: [any RecordedDocument & Equatable]] {
        let police = try #require(Self.police)
        let person = try #require(PersonID("a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"))
        let shown = try JSONDocument(parsing: Array(Self.example.utf8)).root
        var reasons = RefusalReasons()
        let item = OpenItems.Item(
            shown: try #require(ScreeningItemUpdated(reading: shown, &reasons)),
            references: [person: [police: "P-1"]], overdueStage: 2)
        var desk = OpenItems()
        desk.items = [item]
        let explanation = try #require(ClockExplanation(document: Array(Self.clock.utf8)))
        let place = RecordPlace(partition: 0, offset: 12)
        return [
            "Repositioning": [
                Repositioning(
                    partition: TopicPartition(topic: "safeguarding.facts", partition: 3), nextOffset: 17, cluster: "c1")
            ], "Reprojection": [Reprojection(terms: "t", kind: "acknowledgement")],
            "LegalHold": [try #require(LegalHold(.set, reference: "Inquiry 2026/4"))],
            "NotifierRequest": [
                NotifierRequest.doNotNotify(police, address: "duty@police.example.org"),
                NotifierRequest.notifyAgain(police, address: "duty@police.example.org"), NotifierRequest.retry([1, 2]),
            ], "OpenItems": [desk], "ClockExplanation": [explanation],
            "Askers": [
                Askers(askers: [
                    Asked(place: place, correlationID: "a", causationID: "b", traceparent: "c"), Asked(place: place),
                ])
            ],
            "KeptReasons": [
                KeptReasons(reasons: [RefusalReason(path: "/data", code: .missingField, message: "Add it.")])
            ],
        ]
    }

    @Test(
        "Schema and reader agree on every document that is kept or handed on, and on each with one part that is something else",
        arguments: [
            "Repositioning", "Reprojection", "LegalHold", "NotifierRequest", "OpenItems", "ClockExplanation",
            "Askers",
            "KeptReasons",
        ])
    func agree(_ name: String) throws {
        for value in try #require(try Self.samples()[name]) {
            func check<Document: RecordedDocument & Equatable>(_ value: Document) throws {
                #expect(String(describing: Document.self) == name)
                #expect(try DocumentAgreement.differences(value) == [])
            }
            try check(value)
        }
    }

    @Test("Every type that is kept or handed on in that way is among those that are tested")
    func complete() throws {
        var found: Set<String> = []
        for folder in ["Services", "Shared"] {
            let files = FileManager.default.enumerator(atPath: TestEnvironment.project + "/" + folder)
            for case let path as String in files ?? .init() where path.hasSuffix(".swift") {
                let text = try String(contentsOfFile: "\(TestEnvironment.project)/\(folder)/\(path)", encoding: .utf8)
                for match in text.matches(of: /(?:struct|enum|extension) ([\w.]+): (?:\w+, )*RecordedDocument\b/) {
                    found.insert(String(match.1))
                }
            }
        }
        // An item is a part of its desk's document; the tracker's documents are generated, where the tracker is tested.
        #expect(found == Set(try Self.samples().keys).union(["OpenItems.Item", "TrackerState"]))
    }

    @Test("A hold whose reference a service would not read is not asked for")
    func unreadableReference() {
        for reference in ["", " ", "a\u{202E}b", "a\nb", String(repeating: "x", count: 201)] {
            #expect(LegalHold(.set, reference: reference) == nil, "\(reference.debugDescription)")
        }
    }
}
