import Contracts
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime

/// Carries operators' requests out: a parked household goes on, in order, through the same procedure and under the same
/// locks as a batch of messages.
struct OperatorDesk<Procedure: BatchProcedure>: Sendable {
    /// Messages handled in one transaction at the most; a longer queue takes several.
    static var batchMessages: Int64 { 500 }

    let procedure: Procedure
    let connection: LoopConnection
    let deadLetterTopic: String
    /// How clocks would be set today; `nil` for a service that sets none by policy.
    var projection: ClockProjection?
    let relayWake: Wake
    let log: Log
    let failpoints: Failpoints

    /// Takes the oldest open request and carries it out, a transaction's worth of it. Whether there was one.
    func settleNext() async throws -> Bool {
        try await connection.withConnection { connection in
            var flight = Flight()
            flight.simple("BEGIN")
            flight.add(SQL.readClock)
            flight.add(SQL.takeOperatorRequest)
            let found = try await connection.run(flight)
            guard let row = found[2].rows.first, let request = try Taken(row) else {
                try await commit([], on: connection, failpoints: .none)
                return false
            }
            try await settle(request, now: try found[1].instant(), on: connection)
            return true
        }
    }

    struct Taken {
        let number: Int64
        let action: OperatorRequest.Action
        let household: HouseholdID?
        let requestedBy: String
        let content: [UInt8]?
        /// For a request that takes several transactions: the last household that is done.
        let progress: HouseholdID?

        init?(_ row: Row) throws {
            guard let action = OperatorRequest.Action(rawValue: try row.text(1)) else { return nil }
            number = try row.int8(0)
            self.action = action
            household = try row.optionalUUID(2).map(HouseholdID.init(_:))
            requestedBy = try row.text(3)
            content = try row.optionalBytes(4)
            progress = try row.optionalUUID(5).map(HouseholdID.init(_:))
        }
    }

    private struct Waiting {
        let id: Int64
        let message: InboundMessage
        let isFailed: Bool
    }

    private func settle(_ request: Taken, now: Instant, on connection: PostgresConnection) async throws {
        if request.action == .show { return try await end(request, .shown, [], on: connection) }
        if request.action == .reposition {
            let decision = Repositioning(content: request.content)
            return try await end(
                request, decision == nil ? .notUnderstood : .repositioned, decision.map { [$0.query] } ?? [],
                on: connection)
        }
        if request.action == .service { return try await carryOut(request, on: connection) }
        if request.action == .reproject { return try await reproject(request, now: now, on: connection) }
        guard let household = request.household else {
            return try await end(request, .notUnderstood, [], on: connection)
        }
        try await letGoOn(household, request, now: now, on: connection)
    }

    private func carryOut(_ request: Taken, on connection: PostgresConnection) async throws {
        let asked = ServiceRequest(
            number: request.number, requestedBy: request.requestedBy, content: request.content ?? [])
        let hold = LegalHold(reading: asked.content)?.plan(for: request.household, request: request.number)
        guard let plan = hold ?? procedure.plan(for: asked) else {
            return try await end(request, .notUnderstood, [], on: connection)
        }
        var flight = Flight()
        for query in plan.queries { flight.add(query.statement, query.parameters) }
        let results = plan.queries.isEmpty ? [] : try await connection.run(flight)
        try await end(request, .settled(plan.outcome(results)), [], on: connection)
    }

    private func letGoOn(
        _ household: HouseholdID, _ request: Taken, now: Instant, on connection: PostgresConnection
    ) async throws {
        var flight = Flight()
        flight.add(SQL.holdParkedHousehold, [.uuid(household.uuid)])
        flight.add(SQL.readParkedMessages, [.uuid(household.uuid), .int8(Self.batchMessages)])
        let found = try await connection.run(flight)
        guard found[0].rowCount > 0 else { return try await end(request, .notParked, [], on: connection) }
        let waiting: [Waiting] = try found[1].rows.map { try message(in: $0, for: request, now: now) }
        let messages = waiting.filter { !($0.isFailed && request.action == .discard) }

        var reading = Flight()
        for read in procedure.reads(for: messages.map(\.message)) { reading.add(read.statement, read.parameters) }
        let results = reading.count == 0 ? [] : try await connection.run(reading)
        var workspace = try procedure.workspace(reading: results[...])
        var book = EffectBook<Procedure.Row>()
        var done = waiting.filter { $0.isFailed && request.action == .discard }.map(\.id)
        var stuck: (id: Int64, failure: MessageFailure)?
        for entry in messages {
            do throws(MessageFailure) {
                book.add(try procedure.handle(entry.message, in: &workspace, now: now))
                done.append(entry.id)
            } catch {
                stuck = (entry.id, error)
                break
            }
        }
        var queries = procedure.writes(of: &workspace, rows: book.rows)
        if let stuck {
            let record = messages.first { $0.id == stuck.id }?.message.record
            if let record {
                book.add(DeadLetter(record: record, failure: stuck.failure, at: now).outgoing(topic: deadLetterTopic))
            }
            queries.append(Query(SQL.failParkedMessage, [.int8(stuck.id)]))
        }
        queries += book.writes()
        queries.append(Query(SQL.deleteParkedMessages, [.int8Array(done)]))
        queries.append(Query(SQL.unparkHousehold, [.uuid(household.uuid)]))
        if stuck == nil, waiting.count == Int(Self.batchMessages) {
            // More wait: the request stays open, and its next part finds nothing failed in front.
            try await commit(queries, saying: book.outgoing, on: connection, failpoints: failpoints)
        } else {
            let outcome: OperatorRequest.Outcome =
                stuck.map { .stuckAgain(code: $0.failure.code) } ?? .released(messages: done.count)
            try await end(request, outcome, queries, saying: book.outgoing, on: connection)
        }
        procedure.committed(workspace)
        relayWake.signal()
    }

    func end(
        _ request: Taken, _ outcome: OperatorRequest.Outcome, _ queries: [Query], saying records: [OutgoingRecord] = [],
        on connection: PostgresConnection
    ) async throws {
        let settled = Query(SQL.settleOperatorRequest, [.int8(request.number), .text(outcome.text)])
        try await commit(queries + [settled], saying: records, on: connection, failpoints: failpoints)
        log.info(
            "operator-request", "An operator's request was carried out.", .code("action", request.action.rawValue),
            .id("household", request.household?.text ?? "none"), .count("request", Int(request.number)))
    }

    private func message(in row: Row, for request: Taken, now: Instant) throws -> Waiting {
        let isFailed = try row.bool(7)
        let headers = try JSONDocument(parsing: try row.bytes(6), limits: .event).root.members.map { name, value in
            KafkaHeader(name: name, value: Array((value.string ?? "").utf8))
        }
        let value = try row.optionalBytes(5)
        let record = KafkaMessage(
            topic: try row.text(1), partition: try row.int4(2), offset: try row.int8(3), timestampMilliseconds: -1,
            key: try row.optionalBytes(4), value: isFailed ? request.content ?? value : value, headers: headers)
        return Waiting(id: try row.int8(0), message: InboundMessage(record, now: now), isFailed: isFailed)
    }
}
