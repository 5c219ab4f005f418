import Contracts
import ServiceRuntime
import TestSupport
import Testing

/// What operators ask for, as processes beside the four services.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct OperatorCommandTests {
    private static let household = "5f0c9d1e-2a3b-4c5d-8e9f-0a1b2c3d4e5f"
    private static let by = ["--by", "Kim Example, business manager", "--reason", "a test"]

    @Test(
        "Two inquiries hold one household by two references, each is lifted by its own; an unknown household is refused"
    )
    func holds() async throws {
        try await withPartnership { partnership in
            func hold(_ words: String...) async throws -> (status: Int32, text: String) {
                try await partnership.keepsight(["legal-hold"] + words + Self.by)
            }
            let unknown = try await hold("set", Self.household, "--reference", "Inquiry 1")
            #expect(unknown.status == 1 && unknown.text.contains("unknown household"), "\(unknown.text)")
            try await partnership.database.run(
                "INSERT INTO mash_screener.household_state VALUES ('\(Self.household)', 1, '{}')")
            let first = try await hold("set", Self.household, "--reference", "Inquiry 1")
            #expect(first.status == 0 && first.text.contains("notifier: held"), "\(first.text)")
            let second = try await hold("set", Self.household.uppercased(), "--reference", "Court order 7")
            #expect(second.text.contains("notifier: held, beside 1 hold of other references"), "\(second.text)")
            let list = try await partnership.keepsight(["legal-hold", "list"])
            #expect(list.text.contains("Inquiry 1") && list.text.contains("Court order 7"), "\(list.text)")
            let lifted = try await hold("lift", Self.household, "--reference", "Inquiry 1")
            #expect(lifted.status == 0 && lifted.text.contains("1 other hold stands"), "\(lifted.text)")
            let again = try await hold("lift", Self.household, "--reference", "Inquiry 1")
            #expect(again.status == 1 && again.text.contains("no hold stands under this reference"), "\(again.text)")
            let standing =
                "SELECT count(*) FROM notifier.legal_hold WHERE lifted_at IS NULL AND reference = 'Court order 7'"
            #expect(try await partnership.database.count(standing) == 1)
            #expect(try await hold("set", Self.household).status == ExitStatus.usage.rawValue)
        }
    }

    @Test("A topic or partition that there is not is a slip of whoever asks: 64, with those that there are")
    func repair() async throws {
        try await withPartnership { partnership in
            let positions = "SELECT count(*) FROM notifier.position"
            let end = ContinuousClock.now.advanced(by: .seconds(60 * TestEnvironment.patience))
            while try await partnership.database.count(positions) == 0, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(100))
            }
            let facts = partnership.topics.facts.name
            func repair(_ topic: String, _ number: String) async throws -> (status: Int32, text: String) {
                try await partnership.keepsight(
                    ["positions", "repair", "notifier", topic, number, "--from", "end"] + Self.by)
            }
            for (topic, number, says) in [
                ("nope", "0", facts), (facts, "99", "it has 0 to "), (facts, "x", "it has 0 to "),
            ] {
                let slip = try await repair(topic, number)
                #expect(slip.status == ExitStatus.usage.rawValue && slip.text.contains(says), "\(slip.text)")
            }
            let done = try await repair(facts, "0")
            #expect(done.status == 0 && done.text.contains("repositioned"), "\(done.text)")
            #expect(done.text.contains("Nothing is left out and nothing is read again"), "\(done.text)")
        }
    }
}
