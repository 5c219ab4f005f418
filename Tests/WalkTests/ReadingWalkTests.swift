import Contracts
import Foundation
import Glibc
import JSON
import KafkaClient
import Safeguarding
import TestSupport
import Testing

/// How a service goes on reading, and what is told of that.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct ReadingWalkTests {
    private static func stranger(_ number: Int) -> String {
        """
        {"role":"worker","since":"2026-01-05","children":[{"ref":"csc-\(number)",\
        "name":{"given":"Number\(number)","family":"Example"},"dateOfBirth":"2015-07-08","sex":"F"}]}
        """
    }

    @Test(
        "trial A15: Kafka refuses just when positions have gone back: the service goes on, and begins anew once",
        .timeLimit(TestEnvironment.minutes(5)))
    func refusedBeginning() async throws {
        // The first beginning succeeds, the one after the positions went back does not.
        let special = ["referral-intake": ["KEEPSIGHT_FAILPOINTS": "consumer.beforeStart=error@2-3"]]
        try await withPartnership(special) { partnership in
            let intake = try #require(await partnership.child("referral-intake"))
            func count(_ event: String) -> Int {
                intake.log.split(separator: "\n").count { $0.contains("\"\(event)\"") }
            }
            for number in 0..<3 {
                try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger(number))
            }
            try await partnership.database.run(
                """
                UPDATE referral_intake.position SET next_offset = 1, record_milliseconds = NULL
                WHERE topic = '\(partnership.topics.prefix)agency.csc.events'
                """)
            try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger(3))
            #expect(intake.isRunning)
            #expect(count("position-went-back") >= 1)
            #expect(count("reading-interrupted") == 2)
            let begun = count("partitions-assigned")
            #expect(begun == 4, "once as it started, and three times since: two were refused")
            // Each of these is a turn of its own.
            for number in 4..<7 {
                try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger(number))
            }
            #expect(count("partitions-assigned") == begun)
        }
    }

    @Test(
        "trial B: a partition that stands is read on from where an operator moves it, without a restart",
        .timeLimit(TestEnvironment.minutes(5)))
    func movedOn() async throws {
        try await withPartnership { partnership in
            let csc = try #require(AgencyCode("csc"))
            let topic = partnership.topics.events(of: csc).name
            try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger(0))
            // It stands behind a transaction.
            let producer = try await TransactionalProducer(
                partnership.kafka.bootstrapServers, transactionalID: partnership.topics.prefix + "csc")
            try await producer.begin()
            let left = Partnership.event("involvement.opened", as: "csc", id: "left-out", data: Self.stranger(1))
            try await producer.produce([left], to: topic)
            let moved =
                "UPDATE referral_intake.position SET next_offset = 2 WHERE topic = '\(topic)' AND next_offset = 1"
            try await partnership.database.run(moved)
            let intake = try #require(await partnership.child("referral-intake"))
            let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
            while !intake.log.contains("\"position-moved\""), ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(intake.log.contains("\"position-moved\""))
            try await producer.commit()
            try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger(2))
            let receipts = try await partnership.hear(atLeast: 2) { $0.agency == "csc" && $0.type.contains("receipt") }
            // The transaction's marker may come before the last record, or behind it.
            let offsets = receipts.compactMap { $0.data["record"]?["offset"]?.int64 }.sorted()
            #expect([[0, 2], [0, 3]].contains(offsets), "\(offsets): never 1, which was left out")
            #expect(intake.log.split(separator: "\n").count { $0.contains("\"partitions-assigned\"") } == 1)
        }
    }

    @Test(
        "trial B: a partition that waits at what nobody can read is read from where 'positions repair' says, forward and back",
        .timeLimit(TestEnvironment.minutes(10)))
    func repaired() async throws {
        // What stands there is never found out.
        let special = ["referral-intake": ["KEEPSIGHT_FAILPOINTS": "unreadable.beforeLook=error@1-1000000"]]
        try await withPartnership(special) { partnership in
            let csc = try #require(AgencyCode("csc"))
            let topic = partnership.topics.events(of: csc).name
            let intake = try #require(await partnership.child("referral-intake"))
            func event(_ number: Int) -> [UInt8] {
                Partnership.event("involvement.opened", as: "csc", id: "r\(number)", data: Self.stranger(number))
            }
            func repair(from place: String) async throws {
                let (status, text) = try await partnership.keepsight([
                    "positions", "repair", "referral-intake", topic, "0", "--from", place, "--by",
                    "Sam Example, operator", "--reason", "nobody can read it",
                ])
                #expect(status == 0, "\(text)")
            }
            func awaitLog(_ event: String, times: Int) async throws {
                let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
                func count() -> Int { intake.log.split(separator: "\n").count { $0.contains("\"\(event)\"") } }
                while count() < times, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(50)) }
                #expect(count() >= times, "\(event)")
            }
            try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger(0))
            // Offset 1 stands without a word; of 2 to 4 the first says that it is number 3, so two are passed.
            let broken = RawBatch.batch(RawBatch.record(delta: 0, value: [], keyLength: -2), records: 1)
            let lying = RawBatch.batch(
                (0..<3).flatMap { RawBatch.record(delta: $0 == 0 ? 1 : $0, value: event(2 + $0)) }, records: 3)
            _ = try await RawBatch.produce([broken], to: topic, at: partnership.kafka.bootstrapServers)
            try await partnership.send(event(1), as: "csc")
            try await awaitLog("retrying", times: 1)
            try await partnership.awaitAttention("referral-intake", naming: topic)
            // Forward: what was left out is left out, and what is published then is read.
            try await repair(from: "2")
            #expect(try await partnership.receipt(of: "r1")?.type == ReceiptAccepted.type.text)
            try await awaitLog("position-moved", times: 1)
            #expect(intake.log.split(separator: "\n").count { $0.contains("\"partitions-assigned\"") } == 1)
            // Another kind of waiting: something was passed, and what comes behind it is here.
            _ = try await RawBatch.produce([lying], to: topic, at: partnership.kafka.bootstrapServers)
            try await partnership.send(event(5), as: "csc")
            try await partnership.awaitAttention("referral-intake", naming: topic)
            try await repair(from: "6")
            #expect(try await partnership.receipt(of: "r5")?.type == ReceiptAccepted.type.text)
            // Back to before both, and forward from where it stands then.
            try await repair(from: "0")
            let reread =
                "SELECT count(*) FROM referral_intake.position_reread WHERE cause = 'operator' AND from_offset = 0"
            let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
            while try await partnership.database.count(reread) == 0, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try await partnership.database.count(reread) == 1)
            try await partnership.awaitAttention("referral-intake", naming: topic)
            try await repair(from: "end")
            try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger(9))
            #expect(intake.isRunning)
        }
    }

    @Test(
        "Markers of transactions and aborted records are not behind in 'keepsight services'; what waits is",
        .timeLimit(TestEnvironment.minutes(5)))
    func transactions() async throws {
        try await withPartnership { partnership in
            let csc = try #require(AgencyCode("csc"))
            let topic = partnership.topics.events(of: csc).name
            let producer = try await TransactionalProducer(
                partnership.kafka.bootstrapServers, transactionalID: partnership.topics.prefix + "csc")
            func transact(_ numbers: Range<Int>, commits: Bool) async throws {
                try await producer.begin()
                try await producer.produce(
                    numbers.map {
                        Partnership.event(
                            "involvement.opened", as: "csc", id: "t\($0)", data: Self.stranger($0))
                    }, to: topic)
                if commits { try await producer.commit() } else { try await producer.abort() }
            }
            for number in 0..<3 { try await transact(number..<number + 1, commits: true) }
            try await transact(3..<8, commits: false)
            #expect(try await partnership.hear(atLeast: 3) { $0.agency == "csc" }.count >= 3)
            try await Self.until(partnership, behind: 0)
            #expect(try await partnership.receipt(of: "t3", seconds: 0) == nil, "it was never published")
            try await partnership.stop("referral-intake")
            try await partnership.send(
                (8..<11).map {
                    Partnership.event("involvement.opened", as: "csc", id: "t\($0)", data: Self.stranger($0))
                }, as: "csc")
            try await Self.until(partnership, behind: 3)
            try await partnership.start("referral-intake")
            try await Self.until(partnership, behind: 0)
            // The log ends with a marker, and whoever read up to there is killed before Kafka may have heard of it.
            try await transact(11..<12, commits: true)
            #expect(try await partnership.receipt(of: "t11") != nil)
            let intake = try #require(await partnership.child("referral-intake"))
            intake.send(SIGKILL)
            #expect(await intake.ended(withinSeconds: 20))
            try await Self.until(partnership, behind: 0)
            #expect(try await Self.behind(partnership, topic) == 0)
            try await partnership.send(
                Partnership.event("involvement.opened", as: "csc", id: "t12", data: Self.stranger(12)), as: "csc")
            #expect(try await Self.behind(partnership, topic) == 1, "not the marker before it")
            try await Self.until(partnership, behind: 1)
        }
    }

    /// What `keepsight positions` says that intake has not read of a topic.
    private static func behind(_ partnership: Partnership, _ topic: String) async throws -> Int64? {
        let said = try await partnership.keepsight(["positions", "list", "referral-intake", "--json"]).text
        for line in said.split(separator: "\n") {
            guard let position = (try? JSONDocument(parsing: Array(line.utf8)))?.root,
                position["topic"]?.string == topic
            else { continue }
            return position["behind"]?.int64
        }
        throw Missing("\(topic) in \(said)")
    }

    /// Waits until `keepsight services` says that intake is so many messages behind.
    private static func until(_ partnership: Partnership, behind messages: Int64) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        var said = ""
        while ContinuousClock.now < end {
            said = try await partnership.keepsight(["services", "--json"]).text
            for line in said.split(separator: "\n") {
                guard let service = (try? JSONDocument(parsing: Array(line.utf8)))?.root,
                    service["service"]?.string == "referral-intake"
                else { continue }
                if service["lagMessages"]?.int64 == messages { return }
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        Issue.record("\(messages) were expected: \(said)")
    }
}
