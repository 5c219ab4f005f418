import PostgresClient
import Safeguarding
import TestSupport
import Testing

@testable import Messaging

/// A household's document that somebody has written over, and left its version as it was.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct OverwrittenDocumentTests {
    private static let household = Counting.household(1)

    private func overwrite(_ text: String, _ scene: Scene) async throws {
        try await scene.database.run(
            "UPDATE escalation_tracker.household_state SET state = convert_to('\(text)', 'UTF8')")
    }

    private func state(_ scene: Scene) async throws -> [String] {
        try await scene.database.texts(
            "SELECT version || ' ' || convert_from(state, 'UTF8') FROM escalation_tracker.household_state")
    }

    @Test("Lost or wrong bytes: a document that cannot be read is written again from memory, and that is said")
    func unreadable() async throws {
        try await Scene.with { scene in
            #expect(try await scene.transaction.run([Counting.message(0, id: "a")]).findings == [])
            try await overwrite("{\"events\":", scene)
            let report = try await scene.transaction.run([Counting.message(1, id: "b")])
            #expect(report.handled == 1)
            #expect(report.findings == [DocumentFinding(household: Self.household, kind: .replaced)])
            #expect(try await scene.said("said") == ["1", "2"])
            #expect(try await state(scene) == [#"2 {"events":2}"#])
            #expect(try await scene.transaction.run([Counting.message(2, id: "c")]).findings == [])
        }
    }

    @Test("Lost or wrong bytes: a document that says something else in the same version is taken, and that is said")
    func changed() async throws {
        try await Scene.with { scene in
            _ = try await scene.transaction.run([Counting.message(0, id: "a")])
            try await overwrite(#"{"events":6}"#, scene)
            let report = try await scene.transaction.run([Counting.message(1, id: "b")])
            #expect(report.findings == [DocumentFinding(household: Self.household, kind: .taken)])
            #expect(try await scene.said("said") == ["1", "7"])
        }
    }

    @Test("A row that is written again as it was is nothing to speak of; nor is one that is only locked")
    func unchanged() async throws {
        try await Scene.with { scene in
            _ = try await scene.transaction.run([Counting.message(0, id: "a")])
            try await overwrite(#"{"events":1}"#, scene)
            #expect(try await scene.transaction.run([Counting.message(1, id: "b")]).findings == [])
            try await scene.database.run("SELECT FROM escalation_tracker.household_state FOR UPDATE")
            try await scene.database.run("VACUUM FREEZE escalation_tracker.household_state")
            #expect(try await scene.transaction.run([Counting.message(2, id: "c")]).findings == [])
            #expect(try await scene.said("said") == ["1", "2", "3"])
        }
    }

    @Test("Lost or wrong bytes: a deadline that finds a broken document mends it as a message does, and says so")
    func deadline() async throws {
        try await Scene.with { scene in
            _ = try await scene.transaction.run([Counting.message(0, id: "a")])
            try await overwrite("gone", scene)
            try await scene.arm([("test:1", 1)])
            #expect(try await scene.sweeper.sweep().fired == 1)
            #expect(scene.lines.count(of: "document-overwritten") == 1)
            #expect(scene.lines.count(of: "replaced") == 1)
            #expect(try await state(scene) == [#"2 {"events":1}"#])
        }
    }

    @Test("A broken document of which nothing is in memory parks its household, as ever")
    func nothingInMemory() async throws {
        try await Scene.with { scene in
            try await scene.database.run(
                "INSERT INTO escalation_tracker.household_state VALUES ('\(Self.household.text)', 1, 'gone')")
            let report = try await scene.transaction.run([Counting.message(0, id: "a")])
            #expect(report.failures == ["state-unreadable": 1] && report.findings == [])
        }
    }
}
