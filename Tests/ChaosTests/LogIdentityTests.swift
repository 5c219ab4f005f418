import Contracts
import KafkaClient
import Safeguarding
import TestSupport
import Testing

/// The log that is read on must be the log that was read: where it is not, the partition stops loudly, `keepsight
/// positions` explains and repairs, and no message is swallowed.
@Suite(.enabled(if: TestEnvironment.canBreakBrokers, "needs KAFKA_HOME, since brokers are killed"))
struct LogIdentityTests {
    @Test("A topic made anew and filled beyond the position is another log", .timeLimit(TestEnvironment.minutes(10)))
    func filledAnew() async throws {
        try await withPartnership { partnership in
            try await beginCase(partnership)
            for service in ["escalation-tracker", "mash-screener", "notifier"] { try await partnership.stop(service) }
            let facts = partnership.topics.facts.name
            let read = try await length(of: facts, partnership)
            try await makeAnew(facts, partnership)
            for number in 1...(read + 2) {
                try await partnership.accept(
                    "involvement.opened", as: "housing", data: SampleEvents.involvement("HSG\(number)-", children: 1))
            }
            try await partnership.start("escalation-tracker")
            try await partnership.awaitStopped("escalation-tracker", because: "another record")
            try await changeAndRepair(partnership, "escalation-tracker", topic: facts)
        }
    }

    @Test("A topic made anew under a running service stops it too", .timeLimit(TestEnvironment.minutes(10)))
    func madeAnewWhileRunning() async throws {
        try await withPartnership { partnership in
            try await beginCase(partnership)
            let facts = partnership.topics.facts.name
            try await makeAnew(facts, partnership)
            try await partnership.awaitStopped("escalation-tracker", because: "the log ends at 0")
            try await changeAndRepair(partnership, "escalation-tracker", topic: facts)
        }
    }

    @Test("A broker that lost the end of a log, and one that lost everything", .timeLimit(TestEnvironment.minutes(10)))
    func lostByTheBroker() async throws {
        try await OwnBroker.with { broker in
            try await withPartnership(on: broker.servers) { partnership in
                try await beginCase(partnership)
                let facts = partnership.topics.facts.name
                try await broker.fault("broker-lose", facts)
                try await partnership.awaitStopped("escalation-tracker", because: "has lost its end")
                try await partnership.repairAll("escalation-tracker")

                try await broker.fault("broker-wipe")
                try await partnership.makeTopics()
                try await partnership.listenAnew()
                for service in Partnership.services {
                    try await partnership.awaitStopped(service, because: "this is cluster")
                }
                for service in Partnership.services { try await partnership.repairAll(service) }
                try await partnership.accept(
                    "decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
                try await hearChange(partnership)
            }
        }
    }

    private func beginCase(_ partnership: Partnership) async throws {
        try await SampleEvents.prologue(partnership, children: 1)
        try await partnership.settle()
    }

    /// The change is accepted while the tracker stands still, and told when an operator has decided.
    private func changeAndRepair(_ partnership: Partnership, _ service: String, topic: String) async throws {
        for other in Partnership.services where await partnership.child(other)?.isRunning != true {
            try await partnership.start(other)
        }
        let decision = try await partnership.publish(
            "decision.changed", as: "csc", data: SampleEvents.decision(children: ["A"]))
        for stopped in Partnership.services { try await partnership.repairAll(stopped) }
        #expect(try await partnership.receipt(of: decision)?.type == ReceiptAccepted.type.text)
        try await hearChange(partnership)
    }

    private func hearChange(_ partnership: Partnership) async throws {
        // Social care, the health visitor, the school and the police, each once.
        _ = try await partnership.hear(atLeast: 4) { $0.notice?.kind == .thresholdChanged }
        try await partnership.settle()
        let told = await partnership.noticeLines().filter { $0.contains("threshold-changed") }
        #expect(
            told.filter { !$0.hasPrefix("housing") } == [
                "csc threshold-changed held CSC-A", "health-visiting threshold-changed held HV-A",
                "police threshold-changed held (handle)", "school-hill threshold-changed held SCH-A",
            ])
    }

    private func length(of topic: String, _ partnership: Partnership) async throws -> Int {
        let admin = try KafkaAdmin(partnership.kafka)
        var length: Int64 = 0
        for partition in try await admin.partitions(of: topic) {
            length += try await admin.watermarks(of: partition).high
        }
        return Int(length)
    }

    private func makeAnew(_ topic: String, _ partnership: Partnership) async throws {
        let admin = try KafkaAdmin(partnership.kafka)
        try await admin.delete([topic])
        let end = ContinuousClock.now.advanced(by: .seconds(30 * TestEnvironment.patience))
        while try await admin.topics()[topic] != nil, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(20))
        }
        try await partnership.makeTopics()
    }
}

extension Partnership {
    /// Waits until `keepsight positions` says that a partition of the service is stopped, and why.
    func awaitStopped(_ service: String, because reason: String, seconds: Double = 60) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds * TestEnvironment.patience))
        var said = ""
        while ContinuousClock.now < end {
            let (status, text) = try await keepsight(["positions", "list", service])
            if status == 1, text.contains("stopped"), text.contains(reason) { return }
            said = text
            try await Task.sleep(for: .milliseconds(200))
        }
        throw Missing("\(service) is not stopped because \(reason):\n\(said)")
    }

    /// Lets a service read every stopped partition from its beginning.
    func repairAll(_ service: String) async throws {
        let (_, text) = try await keepsight(["positions", "list", service, "--json"])
        for line in text.split(separator: "\n") where line.contains(#""readable":false"#) {
            let fields = line.split(separator: "\"").map(String.init)
            guard let topic = fields.firstIndex(of: "topic"), let number = fields.firstIndex(of: "partition") else {
                continue
            }
            let partition = fields[number + 1].filter(\.isNumber)
            let (status, said) = try await keepsight([
                "positions", "repair", service, fields[topic + 2], partition, "--from", "earliest", "--by",
                "Sam Example, operator", "--reason", "the log is another one",
            ])
            guard status == 0 else { throw Missing("not repaired: \(said)") }
        }
    }
}
