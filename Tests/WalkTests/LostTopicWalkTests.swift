import Contracts
import JSON
import KafkaClient
import Messaging
import Safeguarding
import TestSupport
import Testing

/// An agency's topic of notices that somebody deletes and makes again while everything runs.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct LostTopicWalkTests {
    @Test(
        "A topic of notices that was made anew is said until somebody deals with it, and one command delivers again what it had",
        .timeLimit(TestEnvironment.minutes(10)))
    func deliveredAgain() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            try await partnership.accept("decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
            let police = try #require(AgencyCode("police"))
            let topic = partnership.topics.notices(of: police).name
            _ = try await partnership.hear(atLeast: 6) { $0.notice != nil }
            try await partnership.settle()
            func notices() async throws -> [String: [UInt8]] {
                var found: [String: [UInt8]] = [:]
                for record in try await partnership.records(of: topic) {
                    let event = try EnvelopeReader.read(value: record.value ?? [], headers: [], now: Partnership.now)
                    guard event.envelope.type == NoticeIssued.type.text else { continue }
                    #expect(found.updateValue(record.value ?? [], forKey: event.envelope.id) == nil, "each once")
                }
                return found
            }
            let before = try await notices()
            #expect(before.count == 3)
            // Whoever has acknowledged one has read it.
            let seen = try #require(
                try await partnership.hear(atLeast: 2) { $0.agency == "police" && $0.notice != nil }
                    .first { $0.notice?.kind == .thresholdChanged }?.notice)
            try await partnership.accept(
                "notice.acknowledged", as: "police",
                data: #"{"noticeId":"\#(seen.noticeID.text)","by":{"name":"Pat Example","role":"officer"}}"#)
            try await awaitWatch(partnership, of: topic, by: "notifier")

            try await makeAnew(topic, partnership)
            try await partnership.awaitMetric("lost_topics", of: "notifier") { $0 == 1 }
            let page = try await partnership.page("/readyz", of: "notifier")
            for part in ["written-topics", topic, "\"ready\":true"] { #expect(page.contains(part), "\(page)") }
            let (_, listed) = try await partnership.keepsight(["deliveries"])
            #expect(listed.contains(topic) && listed.contains("keepsight deliveries again police"), "\(listed)")
            #expect(try await notices().isEmpty)

            let act = ["--by", "Sam Example, operator", "--reason", "somebody made the topic anew"]
            let none = try await partnership.keepsight(["deliveries", "again", "csc"] + act)
            #expect(none.status != 0 && none.text.contains("is not known to have lost anything"), "\(none.text)")
            let asked = try await partnership.keepsight(["deliveries", "again", "police"] + act)
            #expect(asked.status == 0, "\(asked.text)")
            try await partnership.awaitMetric("lost_topics", of: "notifier") { $0 == 0 }
            try await partnership.settle()
            #expect(try await notices() == before.filter { $0.key != seen.noticeID.text }, "the same, byte for byte")
            let (_, all) = try await partnership.keepsight(["deliveries", "--all"])
            #expect(all.contains("2 notices went there again") && all.contains("Sam Example, operator"), "\(all)")
            try await partnership.awaitReady("notifier")
        }
    }

    @Test(
        "A screening queue that was made anew has every open item again, without anybody's doing",
        .timeLimit(TestEnvironment.minutes(5)))
    func queue() async throws {
        try await withPartnership { partnership in
            try await partnership.accept(
                "referral.made", as: "health-visiting", data: SampleEvents.referral(children: 1))
            let topic = partnership.topics.screeningQueue.name
            try await partnership.settle()
            let before = try await partnership.queue()
            let item = try #require(before.last)
            try await awaitWatch(partnership, of: topic, by: "mash-screener")
            try await makeAnew(topic, partnership)
            let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
            var after: [KafkaMessage] = []
            while after.isEmpty, ContinuousClock.now < end {
                after = try await partnership.queue()
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(after.map(\.key) == [item.key])
            func data(_ message: KafkaMessage) throws -> String {
                let event = try EnvelopeReader.read(value: message.value ?? [], headers: [], now: Partnership.now)
                return String(decoding: event.data.rawBytes, as: UTF8.self)
            }
            #expect(try after.map(data) == [data(item)])
            try await partnership.awaitMetric("lost_topics", of: "mash-screener") { $0 == 0 }
            let settled = "SELECT count(*) FROM mash_screener.lost_log WHERE settled_at IS NOT NULL AND said_again = 1"
            #expect(try await partnership.database.count(settled) == 1)
        }
    }

    private func makeAnew(_ topic: String, _ partnership: Partnership) async throws {
        let admin = try KafkaAdmin(partnership.kafka)
        try await admin.delete([topic])
        let end = ContinuousClock.now.advanced(by: .seconds(30 * TestEnvironment.patience))
        while try await admin.topics()[topic] != nil, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(20))
        }
        try await partnership.makeTopics()
    }

    /// Waits until the service has seen how far the topic is written.
    private func awaitWatch(_ partnership: Partnership, of topic: String, by service: String) async throws {
        let admin = try KafkaAdmin(partnership.kafka)
        let written = try await admin.watermarks(of: TopicPartition(topic: topic, partition: 0)).high
        let query = """
            SELECT count(*) FROM \(Migrator.schema(of: service)).written_log
            WHERE topic = '\(topic)' AND next_offset >= \(written)
            """
        let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
        while try await partnership.database.count(query) == 0 {
            guard ContinuousClock.now < end else { throw Missing("nobody has looked at \(topic)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
