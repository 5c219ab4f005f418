import Testing

@testable import PostgresClient

struct PreparedNamesTests {
    private let statement = SQLStatement(name: "find", "SELECT $1, $2")

    @Test func onlyAConfirmedPreparationCounts() {
        var names = PreparedNames()
        let first = names.reserve(statement, types: [20, 25])
        #expect(first.serverName == "find")
        #expect(names.entry(for: statement, types: [20, 25]) == nil)
        // The name of a preparation whose pipeline was aborted is not used again.
        let second = names.reserve(statement, types: [20, 25])
        #expect(second.serverName == "find#2")
        names.confirm(statement, second)
        #expect(names.entry(for: statement, types: [20, 25]) == second)
        names.forget(statement)
        #expect(names.entry(for: statement, types: [20, 25]) == nil)
    }

    @Test func nullsGoWithAnyTypeAndKnownTypesAreKept() {
        var names = PreparedNames()
        let first = names.reserve(statement, types: [20, 0])
        names.confirm(statement, first)
        #expect(names.entry(for: statement, types: [0, 0]) == first)
        #expect(names.entry(for: statement, types: [0, 25]) == nil)
        let second = names.reserve(statement, types: [0, 25])
        #expect(second.types == [20, 25])
        #expect(names.entry(for: statement, types: [20]) == nil)
        #expect(names.entry(for: SQLStatement(name: "find", "SELECT 2"), types: [20, 25]) == nil)
    }

    @Test func beyondTheLimitNothingIsKept() {
        var names = PreparedNames()
        for number in 0..<PreparedNames.limit {
            #expect(!names.reserve(SQLStatement(name: "s\(number)", "SELECT 1"), types: []).serverName.isEmpty)
        }
        let late = names.reserve(statement, types: [])
        #expect(late.serverName.isEmpty)
        names.confirm(statement, late)
        #expect(names.entry(for: statement, types: []) == nil)
    }

    @Test func longNamesThatBeginAlikeStayApart() {
        var names = PreparedNames()
        let long = String(repeating: "é", count: 60)
        let first = names.reserve(SQLStatement(name: long + "a", "SELECT 1"), types: []).serverName
        let second = names.reserve(SQLStatement(name: long + "b", "SELECT 1"), types: []).serverName
        #expect(first != second)
        #expect(first.utf8.count <= 58 && second.utf8.count <= 58)
    }
}
