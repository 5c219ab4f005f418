import Contracts
import Foundation
import JSON
import KafkaClient
import Safeguarding
import TestSupport
import Testing

/// What one agency may do to the others at the most, measured: minutes, and gigabytes in the process of the tests.
@Suite(
    .enabled(
        if: TestEnvironment.isLong && TestEnvironment.isComplete, "takes minutes and gigabytes: run deploy/test --long"),
    .serialized)
struct OneAgencyLongTests {
    /// What one agency writes, and what of it reaches intake.
    struct Bomb: Sendable, CustomTestStringConvertible {
        let name: String
        let codec: String
        let megabytes: Int
        var records = 1
        /// How much more memory intake may take for it, in MB.
        let limit: Int
        var testDescription: String { name }
    }

    /// A broker takes a mebibyte, which is 1,032 times as much for gzip, more for zstd and 21 times for snappy. So many empty
    /// records are more than may be unpacked at once.
    static let bombs = [
        Bomb(name: "gzip, 900 MB", codec: "gzip", megabytes: 900, limit: 64),
        Bomb(name: "zstd, 900 MB", codec: "zstd", megabytes: 900, limit: 64),
        Bomb(name: "snappy, 20 MB", codec: "snappy", megabytes: 20, limit: 128),
        Bomb(name: "gzip, 590,000 empty records", codec: "gzip", megabytes: 0, records: 590_000, limit: 64),
    ]

    @Test(
        "trial A4: what intake takes for the worst that one agency can pack into a batch",
        .timeLimit(TestEnvironment.minutes(10)), arguments: bombs)
    func memory(_ bomb: Bomb) async throws {
        try await withPartnership(withoutServices: true) { partnership in
            try await partnership.start("referral-intake")
            try await partnership.accept("involvement.opened", as: "police", data: Self.stranger("police", 0))
            let intake = try #require(await partnership.child("referral-intake"))
            let before = try #require(intake.peakKilobytes)
            let csc = try #require(AgencyCode("csc"))
            var packing = partnership.kafka
            packing.settings = [
                "compression.codec": bomb.codec, "message.max.bytes": "1000000000", "batch.size": "100000000",
                "batch.num.messages": "1000000", "linger.ms": "20000", "queue.buffering.max.messages": "2000000",
            ]
            let topic = partnership.topics.events(of: csc).name
            let value = bomb.megabytes > 0 ? [UInt8](repeating: 0, count: bomb.megabytes << 20) : nil
            let record = KafkaRecord(topic: topic, partition: 0, key: nil, value: value, headers: [])
            let sending = KafkaProducer(packing, messageTimeoutMilliseconds: 300_000)
            let results = await sending.produce(Array(repeating: record, count: bomb.records))
            for result in results { _ = try result.get() }
            let refused = try await partnership.hear(atLeast: 1, seconds: 120) { $0.agency == "csc" }
            #expect(refused.first?.type == ReceiptRefused.type.text)
            // The others go on meanwhile, also while the many are refused one by one.
            try await partnership.accept("involvement.opened", as: "police", data: Self.stranger("police", 1))
            let grown = (try #require(intake.peakKilobytes) - before) / 1000
            print("A4: \(bomb.name): intake \(before / 1000) MB, and \(grown) MB more at the most")
            #expect(grown < bomb.limit)
        }
    }

    @Test(
        "trial A9: while one agency has published 100,000 events, another's receipts come within a second",
        .timeLimit(TestEnvironment.minutes(20)))
    func flood() async throws {
        try await withPartnership(withoutServices: true) { partnership in
            try await partnership.start("referral-intake")
            try await partnership.accept("involvement.opened", as: "police", data: Self.stranger("police", 0))
            for thousand in 0..<100 {
                try await partnership.send(
                    (0..<1000).map { number in
                        let number = thousand * 1000 + number
                        return Partnership.event(
                            "involvement.opened", as: "csc", id: "flood-\(number)", data: Self.stranger("csc", number))
                    }, as: "csc")
            }
            let police = try #require(AgencyCode("police"))
            let reader = try await KafkaReader(
                partnership.kafka, topics: [partnership.topics.notices(of: police).name], from: .end)
            let (count, pause) = (300, Duration.milliseconds(200))
            let start = ContinuousClock.now
            let sending = Task {
                var sent: [String: ContinuousClock.Instant] = [:]
                for number in 1...count {
                    try await Task.sleep(until: start.advanced(by: pause * number))
                    sent["other-\(number)"] = .now
                    try await partnership.publish(
                        "involvement.opened", as: "police", id: "other-\(number)",
                        data: Self.stranger("police", number))
                }
                return sent
            }
            var heard: [String: ContinuousClock.Instant] = [:]
            let end = start.advanced(by: pause * count + .seconds(60 * TestEnvironment.patience))
            while heard.count < count, ContinuousClock.now < end {
                for message in try await reader.next(maximumMessages: 10, timeoutMilliseconds: 100) {
                    let event = try? EnvelopeReader.read(
                        value: message.value ?? [], headers: [], now: Partnership.now)
                    if let id = event?.data["eventId"]?.string { heard[id] = .now }
                }
            }
            await reader.close()
            let sent = try await sending.value
            let took = sent.compactMap { id, instant in heard[id].map { instant.duration(to: $0) / .milliseconds(1) } }
                .sorted()
            #expect(took.count == count)
            let done = try await partnership.database.count("SELECT count(*) FROM referral_intake.inbox") - count - 1
            let (half, most) = (took[took.count / 2], took[took.count * 99 / 100])
            print(
                "A9: \(count) receipts of another agency: p50 \(Int(half)) ms, p99 \(Int(most)) ms; "
                    + "of the flood of 100,000 events \(done) were done when the last came")
            #expect(done < 100_000, "else there was no flood in the end")
            #expect(most < 1000 * TestEnvironment.patience)
        }
    }

    private static func stranger(_ agency: String, _ number: Int) -> String {
        """
        {"role":"worker","since":"2026-01-05","children":[{"ref":"\(agency)-\(number)",\
        "name":{"given":"Number\(number)","family":"Of-\(agency)"},"dateOfBirth":"2015-07-08","sex":"F"}]}
        """
    }
}
