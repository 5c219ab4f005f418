import Foundation
import TestSupport
import Testing

/// `keepsight chaos` in its short form, as an operator runs it: services in two replicas on a Kafka and a PostgreSQL that
/// it starts itself, seeded faults under load, and a verdict from everything that was said. The long form, on three
/// brokers, is a command: `keepsight chaos --faults 1000`.
@Suite(.enabled(if: Surroundings.canBreakBrokers, "needs KAFKA_HOME, since brokers are killed"), .serialized)
struct ChaosTests {
    @Test(
        "Whatever goes wrong, nothing is lost, nothing is doubled, and everything stays in order",
        .timeLimit(Surroundings.minutes(10)))
    func chaos() async throws {
        let (status, report) = try await run(["--faults", "16", "--seed", "4", "--brokers", "1"])
        #expect(status == 0)
        #expect(report.contains("GOOD"))
        print(report)
    }

    @Test("Without the inbox the same run is found broken: the verdict can fail", .timeLimit(Surroundings.minutes(10)))
    func withoutInbox() async throws {
        let (status, report) = try await run(["--faults", "3", "--seed", "4", "--brokers", "1", "--without", "inbox"])
        #expect(status == 1)
        #expect(report.contains("BROKEN"))
    }

    private func run(_ arguments: [String]) async throws -> (status: Int32, report: String) {
        var environment = ProcessInfo.processInfo.environment
        // It has a database and a broker of its own.
        for name in ["KEEPSIGHT_DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "KEEPSIGHT_RUN_DIR"] {
            environment[name] = nil
        }
        let child = try ServiceChild(
            "keepsight", arguments: ["chaos"] + arguments, environment: environment,
            workingDirectory: Surroundings.project)
        #expect(await child.ended(withinSeconds: 400))
        return (child.ending.code, child.log)
    }
}
