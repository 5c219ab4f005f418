import Contracts
import JSON
import KafkaClient
import PostgresClient
import Safeguarding

extension OperatorRequestHandler {
    private struct Waiting {
        let id: Int64
        let message: InboundMessage
        let isFailed: Bool
        /// The message in whose place an operator has put this one.
        var replaced: InboundMessage?

        /// The message that is not handled, once this one is.
        var unhandled: InboundMessage? {
            guard let replaced, replaced.sender != message.sender else { return nil }
            return replaced
        }
    }

    /// A parked household goes on with the messages that wait, in order, up to one that cannot be handled.
    func letGoOn(
        _ household: HouseholdID, _ request: Taken, now: Instant, on connection: PostgresConnection
    ) async throws {
        let mode = attempts.mode(of: request.number)
        let limit = mode == .together ? Self.batchMessages : 1
        var pipeline = Pipeline()
        pipeline.add(SQL.holdParkedHousehold, [.uuid(household.uuid)])
        pipeline.add(SQL.readParkedMessages, [.uuid(household.uuid), .int8(Int64(limit + 1))])
        let found = try await connection.run(pipeline)
        guard found[0].rowCount > 0 else { return try await end(request, .notParked, [], on: connection) }
        let rows = found[1].rows
        let waiting: [Waiting] = try rows.prefix(limit).map { try message(in: $0, for: request) }
        if request.action == .discard, let place = request.content, attempts.handled(of: request.number) == 0,
            let front = waiting.first(where: \.isFailed), !front.message.record.place.utf8.elementsEqual(place)
        {
            // Whoever asks a second time means the first message, and would lose the next one.
            return try await end(request, .notInFront, [], on: connection)
        }
        let isDiscarded = { (entry: Waiting) in entry.isFailed && request.action == .discard }
        let messages = waiting.filter { !isDiscarded($0) }
        if case .givingUp(let failure) = mode, messages.first?.isFailed == true {
            // It is the one that they wait behind already.
            let outcome = OperatorRequest.Outcome.stuckAgain(
                code: failure.code, settled: attempts.handled(of: request.number), reason: failure.reason)
            return try await end(request, outcome, [], on: connection)
        }
        var reading = Pipeline()
        let read =
            if case .givingUp = mode { procedure.reads(for: []) } else { procedure.reads(for: messages.map(\.message)) }
        for query in read { reading.add(query.statement, query.parameters) }
        let results = reading.count == 0 ? [] : try await connection.run(reading)
        var workspace = try procedure.workspace(reading: results[...])
        var book = EffectBatch<Procedure.Row>()
        var done = waiting.filter(isDiscarded).map(\.id)
        for entry in waiting.filter(isDiscarded) { tell(entry.message, now, &book) }
        var stuck: (entry: Waiting, failure: MessageFailure)?
        for entry in messages {
            do throws(MessageFailure) {
                if case .givingUp(let failure) = mode { throw failure }
                book.add(try procedure.handle(entry.message, in: &workspace, now: now))
                if let unhandled = entry.unhandled { tell(unhandled, now, &book) }
                done.append(entry.id)
            } catch {
                stuck = (entry, error)
                break
            }
        }
        var queries = procedure.writes(of: &workspace, rows: book.rows)
        if let (entry, failure) = stuck {
            book.add(
                DeadLetter(record: entry.message.record, failure: failure, at: now).outgoing(topic: deadLetterTopic))
            queries.append(
                Query(SQL.failParkedMessage, [.int8(entry.id), .text(failure.code), .text(failure.reason)]))
        }
        queries += book.writes()
        queries.append(Query(SQL.deleteParkedMessages, [.int8Array(done)]))
        queries.append(Query(SQL.unparkHousehold, [.uuid(household.uuid)]))
        if stuck == nil, rows.count > limit {
            // More wait: the request stays open, and its next part finds nothing failed in front.
            try await commit(queries, publishing: book.outgoing, on: connection, failpoints: failpoints)
            attempts.handled(done.count, of: request.number)
        } else {
            let handled = attempts.handled(of: request.number) + done.count
            let outcome: OperatorRequest.Outcome =
                stuck.map { .stuckAgain(code: $0.failure.code, settled: handled) }
                ?? .released(messages: handled)
            try await end(request, outcome, queries, publishing: book.outgoing, on: connection)
        }
        procedure.committed(workspace)
        DocumentFinding.report(procedure.findings(in: workspace), log, nil, nil)
        relayWake.signal()
    }

    /// Whoever was told that the message waits hears that it will not be handled.
    private func tell(_ message: InboundMessage, _ now: Instant, _ book: inout EffectBatch<Procedure.Row>) {
        for record in procedure.discarded(message, now: now) { book.add(record) }
    }

    private func message(in row: Row, for request: Taken) throws -> Waiting {
        let isFailed = try row.bool("failed")
        let headers = try JSONDocument(parsing: try row.bytes("headers"), limits: .event).root.members.map {
            name, value in
            KafkaHeader(name: name, value: Array((value.string ?? "").utf8))
        }
        let value = try row.optionalBytes("value")
        let place = TopicPartition(topic: try row.text("topic"), partition: try row.int4("partition"))
        let (offset, key) = (try row.int8("message_offset"), try row.optionalBytes("key"))
        let message = { (value: [UInt8]?) in
            InboundMessage(
                KafkaMessage(
                    topic: place.topic, partition: place.partition, offset: offset, timestampMilliseconds: -1, key: key,
                    value: value, headers: headers))
        }
        // To discard, the content says which message is meant.
        guard isFailed, request.action == .edit, let content = request.content else {
            return Waiting(id: try row.int8("id"), message: message(value), isFailed: isFailed)
        }
        return Waiting(id: try row.int8("id"), message: message(content), isFailed: true, replaced: message(value))
    }
}

extension InboundMessage {
    /// Whose event it is, and which fact of it; none if no agency waits for what becomes of it.
    fileprivate var sender: [String]? {
        guard let event = try? reading.get(), let fact = try? Fact.reading(event) else { return nil }
        return [event.envelope.id, fact.context.agency.text, fact.context.eventID]
    }
}

extension KafkaMessage {
    /// Where it stands, as a request to discard it names it: `topic/partition/offset`.
    var place: String { "\(topic)/\(partition)/\(offset)" }
}
