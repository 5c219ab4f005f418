import Foundation
import TestSupport
import Testing

/// What services publish is put into an envelope in one place, so that an attribute that one of them sets is set by all.
struct EnvelopeSourcesTests {
    /// The Swift files under Services and Shared that have that text, by their paths.
    private func files(with pattern: Regex<Substring>) throws -> Set<String> {
        var found: Set<String> = []
        for folder in ["Services", "Shared"] {
            for path in try FileManager.default.subpathsOfDirectory(atPath: TestEnvironment.project + "/" + folder)
            where path.hasSuffix(".swift") {
                let file = folder + "/" + path
                let text = try String(contentsOfFile: TestEnvironment.project + "/" + file, encoding: .utf8)
                if text.contains(pattern) { found.insert(file) }
            }
        }
        return found
    }

    @Test("Envelopes are built by the services' one publisher, by the command line's, and by the reader of attributes")
    func envelopes() throws {
        let reader = "Shared/Contracts/Envelope/AttributeReading.swift"
        let commandLine = "Services/keepsight/Commands/Publisher.swift"
        let services = "Shared/Messaging/Batch/EventPublisher.swift"
        #expect(try files(with: /\bEnvelope\(\n? *id:/) == [reader, commandLine, services])
        // Who writes an event's bytes has an envelope.
        let payload = "Shared/Contracts/Events/EventPayload.swift"
        #expect(try files(with: /\bEnvelopeWriter\.write\(/) == [payload, commandLine, services])
    }

    @Test("A record with an event's bytes is made by the publisher alone; a service makes tombstones and letters")
    func records() throws {
        // The screener's tombstone, dead letters, and what the outbox reads back.
        let others: Set = [
            "Services/mash-screener/MashScreener.swift", "Shared/Messaging/DeadLetters/DeadLetter.swift",
            "Shared/Messaging/Outbox/OutboxRow.swift",
        ]
        #expect(
            try files(with: /\bOutgoingRecord\(\n? *topic:/)
                == others.union(["Shared/Messaging/Batch/EventPublisher.swift"]))
        let screener = try String(
            contentsOfFile: TestEnvironment.project + "/Services/mash-screener/MashScreener.swift", encoding: .utf8)
        #expect(
            screener.matches(of: /\bOutgoingRecord\(\n? *topic:.*/).map { $0.output.hasSuffix("value: nil)),") } == [
                true
            ])
    }
}
