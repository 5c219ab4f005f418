import CLibPQ
import Foundation
import Messaging
import ServiceRegistry
import TestSupport
import Testing

/// Rows are read by the names of their columns, which stand in a statement and in the code that reads it. Here every statement
/// is prepared on the real tables, and what it answers with is compared with what its module reads: a column that is renamed in
/// one place only, or that nothing reads any more, is found without a walk that reaches it.
@Suite(.enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
struct StatementColumnTests {
    /// The folders that have statements, each built as one module.
    static let modules =
        ["Shared/Messaging", "Services/keepsight", "Services/keepsight-lab"]
        + ServiceRegistry.names.map { "Services/" + $0 }

    @Test("Every module reads the columns that its statements name, and no others", arguments: modules)
    func columns(of folder: String) async throws {
        let module = try StatementModule(folder)
        // The engine has readers of rows for others, such as of deadlines.
        let read = module.reads.union(try StatementModule("Shared/Messaging").reads)
        let database = try await TestDatabase.make()
        // The bench looks at the write-ahead log.
        try await database.run("CREATE EXTENSION pg_walinspect SCHEMA app")
        // The command line asks each service's schema; all have the tables of the engine.
        let sessions = try ServiceRegistry.all.map { try DescribingSession(database.url, schema: $0.schema) }
        var given: Set<String> = []
        for statement in module.statements {
            let described = sessions.lazy.compactMap { $0.columns(of: statement.text) }.first
            let columns = try #require(
                described ?? statement.columnsAsWritten,
                "\(statement.name) is no statement in any service's schema")
            #expect(Set(columns).count == columns.count, "\(statement.name) names a column twice: \(columns)")
            #expect(!columns.contains("?column?"), "\(statement.name) has a column without a name")
            // Rows that are only counted, and functions that are only called.
            let expected = columns.count == 1 ? [] : columns.filter { !StatementModule.unread.contains($0) }
            for column in expected {
                #expect(read.contains(column), "\(folder) does not read \(column) of \(statement.name)")
            }
            given.formUnion(columns)
        }
        for column in module.reads.subtracting(given).sorted() {
            Issue.record("\(folder) reads \(column), which no statement of it has")
        }
    }

    @Test("A column that is renamed in the statement, or in the code, is found")
    func renamed() throws {
        let code =
            #"let row = try await connection.run(SQL.read).onlyRow(); use(try row.int8("waiting"), $0.text("topic"))"#
        #expect(StatementModule.reads(in: code) == ["waiting", "topic"])
        let inline = #"SQLStatement(name: "clock", "SELECT app.now() AS clock, \(length) AS length")"#
        let statements = StatementModule.statements(in: inline)
        #expect(statements.map(\.text) == ["SELECT app.now() AS clock, 1 AS length"])
        #expect(statements.first?.columnsAsWritten == ["clock", "length"])
    }
}

/// The statements of a module, and the columns that its code reads.
struct StatementModule {
    /// A statement, from a file or from between quotes.
    struct Statement {
        let name: String
        let text: String
        /// Whether parts of it are put together when it runs.
        var isAssembled = false

        /// For one that is assembled and cannot be prepared as it stands: the names that it gives.
        var columnsAsWritten: [String]? {
            guard isAssembled else { return nil }
            return text.matches(of: /\bAS ([a-z_]+)(?:,|\n|$)/).map { String($0.1) }
        }
    }

    /// Functions that are called for what they do.
    static let unread: Set<String> = ["expect_rows", "pg_sleep"]

    let statements: [Statement]
    let reads: Set<String>

    init(_ folder: String) throws {
        let root = URL(fileURLWithPath: TestEnvironment.project + "/" + folder)
        var statements: [Statement] = []
        var reads: Set<String> = []
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        for case let file as URL in files where ["sql", "swift"].contains(file.pathExtension) {
            let text = try String(contentsOf: file, encoding: .utf8)
            if file.pathExtension == "sql" {
                statements.append(Statement(name: file.lastPathComponent, text: text))
            } else {
                statements += StatementModule.statements(in: text)
                reads.formUnion(StatementModule.reads(in: text))
            }
        }
        // These are not run alone: their text is put before others'.
        let parts = statements.filter { $0.name == "journal-entries.sql" }
        self.statements = statements.filter { $0.name != "journal-entries.sql" }.map { statement in
            guard let part = parts.first, statement.text.contains("FROM entry") else { return statement }
            return Statement(name: statement.name, text: part.text + statement.text)
        }
        self.reads = reads
    }

    /// Those that stand in code, with 1 for what is put into them.
    static func statements(in code: String) -> [Statement] {
        code.matches(
            of: /SQLStatement\(\s*name: "([^"]*)",\s*(?:"""(?<lines>.*?)"""|"(?<line>[^"]*)")/.dotMatchesNewlines()
        )
        .map { match in
            let text = String(match.output.lines ?? match.output.line ?? "")
            let whole = text.replacing(/\\\([^()]*\)/, with: "1")
            return Statement(name: String(match.output.1), text: whole, isAssembled: whole != text)
        }
    }

    /// What is read from rows; and lists of names that are read in turn.
    static func reads(in code: String) -> Set<String> {
        let rows = code.matches(
            of: /(?:row|\$0|onlyRow\(\)|first\??|last|now|time|json)(?:\.(?!has)[A-Za-z0-9]+)?\("([a-z_]+)"\)/)
        var names = Set(rows.map { String($0.1) })
        for list in code.matches(of: /(?:columns|countNames)(?:: \[StaticString\] =|:) \[(["a-z_,\s]+)\]/) {
            names.formUnion(list.1.matches(of: /"([a-z_]+)"/).map { String($0.1) })
        }
        return names
    }
}

/// A connection that prepares statements and asks what they answer with; nothing is run.
private final class DescribingSession {
    private let connection: OpaquePointer

    init(_ url: String, schema: String) throws {
        connection = try #require(PQconnectdb(url))
        try #require(PQstatus(connection) == CONNECTION_OK, "\(String(cString: PQerrorMessage(connection)))")
        PQclear(PQexec(connection, "SET search_path = \(schema), app"))
    }

    deinit { PQfinish(connection) }

    /// The names of its columns; `nil` where it is no statement on this schema.
    func columns(of text: String) -> [String]? {
        let prepared = PQprepare(connection, "", text, 0, nil)
        defer { PQclear(prepared) }
        guard PQresultStatus(prepared) == PGRES_COMMAND_OK else { return nil }
        let described = PQdescribePrepared(connection, "")
        defer { PQclear(described) }
        return (0..<PQnfields(described)).map { String(cString: PQfname(described, $0)) }
    }
}
