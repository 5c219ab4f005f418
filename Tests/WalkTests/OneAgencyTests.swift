import Contracts
import Foundation
import JSON
import KafkaClient
import Safeguarding
import TestSupport
import Testing

/// E6: nothing that one agency publishes stops, delays without bound, or loses what another publishes.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct OneAgencyTests {
    /// A child whom nobody else has named, with no address that it shares with others.
    static func stranger(_ agency: String, _ number: Int) -> String {
        """
        {"role":"worker","since":"2026-01-05","children":[{"ref":"\(agency)-\(number)",\
        "name":{"given":"Number\(number)","family":"Of-\(agency)"},"dateOfBirth":"2015-07-08","sex":"F"}]}
        """
    }

    @Test(
        "trial A3, A4: a record that unpacks to 128 MB is answered, named and passed; nobody else loses anything",
        .timeLimit(TestEnvironment.minutes(10)))
    func bomb() async throws {
        try await withPartnership { partnership in
            try await partnership.accept(
                "involvement.opened", as: "csc", data: SampleEvents.involvement("CSC", children: 1))
            let intake = try #require(await partnership.child("referral-intake"))
            let before = try #require(intake.peakKilobytes)
            let csc = try #require(AgencyCode("csc"))
            let topic = partnership.topics.events(of: csc).name
            let zeros = [UInt8](repeating: 0, count: 128 << 20)
            for codec in ["gzip", "zstd", "lz4"] {
                var packing = partnership.kafka
                packing.settings = ["compression.codec": codec, "message.max.bytes": "1000000000"]
                let bomb = KafkaRecord(topic: topic, key: nil, value: zeros)
                let packer = KafkaProducer(packing, messageTimeoutMilliseconds: 300_000)
                for result in await packer.produce([bomb]) { _ = try result.get() }
            }
            for agency in ["police", "housing", "school-hill"] {
                try await partnership.send(
                    (0..<100).map { number in
                        Partnership.event(
                            "involvement.opened", as: agency, id: "\(agency)-\(number)",
                            data: Self.stranger(agency, number))
                    }, as: agency)
            }
            let receipts = try await partnership.hear(atLeast: 301) { $0.type == ReceiptAccepted.type.text }
            #expect(receipts.count == 301)
            let refused = try await partnership.hear(atLeast: 3) { $0.type == ReceiptRefused.type.text }
            #expect(refused.map(\.agency) == ["csc", "csc", "csc"])
            #expect(
                refused.map { $0.data["reasons"]?.elements.first?["code"]?.string }
                    == Array(repeating: "unreadable-record", count: 3))
            let messages = refused.map { $0.data["reasons"]?.elements.first?["message"]?.string ?? "" }
            #expect(zip(messages, 1...3).allSatisfy { $0.contains("Partition 0, offset \($1):") }, "\(messages)")
            try await partnership.settle()
            let letters = try await partnership.deadLetters()
            #expect(letters.map { $0.text("keepsight-topic") } == [topic, topic, topic])
            #expect(letters.map { $0.text("keepsight-offset") } == ["1", "2", "3"])
            #expect(letters.map { $0.text("error") } == Array(repeating: "_BAD_COMPRESSION", count: 3))
            // Its sender goes on.
            try await partnership.accept(
                "involvement.opened", as: "csc", data: SampleEvents.involvement("CSC-later-", children: 1))
            let grown = try #require(intake.peakKilobytes) - before
            #expect(grown < 100_000, "kB more than before; it held the record unpacked, and a copy of it")
        }
    }

    @Test(
        "trial A3: each event of a batch that is too long when it is unpacked is refused by its own place; the next is read",
        .timeLimit(TestEnvironment.minutes(10)))
    func longBatch() async throws {
        try await withPartnership { partnership in
            let csc = try #require(AgencyCode("csc"))
            let topic = partnership.topics.events(of: csc).name
            var packing = partnership.kafka
            packing.settings = [
                "compression.codec": "zstd", "message.max.bytes": "1000000000", "batch.size": "100000000",
                "linger.ms": "1000",
            ]
            let count = 40
            let texts = Array(repeating: #""\#(String(repeating: "x", count: 19_000))""#, count: 12)
            let more = #"{"more":[\#(texts.joined(separator: ","))],"role""#
            let events = (0..<count).map { number in
                Partnership.event(
                    "involvement.opened", as: "csc", id: "long-\(number)",
                    data: Self.stranger("csc", number).replacing(#"{"role""#, with: more))
            }
            #expect(events.allSatisfy { (220_000..<262_144).contains($0.count) })
            let records = events.map { KafkaRecord(topic: topic, key: nil, value: $0) }
            let packer = KafkaProducer(packing, messageTimeoutMilliseconds: 300_000)
            for result in await packer.produce(records) { _ = try result.get() }
            let refused = try await partnership.hear(atLeast: count) { $0.type == ReceiptRefused.type.text }
            #expect(
                refused.map { $0.data["record"]?["offset"]?.int64 }.sorted { ($0 ?? 0) < ($1 ?? 0) }
                    == (0..<Int64(count)).map { Optional($0) })
            #expect(refused.allSatisfy { $0.data["reasons"]?.elements.first?["code"]?.string == "unreadable-record" })
            #expect(
                refused.allSatisfy {
                    $0.data["reasons"]?.elements.first?["message"]?.string?.contains("offsets 0 to \(count - 1)")
                        == true
                })
            try await partnership.settle()
            let letters = try await partnership.deadLetters()
            #expect(letters.count == count)
            #expect(letters.allSatisfy { $0.text("first-offset") == "0" && $0.text("last-offset") == "\(count - 1)" })
            try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger("csc", 900))
        }
    }

    @Test(
        "trial B, E2, E6: whatever bytes a broker takes, each event is answered, its partition goes on, nobody else waits",
        .timeLimit(TestEnvironment.minutes(10)))
    func strangeBytes() async throws {
        try await withPartnership { partnership in
            let csc = try #require(AgencyCode("csc"))
            let topic = partnership.topics.events(of: csc).name
            func event(_ number: Int) -> [UInt8] {
                Partnership.event(
                    "involvement.opened", as: "csc", id: "strange-\(number)", data: Self.stranger("csc", number))
            }
            func records(_ numbers: Range<Int>, deltas: [Int]? = nil) -> [[UInt8]] {
                numbers.enumerated().map { RawBatch.record(delta: deltas?[$0] ?? $0, value: event($1)) }
            }
            let (first, second) = (records(0..<4), records(4..<6, deltas: [0, 3]))
            let negative = [1, 2].map { RawBatch.record(delta: $0, value: [], keyLength: -2, valueLength: -7) }
            let members = [first[..<2], first[2...]].flatMap { RawBatch.gzipMember($0.flatMap { $0 }) }
            let batches = [
                RawBatch.batch(members, records: 4, codec: 1),
                RawBatch.batch(
                    RawBatch.gzipMember(second[0] + negative.flatMap { $0 } + second[1]), records: 4, codec: 1),
                RawBatch.batch(records(6..<8, deltas: [0, 0]).flatMap { $0 }, records: 2),
                RawBatch.batch(records(8..<9).flatMap { $0 }, records: 1),
            ]
            let offsets = try await RawBatch.produce(batches, to: topic, at: partnership.kafka.bootstrapServers)
            #expect(offsets == [0, 4, 8, 10])
            // Nobody else waits for it.
            try await partnership.accept("involvement.opened", as: "police", data: Self.stranger("police", 1))
            let receipts = try await partnership.hear(atLeast: 11) { $0.agency == "csc" && $0.type.contains("receipt") }
            func places(_ type: String) -> [Int64] {
                receipts.filter { $0.type == type }.compactMap { $0.data["record"]?["offset"]?.int64 }.sorted()
            }
            #expect(places(ReceiptAccepted.type.text) == [0, 1, 2, 3, 4, 7, 8, 10])
            #expect(places(ReceiptRefused.type.text) == [5, 6, 9])
            try await partnership.settle()
            let letters = try await partnership.deadLetters()
            #expect(letters.map { $0.text("keepsight-offset") }.sorted { ($0 ?? "") < ($1 ?? "") } == ["5", "6", "9"])
        }
    }

    /// Batches of records by their numbers, `nil` for one of which nobody makes anything, and what becomes of each offset.
    static let outOfTheirLog: [(batches: [[Int?]], refused: [Int64], accepted: [Int64])] = [
        ([[3], [nil], [0], [0]], [0, 1], [2, 3]), ([[-0x8000_0000]], [0], []),
        ([[-0x8000_0000, 1, 3]], [0, 2], [1]), ([[0x7FFF_FFFF, 3, 2], [nil], [0]], [0, 1, 2, 3], [4]),
    ]

    @Test(
        "trial B, E6: records that are numbered out of their log, and what nobody can read behind them, are refused and stop nobody",
        .timeLimit(TestEnvironment.minutes(10)), arguments: outOfTheirLog)
    func misnumbered(batches: [[Int?]], refused: [Int64], accepted: [Int64]) async throws {
        try await withPartnership { partnership in
            let csc = try #require(AgencyCode("csc"))
            let topic = partnership.topics.events(of: csc).name
            var number = 0
            func records(_ deltas: [Int?]) -> [UInt8] {
                deltas.flatMap { delta in
                    number += 1
                    let event = Partnership.event(
                        "involvement.opened", as: "csc", id: "mixed-\(number)", data: Self.stranger("csc", number))
                    return delta.map { RawBatch.record(delta: $0, value: event) }
                        ?? RawBatch.record(delta: 0, value: [], keyLength: -2)
                }
            }
            let sent = batches.map { RawBatch.batch(records($0), records: $0.count) }
            _ = try await RawBatch.produce(sent, to: topic, at: partnership.kafka.bootstrapServers)
            let count = refused.count + accepted.count
            func answers(_ count: Int) async throws -> [Partnership.Heard] {
                try await partnership.hear(atLeast: count) { $0.agency == "csc" && $0.type.contains("receipt") }
            }
            // Nothing has to come behind them.
            _ = try await answers(count)
            try await partnership.accept("involvement.opened", as: "police", data: Self.stranger("police", 1))
            try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger("csc", 99))
            let receipts = try await answers(count + 1)
            func places(_ type: String) -> [Int64] {
                receipts.filter { $0.type == type }.compactMap { $0.data["record"]?["offset"]?.int64 }.sorted()
            }
            #expect(places(ReceiptRefused.type.text) == refused)
            #expect(places(ReceiptAccepted.type.text) == accepted + [Int64(count)])
            let log = await partnership.child("referral-intake")?.log ?? ""
            // Reading began once. What is assigned anew looks at every log and takes everybody's time.
            #expect(log.split(separator: "\n").count { $0.contains("partitions-assigned") } == 1, "\(log)")
        }
    }

    @Test(
        "trial B, E6: records whose offsets lie behind the end of their log stop nothing that comes after them",
        .timeLimit(TestEnvironment.minutes(10)), arguments: [[1], [0, 2], [3]])
    func offsetsBehindTheEnd(deltas: [Int]) async throws {
        try await withPartnership { partnership in
            let csc = try #require(AgencyCode("csc"))
            let topic = partnership.topics.events(of: csc).name
            func event(_ number: Int) -> [UInt8] {
                Partnership.event(
                    "involvement.opened", as: "csc", id: "ahead-\(number)", data: Self.stranger("csc", number))
            }
            var offset = 0
            func answered(_ count: Int) async throws {
                _ = try await partnership.hear(atLeast: count) { $0.agency == "csc" && $0.type.contains("receipt") }
            }
            for round in 0..<3 {
                let records = deltas.enumerated().flatMap { place, delta in
                    RawBatch.record(delta: delta, value: event(10 * round + place))
                }
                // It stands at the end of the log until it has been looked at.
                _ = try await RawBatch.produce(
                    [RawBatch.batch(records, records: deltas.count)], to: topic,
                    at: partnership.kafka.bootstrapServers)
                offset += deltas.count
                try await answered(offset)
                let good = RawBatch.batch(RawBatch.record(delta: 0, value: event(10 * round + 9)), records: 1)
                _ = try await RawBatch.produce([good, good], to: topic, at: partnership.kafka.bootstrapServers)
                offset += 2
                try await answered(offset)
            }
            let receipts = try await partnership.hear(atLeast: offset) {
                $0.agency == "csc" && $0.type.contains("receipt")
            }
            #expect(Set(receipts.compactMap { $0.data["record"]?["offset"]?.int64 }) == Set(0..<Int64(offset)))
        }
    }

    @Test(
        "trial A9: one agency's thousands of events are before nobody else's", .timeLimit(TestEnvironment.minutes(10)))
    func flood() async throws {
        try await withPartnership { partnership in
            try await partnership.stop("referral-intake")
            let flood = (0..<4000).map { number in
                Partnership.event(
                    "involvement.opened", as: "csc", id: "flood-\(number)",
                    data: Self.stranger("csc", number))
            }
            try await partnership.send(flood, as: "csc")
            try await partnership.start("referral-intake")
            _ = try await partnership.hear(atLeast: 50) { $0.agency == "csc" }
            for number in 0..<20 {
                try await partnership.publish(
                    "involvement.opened", as: "police", id: "other-\(number)",
                    data: Self.stranger("police", number))
            }
            let others = try await partnership.hear(atLeast: 20) { $0.agency == "police" }
            #expect(others.count == 20)
            // In the order of reading they would come after all of the flood.
            let done = try await partnership.database.count("SELECT count(*) FROM referral_intake.inbox")
            #expect(done < 3000, "of 4,020 events are in")
            #expect(try await partnership.hear(atLeast: 4000, seconds: 120) { $0.agency == "csc" }.count >= 4000)
        }
    }

    @Test("trial A13: a service whose replica's name another one takes ends, and says why")
    func fenced() async throws {
        try await withPartnership { partnership in
            try await SampleEvents.prologue(partnership, children: 1)
            let first = try #require(await partnership.child("notifier"))
            try await partnership.start("notifier")
            #expect(await first.ended(withinSeconds: 60))
            #expect(!first.ending.isSignal && first.ending.code == 69)
            #expect(first.log.contains("KEEPSIGHT_REPLICA"), "\(first.log.suffix(500))")
            #expect(await partnership.child("notifier")?.isRunning == true)
        }
    }

    @Test("trial A17: replicas without a name share the agencies' topics and the rulings")
    func replicas() async throws {
        try await withPartnership(["referral-intake": ["KEEPSIGHT_REPLICA": ""]]) { partnership in
            let first = try #require(await partnership.child("referral-intake"))
            try await partnership.start("referral-intake", ["KEEPSIGHT_REPLICA": ""])
            let second = try #require(await partnership.child("referral-intake"))
            let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
            func assigned(_ child: ServiceChild) -> Int? {
                child.log.split(separator: "\n").last { $0.contains("\"partitions-assigned\"") }.flatMap {
                    $0.split(separator: "\"partitions\":").last.flatMap { Int($0.prefix(while: \.isNumber)) }
                }
            }
            let all = partnership.agencies.count + partnership.topics.rulings.partitions
            while ContinuousClock.now < end {
                let shares = [assigned(first) ?? 0, assigned(second) ?? 0]
                if shares.reduce(0, +) == all, !shares.contains(0) { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            let shares = [assigned(first) ?? 0, assigned(second) ?? 0].sorted()
            #expect(shares.reduce(0, +) == all)
            #expect(shares[1] - shares[0] <= 1, "\(shares)")
            first.send(SIGTERM)
            #expect(await first.ended(withinSeconds: 27))
        }
    }
}

extension ServiceChild {
    /// The most memory that it has had at a time, in kB.
    var peakKilobytes: Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8) else {
            return nil
        }
        return status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }.flatMap {
            Int($0.filter(\.isNumber))
        }
    }
}

extension KafkaMessage {
    /// A header's text.
    fileprivate func text(_ name: String) -> String? {
        headers.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}
