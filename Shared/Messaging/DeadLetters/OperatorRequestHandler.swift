import Contracts
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Carries operators' requests out: a parked household goes on, in order, through the same procedure and under the same
/// locks as a batch of messages.
///
/// Each request is by itself: one that is refused is settled as refused, one that has to wait for its surroundings lets those
/// after it go first.
struct OperatorRequestHandler<Procedure: BatchProcedure>: Sendable {
    /// Messages handled in one transaction at the most; a longer queue takes several.
    static var batchMessages: Int { 500 }

    let procedure: Procedure
    let connection: LoopConnection
    let deadLetterTopic: String
    /// How clocks would be set today; `nil` for a service that sets none by policy.
    var projection: ClockProjection?
    let relayWake: AsyncSignal
    let log: Log
    let failpoints: Failpoints
    let attempts = RequestAttempts()

    /// Takes the oldest open request and carries it out, a transaction's worth of it. Whether there was one.
    func settleNext() async throws -> Bool {
        let turn = try await connection.withConnection { connection -> Turn in
            var pipeline = Pipeline()
            pipeline.simple("BEGIN")
            pipeline.add(SQL.readClock)
            pipeline.add(SQL.takeOperatorRequest, [.int8Array(attempts.waiting)])
            let found = try await connection.run(pipeline)
            guard let row = found[2].rows.first else {
                try await commit([], on: connection, failpoints: .none)
                return .nothing
            }
            let request = try Taken(row)
            do {
                try await settle(request, now: try found[1].instant(), on: connection)
                return .done
            } catch {
                if error is CancellationError || (error as? PostgresError)?.code == .connectionLost { throw error }
                var back = Pipeline()
                back.simple("ROLLBACK")
                _ = try await connection.run(back)
                return .failed(request, error)
            }
        }
        switch turn {
        case .nothing: return false
        case .done: return true
        case .failed(let request, let error):
            try await note(error, of: request)
            return true
        }
    }

    private enum Turn {
        case nothing
        case done
        case failed(Taken, any Error)
    }

    struct Taken {
        let number: Int64
        /// `nil` for an action that this version does not know.
        let action: OperatorRequest.Action?
        let household: HouseholdID?
        let requestedBy: String
        let content: [UInt8]?
        /// For a request that takes several transactions: the last household that is done.
        let progress: HouseholdID?

        init(_ row: Row) throws {
            number = try row.int8("id")
            action = OperatorRequest.Action(rawValue: try row.text("action"))
            household = try row.optionalUUID("household").map(HouseholdID.init(_:))
            requestedBy = try row.text("requested_by")
            content = try row.optionalBytes("content")
            progress = try row.optionalUUID("progress").map(HouseholdID.init(_:))
        }
    }

    /// A request that fails for what it holds is settled, in a transaction of its own; any other waits, and says for what.
    private func note(_ error: any Error, of request: Taken) async throws {
        let isOwn =
            switch error {
            case let error as PostgresError: error.fault != .surroundings
            case is EngineError, is FailpointError: false
            default: true
            }
        let isRelease = [.release, .edit, .discard].contains(request.action)
        if isOwn, isRelease, attempts.tryDifferently(request.number, because: error) { return }
        let query =
            isOwn
            ? Self.settlement(of: request, .refused("\(error)"))
            : Query(SQL.noteRequestTrouble, [.int8(request.number), .text("\(error)")])
        _ = try await connection.withConnection { try await $0.run(query.statement, query.parameters) }
        if isOwn { attempts.settled(request.number) } else { attempts.failed(request.number) }
        log.warning(
            isOwn ? "operator-request-refused" : "operator-request-waits",
            isOwn
                ? "An operator's request was refused by the database."
                : "An operator's request cannot be carried out now and is tried again.",
            .count("request", Int(request.number)), .error(error))
    }

    private func settle(_ request: Taken, now: Instant, on connection: PostgresConnection) async throws {
        switch request.action {
        case nil: try await end(request, .notUnderstood, [], on: connection)
        case .show: try await end(request, .shown, [], on: connection)
        case .reposition:
            let decision = request.content.flatMap(Repositioning.init(document:))
            try await end(
                request, decision == nil ? .notUnderstood : .repositioned, decision.map { [$0.query] } ?? [],
                on: connection)
        case .service: try await carryOut(request, on: connection)
        case .reproject: try await reproject(request, now: now, on: connection)
        case .release, .edit, .discard:
            guard let household = request.household else {
                return try await end(request, .notUnderstood, [], on: connection)
            }
            try await letGoOn(household, request, now: now, on: connection)
        }
    }

    private func carryOut(_ request: Taken, on connection: PostgresConnection) async throws {
        let asked = ServiceRequest(
            number: request.number, requestedBy: request.requestedBy, content: request.content ?? [])
        let hold = LegalHold(document: asked.content)?.plan(for: request.household, request: request.number)
        guard let plan = hold ?? procedure.plan(for: asked) else {
            return try await end(request, .notUnderstood, [], on: connection)
        }
        var pipeline = Pipeline()
        for query in plan.queries { pipeline.add(query.statement, query.parameters) }
        let results = plan.queries.isEmpty ? [] : try await connection.run(pipeline)
        try await end(request, plan.outcome(results), [], on: connection)
    }

    func end(
        _ request: Taken, _ outcome: OperatorRequest.Outcome, _ queries: [Query],
        publishing records: [OutgoingRecord] = [],
        on connection: PostgresConnection
    ) async throws {
        let settled = queries + [Self.settlement(of: request, outcome)]
        try await commit(settled, publishing: records, on: connection, failpoints: failpoints)
        attempts.settled(request.number)
        log.info(
            "operator-request", "An operator's request was carried out.",
            .code("action", request.action?.rawValue ?? "unknown"), .code("outcome", outcome.kind.rawValue),
            .id("household", request.household?.text ?? "none"), .count("request", Int(request.number)))
    }

    private static func settlement(of request: Taken, _ outcome: OperatorRequest.Outcome) -> Query {
        Query(
            SQL.settleOperatorRequest,
            [.int8(request.number), .text(outcome.text), .text(outcome.kind.rawValue)])
    }
}
