import Contracts
import Foundation
import JSON
import KafkaClient
import Safeguarding
import TestSupport
import Testing

/// Batches that say of their records what is not so, as a client may write them that is none of ours, by chance from a seed.
///
/// `KEEPSIGHT_LIES=100-160 deploy/test --filter LyingBatchTests` tries other seeds.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"), .serialized)
struct LyingBatchTests {
    private static let liars = ["csc", "health-visiting", "school-hill", "housing"]
    private static let seeds: [UInt64] = {
        let bounds = (ProcessInfo.processInfo.environment["KEEPSIGHT_LIES"] ?? "").split(separator: "-").compactMap {
            UInt64($0)
        }
        return bounds.count == 2 && bounds[0] <= bounds[1] ? Array(bounds[0]...bounds[1]) : [1, 2]
    }()

    @Test(
        "trial B, E6: whatever a batch says of its records, each of its offsets is answered, and nobody else waits",
        .timeLimit(TestEnvironment.minutes(20)), arguments: seeds)
    func answered(seed: UInt64) async throws {
        try await withPartnership { partnership in
            var chance = Chance(state: seed)
            var counts: [String: Int] = [:]
            for agency in Self.liars {
                var offsets = 0
                for number in 0..<(1 + chance.next(3)) {
                    let records = 1 + chance.next(3)
                    let payload = (0..<records).flatMap { record in
                        chance.record(
                            record, event: Self.event(of: agency, "lie-\(number)-\(record)", 10 * number + record))
                    }
                    offsets += try await Self.publish(payload, records, as: agency, partnership)
                }
                if chance.next(2) == 0 {
                    let good = RawBatch.record(delta: 0, value: Self.event(of: agency, "good", 98))
                    offsets += try await Self.publish(good, 1, as: agency, partnership)
                }
                counts[agency] = offsets
            }
            for number in 0..<3 {
                try await partnership.accept(
                    "involvement.opened", as: "police", data: OneAgencyTests.stranger("police", number))
            }
            for agency in Self.liars {
                let wants = Set(0..<Int64(counts[agency] ?? 0))
                let answered = try await Self.answered(wants, of: agency, within: 90, partnership)
                #expect(answered == wants, "\(agency), seed \(seed)")
            }
            for agency in Self.liars {
                try await partnership.accept(
                    "involvement.opened", as: agency, data: OneAgencyTests.stranger(agency, 99))
            }
            let log = await partnership.child("referral-intake")?.log ?? ""
            #expect(log.split(separator: "\n").count { $0.contains("\"partitions-assigned\"") } == 1, "seed \(seed)")
        }
    }

    @Test(
        "trial B: events that come in one answer with records that say they stand behind them are read and answered",
        .timeLimit(TestEnvironment.minutes(10)))
    func together() async throws {
        // How the records of a batch number themselves, and how many good ones stand in each batch behind it.
        let sequences: [(agency: String, deltas: [Int], behind: [Int])] = [
            ("csc", [0, 2, 4], [1, 1, 1]), ("health-visiting", [0, 2, 4], [3]), ("school-hill", [0, 2, 4], [1]),
            ("housing", [0, 2, 3, 9], [1, 2, 1, 1, 1, 1]),
        ]
        try await withPartnership { partnership in
            try await partnership.stop("referral-intake")
            var wanted: [String: [String]] = [:]
            for (agency, deltas, behind) in sequences {
                let topic = partnership.topics.events(of: try #require(AgencyCode(agency))).name
                let lying = deltas.enumerated().flatMap { place, delta in
                    RawBatch.record(delta: delta, value: Self.event(of: agency, "lie-\(place)", place))
                }
                var batches = [RawBatch.batch(lying, records: deltas.count)]
                var number = 10
                for records in behind {
                    let good = (0..<records).flatMap { place in
                        RawBatch.record(
                            delta: place, value: Self.event(of: agency, "good-\(number + place)", number + place))
                    }
                    wanted[agency, default: []] += (0..<records).map { "good-\(number + $0)" }
                    batches.append(RawBatch.batch(good, records: records))
                    number += records
                }
                _ = try await RawBatch.produce(batches, to: topic, at: partnership.kafka.bootstrapServers)
            }
            try await partnership.start("referral-intake")
            for (agency, _, _) in sequences {
                for id in wanted[agency] ?? [] {
                    let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
                    var receipts: [Partnership.Heard] = []
                    while receipts.isEmpty, ContinuousClock.now < end {
                        receipts = try await partnership.hear(atLeast: 1, seconds: 1) {
                            $0.agency == agency && $0.data["eventId"]?.string == id && $0.type.contains("receipt")
                        }
                    }
                    #expect(receipts.first?.type == ReceiptAccepted.type.text, "\(agency) \(id)")
                }
            }
        }
    }

    @Test(
        "trial B: between unreadable batches stands what no reader gets, or what is numbered elsewhere: all of it is passed or answered",
        .timeLimit(TestEnvironment.minutes(10)))
    func between() async throws {
        try await withPartnership { partnership in
            // So that each topic has been read up to somewhere.
            for agency in Self.liars {
                try await partnership.accept(
                    "involvement.opened", as: agency, data: OneAgencyTests.stranger(agency, 99))
            }
            try await partnership.stop("referral-intake")
            let servers = partnership.kafka.bootstrapServers
            var packing = partnership.kafka
            packing.settings = ["compression.codec": "zstd", "message.max.bytes": "1000000000"]
            let packer = KafkaProducer(packing, messageTimeoutMilliseconds: 300_000)
            // Of each the offsets that are answered, as the broker has given them: the marker of a transaction's end is written when its
            // coordinator comes to it, before or behind what is published next. An unreadable batch has one record, which unpacks to
            // too much.
            var wanted: [String: Set<Int64>] = [:]
            for agency in Self.liars {
                let topic = partnership.topics.events(of: try #require(AgencyCode(agency))).name
                let large = KafkaRecord(topic: topic, key: nil, value: [UInt8](repeating: 0, count: 5 << 20))
                func publishUnreadable() async throws {
                    for result in await packer.produce([large]) { wanted[agency, default: []].insert(try result.get()) }
                }
                func publish(_ id: String, numbered delta: Int) async throws {
                    let record = RawBatch.record(delta: delta, value: Self.event(of: agency, id, 2 + delta))
                    wanted[agency, default: []].formUnion(
                        try await RawBatch.produce([RawBatch.batch(record, records: 1)], to: topic, at: servers))
                }
                func abort(_ records: Int) async throws {
                    let aborted = RawBatch.record(delta: 0, value: Self.event(of: agency, "aborted", 1))
                    _ = try await RawTransaction.produce(
                        Array(repeating: (aborted, 1), count: records), to: topic, at: servers,
                        transactionalID: topic + "-between", commits: false)
                }
                if agency != "school-hill" { try await publishUnreadable() }
                switch agency {
                case "csc": try await abort(1)
                case "housing": try await abort(3)
                case "health-visiting": try await publish("lie", numbered: -1)
                // It stands alone before what cannot be read.
                default: try await publish("lie", numbered: -3)
                }
                try await publishUnreadable()
                try await publish("good", numbered: 0)
            }
            let said = try await partnership.keepsight(["positions", "list", "referral-intake", "--json"]).text
            #expect(said.contains("nothing came of offset 1 though the log goes on"), "\(said)")
            try await partnership.start("referral-intake")
            for agency in Self.liars {
                let wants = wanted[agency] ?? []
                let answered = try await Self.answered(wants, of: agency, within: 60, partnership)
                #expect(wants.subtracting(answered) == [], "\(agency)")
                let good = try await partnership.hear(atLeast: 1, seconds: 1) {
                    $0.agency == agency && $0.data["eventId"]?.string == "good"
                }
                #expect(good.first?.type == ReceiptAccepted.type.text, "\(agency)")
            }
        }
    }

    /// What one record of a transaction is.
    private enum Kind { case good, noKey, noValue, numbered(Int) }

    @Test(
        "trial B: an aborted transaction that holds what nobody can read keeps nobody from what was published behind it",
        .timeLimit(TestEnvironment.minutes(10)))
    func aborted() async throws {
        // As they were found to stop a topic for good: what each transaction holds, and whether it is committed. Behind each an event
        // is published in none.
        let sequences: [(agency: String, transactions: [([Kind], Bool)])] = [
            (
                "csc",
                [
                    ([.good, .good], true), ([.good, .good], false), ([.noValue], false),
                    ([.numbered(3), .noValue, .good], true), ([.numbered(3), .noValue, .good], false),
                ]
            ),
            ("health-visiting", [([.noValue], false)]),
            ("school-hill", [([.good], false), ([.noValue], false)]),
            ("housing", [([.noKey, .good], false), ([.good, .noValue], false), ([.good, .noKey, .good], true)]),
        ]
        try await withPartnership { partnership in
            var wanted: [String: Set<Int64>] = [:]
            for (agency, transactions) in sequences {
                let topic = partnership.topics.events(of: try #require(AgencyCode(agency))).name
                for (place, (kinds, commits)) in transactions.enumerated() {
                    let batches = kinds.enumerated().map { number, kind in
                        (
                            Self.record(kind, Self.event(of: agency, "t\(place)-\(number)", 10 * place + number)), 1
                        )
                    }
                    let offsets = try await RawTransaction.produce(
                        batches, to: topic, at: partnership.kafka.bootstrapServers,
                        transactionalID: topic + "-\(place)", commits: commits)
                    if commits { wanted[agency, default: []].formUnion(offsets) }
                    let good = RawBatch.record(delta: 0, value: Self.event(of: agency, "p\(place)", 10 * place + 9))
                    wanted[agency, default: []].formUnion(
                        try await RawBatch.produce(
                            [RawBatch.batch(good, records: 1)], to: topic, at: partnership.kafka.bootstrapServers))
                }
            }
            for (agency, _) in sequences {
                let wants = wanted[agency] ?? []
                let answered = try await Self.answered(wants, of: agency, within: 90, partnership)
                #expect(wants.subtracting(answered) == [], "\(agency)")
            }
        }
    }

    /// The offsets of an agency's records that have a receipt, once those that are wanted have, or when so many seconds have gone by.
    private static func answered(
        _ wants: Set<Int64>, of agency: String, within seconds: Double, _ partnership: Partnership
    ) async throws -> Set<Int64> {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds * TestEnvironment.patience))
        var answered: Set<Int64> = []
        while !answered.isSuperset(of: wants), ContinuousClock.now < end {
            let receipts = try await partnership.hear(atLeast: .max, seconds: 0.2) {
                $0.agency == agency && $0.type.contains("receipt")
            }
            answered = Set(receipts.compactMap { $0.data["record"]?["offset"]?.int64 })
        }
        return answered
    }

    private static func record(_ kind: Kind, _ event: [UInt8]) -> [UInt8] {
        switch kind {
        case .good: RawBatch.record(delta: 0, value: event)
        case .noKey: RawBatch.record(delta: 0, value: event, keyLength: -2)
        case .noValue: RawBatch.record(delta: 0, value: [], valueLength: -2)
        case .numbered(let delta): RawBatch.record(delta: delta, value: event)
        }
    }

    private static func event(of agency: String, _ id: String, _ number: Int) -> [UInt8] {
        Partnership.event("involvement.opened", as: agency, id: id, data: OneAgencyTests.stranger(agency, number))
    }

    /// How many offsets that took: none if the broker has refused it.
    private static func publish(_ payload: [UInt8], _ records: Int, as agency: String, _ partnership: Partnership)
        async throws -> Int
    {
        let code = try #require(AgencyCode(agency))
        let taken = try? await RawBatch.produce(
            [RawBatch.batch(payload, records: records)], to: partnership.topics.events(of: code).name,
            at: partnership.kafka.bootstrapServers)
        return taken == nil ? 0 : records
    }
}

/// Chance that comes again (SplitMix64).
private struct Chance {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    /// A record that is as it should be, or has another number, or lengths that are none.
    mutating func record(_ place: Int, event: [UInt8]) -> [UInt8] {
        let deltas = [-0x8000_0000, -1, 0, 1, 2, 3, 9, 100, 0x7FFF_FFFF]
        let delta = next(2) == 0 ? place : deltas[next(deltas.count)]
        switch next(6) {
        case 0: return RawBatch.record(delta: delta, value: [], keyLength: [-2, -77][next(2)])
        case 1: return RawBatch.record(delta: delta, value: [], valueLength: [-2, -3, -7][next(3)])
        case 2: return RawBatch.record(delta: delta, value: event, moreHeaders: ([1, 300][next(2)], next(3)))
        default: return RawBatch.record(delta: delta, value: event)
        }
    }
}
