import Contracts
import Foundation
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
            let producer = try TransactionalProducer(
                partnership.kafka.bootstrapServers, transactionalID: partnership.topics.prefix + "csc")
            try producer.begin()
            let left = Partnership.event("involvement.opened", as: "csc", id: "left-out", data: Self.stranger(1))
            try producer.produce([left], to: topic)
            let moved =
                "UPDATE referral_intake.position SET next_offset = 2 WHERE topic = '\(topic)' AND next_offset = 1"
            try await partnership.database.run(moved)
            let intake = try #require(await partnership.child("referral-intake"))
            let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
            while !intake.log.contains("\"position-moved\""), ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(intake.log.contains("\"position-moved\""))
            try producer.commit()
            try await partnership.accept("involvement.opened", as: "csc", data: Self.stranger(2))
            let receipts = try await partnership.hear(atLeast: 2) { $0.agency == "csc" && $0.type.contains("receipt") }
            // The transaction's marker may come before the last record, or behind it.
            let offsets = receipts.compactMap { $0.data["record"]?["offset"]?.int64 }.sorted()
            #expect([[0, 2], [0, 3]].contains(offsets), "\(offsets): never 1, which was left out")
            #expect(intake.log.split(separator: "\n").count { $0.contains("\"partitions-assigned\"") } == 1)
        }
    }

    @Test(
        "Markers of transactions and aborted records are not behind in 'keepsight services'; what waits is",
        .timeLimit(TestEnvironment.minutes(5)))
    func transactions() async throws {
        try await withPartnership { partnership in
            let csc = try #require(AgencyCode("csc"))
            let topic = partnership.topics.events(of: csc).name
            let producer = try TransactionalProducer(
                partnership.kafka.bootstrapServers, transactionalID: partnership.topics.prefix + "csc")
            func transact(_ numbers: Range<Int>, commits: Bool) throws {
                try producer.begin()
                try producer.produce(
                    numbers.map {
                        Partnership.event(
                            "involvement.opened", as: "csc", id: "t\($0)", data: Self.stranger($0))
                    }, to: topic)
                if commits { try producer.commit() } else { try producer.abort() }
            }
            for number in 0..<3 { try transact(number..<number + 1, commits: true) }
            try transact(3..<8, commits: false)
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
        }
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
