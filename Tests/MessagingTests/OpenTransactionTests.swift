import KafkaClient
import Testing

@testable import Messaging

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
