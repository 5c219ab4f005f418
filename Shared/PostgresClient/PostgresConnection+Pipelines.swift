import CLibPQ
import Glibc
import Synchronization

// One pipeline after the other: what the machine says is done until it says that the pipeline is over.
extension PostgresConnection {
    struct Answers {
        var results: [QueryResult] = []
        var error: PostgresError?
        var prepared: [Int] = []
    }

    func takeTurn() async throws(PostgresError) {
        if !gate.take() {
            guard !gate.isFull else {
                throw PostgresError(
                    .tooManyQueued, "\(FIFOGate.limit) pipelines wait for this connection; use more connections")
            }
            await withCheckedContinuation { gate.queue($0) }
        }
        guard Task.isCancelled else { return }
        gate.pass()
        throw PostgresError(.cancelled, "the task was cancelled before anything was sent")
    }

    func soundHandle() throws(PostgresError) -> ConnectionHandle {
        guard let handle else { throw PostgresError(.closed, "the connection was closed") }
        guard isUsable else { throw PostgresError(.connectionLost, "the connection broke before; take another") }
        return handle
    }

    /// Does what the machine says until it says that the pipeline is over.
    func fly(
        _ handle: ConnectionHandle, _ steps: [PipelineMachine.Step], plan: PipelinePlan?, script: String
    ) async -> Answers {
        isFlying = true
        cancelWasRequested = false
        let exchange = exchanges?.begin()
        defer { if let exchange { exchanges?.end(exchange) } }
        var lastSign = ContinuousClock.now
        var machine = PipelineMachine(steps: steps)
        var answers = Answers()
        var event = PipelineMachine.Event.start
        var outcome: PipelineMachine.Outcome?
        while outcome == nil {
            switch machine.advance(event) {
            case .send(let step): event = send(handle, step, plan, script) ? .sent : .lost
            case .flush:
                let left = PQflush(handle.pointer)
                event = left < 0 ? .lost : .flushed(pending: left > 0)
            case .wait(let interest): event = await wait(handle, interest, since: &lastSign)
            case .consume: event = handle.consume() ? .consumed : .lost
            case .receive: event = receive(handle, machine.awaited, plan, &answers)
            case .finish(let end): outcome = end
            }
        }
        answers.prepared = machine.prepared
        if outcome == .silent { answers.error = silence(plan?.statement(of: machine.awaited)) }
        settle(handle, outcome ?? .violated, &answers, plan)
        // On a connection that is given up there is no next pipeline that a late request could stop.
        if !isBroken { await waitForCancels() }
        isFlying = false
        return answers
    }

    private func send(_ handle: ConnectionHandle, _ step: PipelineMachine.Step, _ plan: PipelinePlan?, _ script: String)
        -> Bool
    {
        switch step {
        case .prepare(let index): plan.map { handle.sendPrepare($0.items[index]) } ?? false
        case .execute(let index): plan.map { handle.sendExecute($0.items[index]) } ?? false
        case .sync: handle.sendSync()
        case .script: handle.sendScript(script)
        }
    }

    /// Waits for the socket, for as long as the server may say nothing since its last sign of life.
    private func wait(
        _ handle: ConnectionHandle, _ interest: PipelineMachine.Interest, since lastSign: inout ContinuousClock.Instant
    ) async -> PipelineMachine.Event {
        let limit = lastSign + answerLimit
        // TLS may hold whole records back that poll cannot see, and libpq 15 does not always ask for them.
        let deadline = handle.usesTLS ? min(limit, ContinuousClock.now + .milliseconds(50)) : limit
        let readiness = await ready(handle, readable: true, writable: interest.writable, deadline: deadline)
        let isOver = !readiness.readable && !readiness.writable
        let now = ContinuousClock.now
        if !isOver { lastSign = now } else if now >= limit { return .expired }
        return .ready(readable: readiness.readable || isOver, writable: readiness.writable)
    }

    func ready(
        _ handle: ConnectionHandle, readable: Bool, writable: Bool, deadline: ContinuousClock.Instant?
    ) async -> PostgresThread.Readiness {
        let descriptor = handle.descriptor
        return await withCheckedContinuation { continuation in
            thread.watch(
                PostgresThread.Watch(
                    descriptor: descriptor, readable: readable, writable: writable, deadline: deadline,
                    continuation: continuation))
        }
    }

    private func receive(
        _ handle: ConnectionHandle, _ step: PipelineMachine.Step?, _ plan: PipelinePlan?, _ answers: inout Answers
    ) -> PipelineMachine.Event {
        if handle.isBusy { return .busy }
        guard let result = handle.nextResult() else { return .received(.end) }
        let reply = result.reply
        let statement = plan?.statement(of: step)
        if reply == .failure, answers.error == nil { answers.error = result.error(statement: statement) }
        if reply == .success, case .execute = step, let statement {
            answers.results.append(QueryResult(result, statementName: statement.name))
        }
        return .received(reply)
    }

    /// Turns the end of a pipeline into the error to report and the state of the connection.
    private func settle(
        _ handle: ConnectionHandle, _ outcome: PipelineMachine.Outcome, _ answers: inout Answers, _ plan: PipelinePlan?
    ) {
        switch outcome {
        case .completed:
            let isUndone = zip(plan?.items ?? [], answers.results).contains { $0.statement.isCommit && $1.isRollback }
            guard isUndone else { break }
            answers.error = PostgresError(
                .server, "the transaction had been aborted, so COMMIT rolled it back",
                sqlState: SQLState("25P02"), statementName: "COMMIT")
        case .failed:
            if cancelWasRequested, let error = answers.error, error.sqlState == SQLState.queryCancelled.text {
                answers.error = PostgresError(
                    .cancelled, "the statement was stopped by cancel()", sqlState: .queryCancelled,
                    statementName: error.statementName)
            }
        case .lost:
            isBroken = true
            answers.error = lost(handle, answers.error)
        case .silent: isBroken = true
        case .violated:
            isBroken = true
            answers.error = answers.error ?? violation(handle)
        }
    }

    /// The server's last words may still lie in libpq's buffer, behind the results before them.
    func lost(_ handle: ConnectionHandle, _ known: PostgresError?) -> PostgresError {
        var error = known
        // On a connection that libpq still holds to be sound, asking for a result could block.
        for _ in 0..<(4 * Pipeline.maximumStatements) where error?.sqlState == nil && !handle.isSound {
            guard let result = handle.nextResult() else { continue }
            guard result.reply == .failure else { continue }
            let found = result.error(statement: nil)
            guard found.sqlState != nil || error == nil else { break }
            error = found
        }
        let state = error?.sqlState.flatMap(SQLState.init)
        let reason = state?.sentence ?? "the connection broke"
        return PostgresError(
            .connectionLost, reason + "; whether a COMMIT in this pipeline took place is unknown", sqlState: state,
            statementName: error?.statementName, serverText: handle.message)
    }

    private func silence(_ statement: SQLStatement?) -> PostgresError {
        PostgresError(
            .connectionLost,
            "the server has said nothing for \(Int((answerLimit / .seconds(1)).rounded(.up))) s and the connection was given up; whether a COMMIT "
                + "in this pipeline took place is unknown; look whether PostgreSQL is frozen (a stopped process, a paused "
                + "machine, a disk that hangs) or the network swallows what is sent", statementName: statement?.name)
    }

    func violation(_ handle: ConnectionHandle) -> PostgresError {
        PostgresError(
            .protocolViolation, "the server and this client lost step; COPY and blocking commands are not allowed",
            serverText: handle.message)
    }

    /// A cancel request that arrives late would stop the next pipeline instead, so that one waits for it.
    private func waitForCancels() async {
        guard cancelsUnderWay > 0 else { return }
        await withCheckedContinuation { cancelsDone = $0 }
    }

    func remember(_ plan: PipelinePlan, _ answers: Answers) {
        for index in answers.prepared where plan.items[index].isKept {
            names.confirm(plan.items[index].statement, plan.items[index].entry)
        }
        guard let error = answers.error, error.isStalePreparation else { return }
        for item in plan.items where item.statement.name == error.statementName { names.forget(item.statement) }
    }

    func count(_ plan: PipelinePlan) {
        let bytes = plan.items.reduce(0) { $0 + $1.parameters.bytes.count }
        counts.withLock {
            $0.statements += plan.items.count
            $0.prepares += plan.prepareCount
            $0.roundTrips += 1
            $0.parameterBytes += bytes
        }
    }

    func failed(_ error: PostgresError) -> PostgresError {
        counts.withLock { $0.failures += 1 }
        return error
    }
}

extension PipelinePlan {
    /// The statement that a step belongs to.
    fileprivate func statement(of step: PipelineMachine.Step?) -> SQLStatement? {
        switch step {
        case .prepare(let index), .execute(let index): items[index].statement
        case .sync, .script, nil: nil
        }
    }
}
