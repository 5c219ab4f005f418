import CommandRuntime
import Contracts
import Dispatch
import Glibc
import JSON
import Messaging
import NotifierSpec
import PostgresClient
import Safeguarding
import ServiceRuntime

/// `keepsight matrix` and `keepsight watch`: who was told of a decision, and what became of it.
enum MatrixCommand {
    static let command = Command(
        "matrix", "Show for a decision or a referral which agencies were told, and what each has said.",
        arguments: [("DECISION", "The decision's identifier, or the referral's.", true)],
        options: [Command.Option("json", nil, "Print JSON, with every notice.")],
        values: ["DECISION": .listed("decisions")],
        examples: ["keepsight matrix D1"]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        let connection = try await connect(deployment)
        var (matrix, now) = try await read(invocation.positional[0], on: connection)
        await connection.close()
        matrix = try await withStanding(matrix, deployment)
        guard !matrix.isEmpty else {
            throw CommandFailure(
                .failed,
                "Nobody has been told of a decision or referral '\(invocation.positional[0])'; see 'keepsight decisions'."
            )
        }
        if invocation.has("json") {
            Output.json(matrix.write)
        } else {
            Output.line(matrix.text(at: now, AgencyNames(of: deployment)))
        }
        return .ok
    }

    static let watch = Command(
        "watch", "Follow a decision's matrix, and show it anew whenever it changes.",
        arguments: [("DECISION", "The decision's identifier.", true)],
        options: [
            Command.Option("json", nil, "Print one line of JSON for each change."),
            Command.Option("count", "N", "Stop after so many changes."),
        ], values: ["DECISION": .listed("decisions")],
        examples: ["keepsight watch D1", "keepsight watch D1 --json | jq .agencies[].acknowledged"]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        let count = try invocation.number("count", default: Int.max, in: 1...Int.max)
        let asJSON = invocation.has("json")
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        let following = Task { try await follow(invocation.positional[0], count, asJSON: asJSON, deployment) }
        source.setEventHandler { following.cancel() }
        source.resume()
        defer { source.cancel() }
        do {
            try await following.value
        } catch is CancellationError {
            // Ctrl-C is how watching ends.
        } catch let error as PostgresError where error.code == .cancelled {
            // It came while the database was about to be asked.
        }
        return .ok
    }

    /// Between two looks.
    private static let pause = Duration.milliseconds(500)

    private static func follow(_ decision: String, _ count: Int, asJSON: Bool, _ deployment: Deployment) async throws {
        let names = AgencyNames(of: deployment)
        var connection = try await connect(deployment)
        var shown: Matrix?
        var changes = 0
        while changes < count {
            do {
                let (matrix, now) = try await read(decision, on: connection)
                if matrix != shown {
                    shown = matrix
                    changes += 1
                    show(try await withStanding(matrix, deployment), now, names, asJSON: asJSON)
                }
            } catch let error as PostgresError where error.isTransient && !Task.isCancelled {
                Output.note("The database is away; watching goes on when it is back. \(error.description)")
                await connection.close()
                connection = try await reconnect(deployment)
            }
            if changes < count { try await Task.sleep(for: pause) }
        }
        await connection.close()
    }

    private static func reconnect(_ deployment: Deployment) async throws -> PostgresConnection {
        var backoff = Backoff()
        while true {
            do {
                return try await connect(deployment)
            } catch let error as PostgresError where error.isTransient {
                try await Task.sleep(for: .milliseconds(backoff.nextDelayMilliseconds()))
            }
        }
    }

    private static func show(_ matrix: Matrix, _ now: Instant, _ names: AgencyNames, asJSON: Bool) {
        if asJSON { return Output.json(matrix.write) }
        let text: TerminalText =
            matrix.isEmpty
            ? "Nobody has been told of a decision or referral '\(matrix.decision)' yet." : matrix.text(at: now, names)
        // From the top of a cleared screen; into a file or a pipe one after the other.
        Output.line(Output.isTerminal ? "\u{1B}[H\u{1B}[2J" + text + "\nCtrl-C ends." : text + "\n")
    }

    /// The matrix with what agencies have said to the decision as it stands, and for whom it waits.
    private static func withStanding(_ matrix: Matrix, _ deployment: Deployment) async throws -> Matrix {
        var matrix = matrix
        let decisions = try await DecisionReading.decisions(matrix.decision, deployment)
        matrix.views = decisions.flatMap(\.views)
        matrix.awaited = Set(decisions.flatMap(\.awaited)).sorted()
        return matrix
    }

    private static let statement = SQLStatement(name: "matrix", bytes: PackageResources.matrix_sql)
    private static let clock = SQLStatement(name: "matrix_clock", "SELECT app.now()")

    private static func connect(_ deployment: Deployment) async throws -> PostgresConnection {
        try await PostgresConnection.connect(try deployment.postgres(schema: NotifierSpec.service.schema))
    }

    private static func read(_ decision: String, on connection: PostgresConnection) async throws -> (Matrix, Instant) {
        let (matrix, now) = try await read(decision, [decision], on: connection)
        let items = matrix.items
        return items.isEmpty ? (matrix, now) : try await read(decision, [decision] + items, on: connection)
    }

    private static func read(
        _ decision: String, _ subjects: [String], on connection: PostgresConnection
    ) async throws -> (Matrix, Instant) {
        var pipeline = Pipeline()
        pipeline.add(statement, [.textArray(subjects)])
        pipeline.add(clock)
        let results = try await connection.run(pipeline)
        let now = Instant(microsecondsSinceEpoch: try results[1].onlyRow().timestamp("now"))
        return (Matrix(of: decision, try results[0].rows.map(MatrixNotice.init)), now)
    }
}
