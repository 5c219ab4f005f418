import Testing

@testable import PostgresClient

struct PipelineMachineTests {
    private typealias Step = PipelineMachine.Step
    private let steps: [Step] = [.prepare(0), .execute(0), .execute(1), .sync]

    /// A machine that has sent and flushed everything and has been told that something can be read.
    private func flown(_ steps: [Step]) -> PipelineMachine {
        var machine = PipelineMachine(steps: steps)
        #expect(machine.advance(.start) == .send(steps[0]))
        for step in steps.dropFirst() { #expect(machine.advance(.sent) == .send(step)) }
        #expect(machine.advance(.sent) == .flush)
        #expect(machine.advance(.flushed(pending: false)) == .wait(.read))
        #expect(machine.advance(.ready(readable: true, writable: false)) == .consume)
        #expect(machine.advance(.consumed) == .receive)
        return machine
    }

    private func end(_ machine: inout PipelineMachine, _ replies: [PipelineMachine.Reply]) -> PipelineMachine.Action {
        var last = PipelineMachine.Action.receive
        for reply in replies {
            #expect(last == .receive)
            last = machine.advance(.received(reply))
        }
        return last
    }

    @Test func aSoundFlightCompletes() {
        var machine = flown(steps)
        #expect(machine.awaited == .prepare(0))
        #expect(end(&machine, [.success, .end, .success, .end, .success, .end]) == .receive)
        #expect(machine.advance(.busy) == .wait(.read))
        #expect(machine.advance(.ready(readable: true, writable: false)) == .consume)
        #expect(machine.advance(.consumed) == .receive)
        #expect(machine.advance(.received(.sync)) == .finish(.completed))
        #expect(machine.prepared == [0])
    }

    @Test func aPartialFlushReadsWhileItWrites() {
        var machine = PipelineMachine(steps: [.execute(0), .sync])
        _ = machine.advance(.start)
        _ = machine.advance(.sent)
        #expect(machine.advance(.sent) == .flush)
        #expect(machine.advance(.flushed(pending: true)) == .wait(.readAndWrite))
        #expect(machine.advance(.ready(readable: false, writable: true)) == .flush)
        #expect(machine.advance(.flushed(pending: true)) == .wait(.readAndWrite))
        // Reading comes first: the server may be waiting for us to make room.
        #expect(machine.advance(.ready(readable: true, writable: true)) == .consume)
        #expect(machine.advance(.consumed) == .receive)
        #expect(machine.advance(.busy) == .flush)
        #expect(machine.advance(.flushed(pending: false)) == .wait(.read))
        #expect(machine.advance(.ready(readable: false, writable: false)) == .wait(.read))
    }

    @Test func aRefusedParseIsNotPreparedAndTheRestIsAborted() {
        var machine = flown(steps)
        #expect(end(&machine, [.failure, .end, .aborted, .end, .aborted, .end, .sync]) == .finish(.failed))
        #expect(machine.prepared.isEmpty)
    }

    @Test func anAbortedParseIsNotPrepared() {
        var machine = flown([.prepare(0), .execute(0), .prepare(1), .execute(1), .sync])
        let replies: [PipelineMachine.Reply] = [
            .success, .end, .failure, .end, .aborted, .end, .aborted, .end, .sync,
        ]
        #expect(end(&machine, replies) == .finish(.failed))
        #expect(machine.prepared == [0])
    }

    @Test func aRefusalAtTheSynchronisationFailsTheFlight() {
        var machine = flown([.execute(0), .sync])
        #expect(end(&machine, [.success, .end, .failure, .end, .sync]) == .finish(.failed))
    }

    @Test func aScriptEndsWithItsResults() {
        var machine = flown([.script])
        #expect(end(&machine, [.success, .success, .end]) == .finish(.completed))
        var refused = flown([.script])
        #expect(end(&refused, [.success, .failure, .end]) == .finish(.failed))
    }

    @Test(
        arguments: [
            [.unexpected], [.end], [.sync], [.aborted], [.success, .sync], [.success, .end, .success, .end, .end],
            [.success, .end, .success, .end, .success, .end, .success],
        ] as [[PipelineMachine.Reply]])
    func whateverDoesNotFitEndsTheConnection(_ replies: [PipelineMachine.Reply]) {
        var machine = flown(steps)
        #expect(end(&machine, replies) == .finish(.violated))
    }

    @Test func aLossEndsTheFlightAnywhere() {
        var machine = PipelineMachine(steps: steps)
        _ = machine.advance(.start)
        #expect(machine.advance(.lost) == .finish(.lost))
    }

    /// Whatever arrives in whatever order, the machine never asks for a step twice nor runs on after its end.
    @Test func randomEventsNeverSendAStepTwice() {
        var generator = SystemRandomNumberGenerator()
        let replies: [PipelineMachine.Reply] = [.success, .failure, .aborted, .sync, .end, .unexpected]
        for _ in 0..<2_000 {
            var machine = PipelineMachine(steps: steps)
            var sent: [Step] = []
            var event = PipelineMachine.Event.start
            for _ in 0..<200 {
                let action = machine.advance(event)
                if case .finish = action { break }
                switch action {
                case .send(let step):
                    sent.append(step)
                    event = .sent
                case .flush: event = .flushed(pending: .random(using: &generator))
                case .wait: event = .ready(readable: .random(using: &generator), writable: .random(using: &generator))
                case .consume: event = .consumed
                default:
                    let reply = replies.randomElement(using: &generator) ?? .end
                    event = .random(using: &generator) ? .busy : .received(reply)
                }
            }
            #expect(sent == steps)
        }
    }
}
