import Contracts
import KafkaClient
import PostgresClient
import Safeguarding
import TestSupport
import Testing

@testable import Messaging

struct RowSuspicionTests {
    private let failure = RowSuspicion.Failure(sqlState: "23514", statement: "insert", constraint: "c")
    private let other = RowSuspicion.Failure(sqlState: "23505", statement: "insert", constraint: "k")

    private func expect(
        _ suspicion: inout RowSuspicion, _ failure: RowSuspicion.Failure, _ topic: String,
        _ others: [RowSuspicion.Comparison], _ isMessages: Bool, _ place: SourceLocation = #_sourceLocation
    ) {
        let found = suspicion.blame(failure, of: .topic(topic), others: others, at: .now)
        #expect(found == (isMessages ? .message : .everybody), sourceLocation: place)
    }

    @Test("Where somebody else's row passes it is the message's, where it fails alike it is not")
    func comparisons() {
        var suspicion = RowSuspicion()
        for _ in 0..<3 {
            expect(&suspicion, failure, "a", [.failed(failure), .passed], true)
            expect(&suspicion, failure, "b", [.failed(failure)], false)
            expect(&suspicion, failure, "b", [.failed(other), .failed(failure)], false)
        }
    }

    @Test("With nobody to compare with, nobody can hold a service up with rows that are all its own")
    func alone() {
        var suspicion = RowSuspicion()
        for _ in 0..<3 { expect(&suspicion, failure, "a", [], true) }
        expect(&suspicion, failure, "b", [], false)
        expect(&suspicion, other, "b", [], true)
        suspicion.notePassing()
        expect(&suspicion, failure, "b", [], true)
        expect(&suspicion, failure, "a", [.failed(other)], false)
    }
}

struct RefusalPatienceTests {
    private let failure = RowSuspicion.Failure(sqlState: "23514", statement: "insert", constraint: "c")
    private let other = RowSuspicion.Failure(sqlState: "23505", statement: "insert", constraint: "k")
    private let start = ContinuousClock.now

    private func after(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    @Test(
        "Two that are refused in turn are waited for so often and so long, then one is singled out, and the next anew")
    func bound() {
        var suspicion = RowSuspicion(patience: RefusalPatience(attempts: 3, time: .seconds(60)))
        func blame(_ topic: String, at second: Int) -> RowSuspicion.Blame {
            suspicion.blame(failure, of: .topic(topic), others: [], at: after(second))
        }
        #expect(blame("a", at: 0) == .message)
        // Often enough, not long enough.
        #expect((1...5).map { blame("b", at: $0) } == Array(repeating: .everybody, count: 5))
        #expect(blame("b", at: 62) == .messageAfterWaiting)
        // The third begins anew, and long enough is not often enough.
        #expect(blame("c", at: 63) == .everybody)
        #expect(blame("c", at: 200) == .everybody)
        #expect(blame("c", at: 201) == .messageAfterWaiting)
        #expect(blame("d", at: 202) == .everybody)
        suspicion.notePassing()
        #expect(blame("d", at: 203) == .message)
    }

    @Test("What passes in between ends the wait, and each failure is waited for by itself")
    func passing() {
        var patience = RefusalPatience(attempts: 2, time: .zero)
        let found = [failure, other, failure].map { patience.isWornOut(by: $0, at: after(1)) }
        #expect(found == [false, false, true])
        patience.notePassing()
        let later = [other, other].map { patience.isWornOut(by: $0, at: after(2)) }
        #expect(later == [false, true])
    }
}
