import Contracts
import Foundation
import PostgresClient
import Safeguarding
import TestSupport
import Testing

@testable import Messaging

/// What the surroundings refuse to one household alone: it is named, waited for, and then nobody else waits for it.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct RefusedAloneTests {
    private static let five = RefusalPatience(attempts: 5, time: .zero)

    /// A message of a household of its own: offset 2 is household 3's.
    private func message(_ offset: Int) -> InboundMessage {
        Counting.message(Int64(offset), id: "e\(offset)", household: UInt8(offset + 1))
    }

    private func keys(_ households: [UInt8]) -> [String] { households.map { Counting.household($0).text } }

    private func refusal(_ scene: Scene, _ batch: [InboundMessage]) async -> EngineError? {
        await #expect(throws: EngineError.self) { try await scene.transaction.run(batch) }
    }

    /// Lets the handler try again until nobody is parked, or the time is over.
    private func awaitRelease(_ scene: Scene) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(30 * TestEnvironment.patience))
        while try await scene.count("parked_household") > 0, ContinuousClock.now < end {
            _ = try await scene.handler.settleNext()
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test(
        "A trigger that refuses one household: it is named, then set aside; others go on, and it does too once that is mended",
        arguments: ["raise_exception", "data_corrupted", "insufficient_privilege", "lock_not_available"])
    func oneHousehold(_ code: String) async throws {
        try await Scene.with(patience: Self.five) { scene in
            try await scene.refuse("said", of: 3, code: code)
            let batch = (0..<5).map(message)
            for _ in 0..<2 { await #expect(throws: PostgresError.self) { try await scene.transaction.run(batch) } }
            #expect(try await scene.nextOffset() == 0, "a fault that passes is not worth a search")
            for _ in 0..<2 {
                guard case .refusedAlone(let finding) = await refusal(scene, batch) else {
                    Issue.record("not named")
                    return
                }
                #expect(finding.othersPass && finding.place.offset == 2)
                let who = "of household \(Counting.household(3).text) (in, partition 0, offset 2)"
                #expect(finding.description.contains(who) && finding.description.contains("Others' pass."))
            }
            // What stands before it need not wait.
            #expect(try await scene.nextOffset() == 2)
            #expect(try await scene.count("parked_household") == 0)
            let report = try await scene.transaction.run(batch)
            #expect(report.deadLetters == 1 && report.failures == ["refused-by-database": 1] && report.handled == 2)
            #expect(try await scene.nextOffset() == 5)
            #expect(try await scene.said("said", "key") == keys([1, 2, 4, 5]))
            #expect(try await scene.said("delayed", "key") == ["e2"], "its sender hears that it waits")
            #expect(try await scene.count("parked_household", where: "code = 'refused-by-database'") == 1)
            let later = Counting.message(5, id: "later", household: 3)
            #expect(try await scene.transaction.run([later, message(6)]).waiting == 1)
            // As long as it is refused it stays, and so does what waits behind it.
            #expect(try await scene.handler.settleNext())
            #expect(try await scene.count("operator_request", where: "done_at IS NULL AND trouble IS NOT NULL") == 1)
            try await scene.mend()
            try await awaitRelease(scene)
            #expect(try await scene.count("parked_household") == 0)
            #expect(try await scene.count("parked_message") == 0)
            #expect(try await scene.said("said", "key") == keys([1, 2, 4, 5, 7, 3, 3]))
            #expect(try await scene.count("operator_request", where: "outcome_kind = 'released'") == 1)
        }
    }

    @Test("What the surroundings refuse to everybody parks nobody, however often it is tried", arguments: [1, 5])
    func everybody(_ size: Int) async throws {
        try await Scene.with(patience: RefusalPatience(attempts: 3, time: .zero)) { scene in
            try await scene.refuse("said")
            let batch = (0..<size).map(message)
            for _ in 0..<8 { await #expect(throws: (any Error).self) { try await scene.transaction.run(batch) } }
            #expect(try await scene.count("parked_household") == 0)
            #expect(try await scene.nextOffset() == 0)
            try await scene.mend()
            #expect(try await scene.transaction.run(batch).handled == size)
        }
    }

    @Test(
        "With nobody to compare with it is named and waited for; as soon as somebody stands behind it, it is set aside")
    func withoutOthers() async throws {
        try await Scene.with(patience: Self.five) { scene in
            try await scene.refuse("said", of: 3)
            let own = [2, 7].map { Counting.message(Int64($0), id: "e\($0)", household: 3) }
            for _ in 0..<2 { await #expect(throws: PostgresError.self) { try await scene.transaction.run(own) } }
            for attempt in 3...6 {
                let error = await refusal(scene, own)
                switch error {
                case .refusedAlone(let finding): #expect(attempt < 5 && !finding.othersPass)
                case .refusedWithoutOthers(let finding): #expect(attempt >= 5 && !finding.othersPass)
                default: Issue.record("\(String(describing: error))")
                }
            }
            #expect(try await scene.count("parked_household") == 0)
            // A batch of others alone says nothing of it, and ends no wait.
            #expect(try await scene.transaction.run([]).handled == 0)
            let report = try await scene.transaction.run(own + [Counting.message(8, id: "e8", household: 4)])
            #expect(report.deadLetters == 1 && report.waiting == 1 && report.handled == 1)
            #expect(try await scene.said("said", "key") == keys([4]))
        }
    }

    @Test("A second household that is refused alike is set aside without another wait")
    func second() async throws {
        try await Scene.with(patience: Self.five) { scene in
            try await scene.refuse("said", of: 3)
            let batch = (0..<5).map(message)
            for _ in 0..<4 { await #expect(throws: (any Error).self) { try await scene.transaction.run(batch) } }
            #expect(try await scene.transaction.run(batch).deadLetters == 1)
            try await scene.refuse("said", of: 4)
            let more = (5..<10).map { Counting.message(Int64($0), id: "e\($0)", household: UInt8($0 - 4)) }
            let report = try await scene.transaction.run(more)
            #expect(report.deadLetters == 1 && report.waiting == 1 && report.handled == 3)
            #expect(try await scene.count("parked_household", where: "code = 'refused-by-database'") == 2)
        }
    }
}

struct RefusalBookTests {
    private let failure = RowSuspicion.Failure(sqlState: "P0001", statement: "insert_outbox", constraint: nil)
    private let since = Instant(microsecondsSinceEpoch: 0)
    private let start = ContinuousClock.now
    private let suspect = EventIdentity(topic: "in", source: .service("test"), id: "e")
    private let other = EventIdentity(topic: "in", source: .service("test"), id: "o")

    private func after(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    @Test("Looked for from the third attempt on, set aside after as many attempts and as much time as patience says")
    func patience() {
        var book = RefusalBook(patience: RefusalPatience(attempts: 4, time: .seconds(300)))
        var looks: [Bool] = []
        var ends: [Bool] = []
        for second in [0, 10, 20, 30, 299, 300] {
            looks.append(book.isToBeLookedFor(failure, since: since, at: after(second)))
            ends.append(book.isWornOut(failure, of: suspect, at: after(second)))
        }
        #expect(looks == [false, false, true, true, true, true])
        #expect(ends == [false, false, false, false, false, true])
        book.setAside(failure, at: after(301))
        // Known for an hour.
        var found: [Bool] = []
        for second in [400, 9_000] {
            found.append(book.isToBeLookedFor(failure, since: since, at: after(second)))
            found.append(book.isWornOut(failure, of: other, at: after(second)))
        }
        #expect(found == [true, true, false, false])
    }

    @Test("A batch that passes ends the wait if the suspect was in it, a long pause in any case")
    func ends() {
        var book = RefusalBook(patience: RefusalPatience(attempts: 3, time: .zero))
        for _ in 0..<3 { _ = book.isToBeLookedFor(failure, since: since, at: start) }
        let isWornOut = book.isWornOut(failure, of: suspect, at: start)
        #expect(isWornOut)
        book.notePassing([other])
        #expect(!book.isEmpty && book.suspect == suspect)
        book.notePassing([other, suspect])
        #expect(book.isEmpty && book.suspect == nil)
        for _ in 0..<3 { _ = book.isToBeLookedFor(failure, since: since, at: start) }
        let again = book.isToBeLookedFor(failure, since: since, at: after(700))
        #expect(!again)
    }

    @Test("Only who has run the statement has passed it; the last check of a transaction is the same in a trial")
    func statements() {
        #expect(failure.isTaken(by: ["insert_outbox", "advance_positions"]))
        #expect(!failure.isTaken(by: ["advance_positions"]))
        let commit = RowSuspicion.Failure(sqlState: "P0001", statement: "COMMIT", constraint: nil)
        let trial = RowSuspicion.Failure(sqlState: "P0001", statement: "SET CONSTRAINTS ALL IMMEDIATE", constraint: nil)
        #expect(commit.isLike(trial) && trial.isLike(commit) && !commit.isLike(failure) && commit.isTaken(by: []))
    }
}
