import KafkaClient
import Testing

@testable import Messaging

/// What a partition does of which nothing comes.
struct StandingPartitionsTests {
    @Test("E6: a partition of which nothing comes for three seconds is looked at, and again every ten")
    func looks() {
        let partition = TopicPartition(topic: "agency.police.events", partition: 0)
        let start = ContinuousClock.now
        var standing = StandingPartitions()
        func look(_ from: Int64?, _ second: Int) -> [Int64] {
            let held = from.map { [partition: KafkaConsumer.HeldBack(from: $0, end: 100)] } ?? [:]
            return standing.look(held, now: start.advanced(by: .seconds(second))).map(\.offset)
        }
        #expect(look(4, 0) == [] && look(4, 2) == [] && look(5, 3) == [] && look(nil, 5) == [] && look(5, 6) == [])
        #expect(look(5, 9) == [5] && look(5, 10) == [] && look(5, 18) == [] && look(5, 19) == [5])
        #expect(look(6, 20) == [] && look(6, 23) == [6])
    }
}

struct OpenTransactionTests {
    private let police = TopicPartition(topic: "agency.police.events", partition: 0)
    private let start = ContinuousClock.now

    private func after(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    @Test("A transaction that is open for ten seconds is named, once in the log, and no longer when it has ended")
    func named() {
        var transactions = OpenTransactions()
        func look(_ held: Range<Int64>?, _ second: Int) -> [OpenTransactions.News] {
            let found = held.map { KafkaConsumer.HeldBack(from: $0.lowerBound, end: $0.upperBound) }
            return transactions.look(found.map { [police: $0] } ?? [:], now: after(second))
        }
        // Those that commit as they should.
        #expect(look(4..<6, 0) == [] && look(7..<9, 8) == [] && look(nil, 12) == [] && look(9..<10, 13) == [])
        #expect(transactions.sentences == [] && transactions.held == [:])
        #expect(look(9..<12, 23) == [.stands(police, from: 9)])
        #expect(look(9..<40, 24) == [])
        #expect(transactions.held == ["agency.police.events": 31])
        #expect(transactions.sentences.first?.contains("agency.police.events has stood at offset 9 for 11 s") == true)
        #expect(look(nil, 30) == [.goesOn(police, seconds: 17)])
        #expect(transactions.sentences == [] && transactions.held == [:])
    }
}
