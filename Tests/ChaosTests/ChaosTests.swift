import Foundation
import TestSupport
import Testing

/// `keepsight-lab chaos` in its short form, as an operator runs it: services in two replicas on a Kafka and a PostgreSQL that
/// it starts itself, seeded faults under load, and a verdict from everything that was said. The long form, on three
/// brokers, is a command: `keepsight-lab chaos --faults 1000`, and a test of `deploy/test --long`.
@Suite(.enabled(if: TestEnvironment.canBreakBrokers, "needs KAFKA_HOME, since brokers are killed"), .serialized)
struct ChaosTests {
    /// Every kind but one: after a fail-over that forgets, the same notice may come again, and the verdict must let it.
    private static let kinds = [
        "kill", "freeze", "leave", "cut-connections", "cut-relay", "refuse-commit", "refuse-connections",
        "restart-database", "restart-broker", "hostile-records", "control-characters", "withdraw-privileges",
        "fill-disk", "hang-leader", "start-twin",
    ]

    // One run for all kinds: a run of each family would start, introduce children and come to rest three times.
    @Test(
        "Whatever goes wrong, once of each kind: nothing is lost, nothing is doubled, and everything stays in order",
        .timeLimit(TestEnvironment.minutes(10)))
    func chaos() async throws {
        try await expectGood(
            [
                "--faults", "\(Self.kinds.count)", "--seed", "4", "--rate", "20", "--households", "300",
                "--kinds", Self.kinds.joined(separator: ","),
            ], seconds: 600)
    }

    @Test(
        "What one party does stops nobody else: hostile records, U+0000 in every string of every event",
        .enabled(if: TestEnvironment.isLong, "takes minutes: deploy/test --long"),
        .timeLimit(TestEnvironment.minutes(10)))
    func hostile() async throws {
        try await expectGood(["--faults", "8", "--seed", "5", "--kinds", "hostile-records,control-characters,kill"])
    }

    @Test(
        "What passes is waited out: privileges withdrawn, a disk that is full, a leader that hangs, a fenced twin",
        .enabled(if: TestEnvironment.isLong, "takes minutes: deploy/test --long"),
        .timeLimit(TestEnvironment.minutes(10)))
    func passing() async throws {
        try await expectGood([
            "--faults", "8", "--seed", "6", "--kinds", "withdraw-privileges,fill-disk,hang-leader,start-twin",
        ])
    }

    @Test(
        "A standby that lags takes over twice: nothing is lost, and what is said again has the same identifier",
        .timeLimit(TestEnvironment.minutes(10)))
    func forgotten() async throws {
        try await expectGood(["--faults", "4", "--seed", "7", "--kinds", "forget-commits,kill"])
    }

    @Test(
        "A thousand faults of every kind on three brokers, or as many as two hours have room for",
        .enabled(if: TestEnvironment.isLong, "takes hours: deploy/test --long"),
        .timeLimit(TestEnvironment.minutes(180)))
    func thousand() async throws {
        try await expectGood(
            ["--faults", "1000", "--seed", "8", "--minutes", "120", "--rate", "8"], brokers: 3, seconds: 9000)
    }

    @Test(
        "With offsets told before they are in effect the run is found broken: the verdict can fail",
        .timeLimit(TestEnvironment.minutes(10)))
    func withoutGuard() async throws {
        let (status, report) = try await run([
            "--faults", "8", "--seed", "4", "--brokers", "1", "--without", "offset-after-commit", "--kinds", "kill",
        ])
        #expect(status == 1)
        #expect(report.contains("BROKEN"))
    }

    private func expectGood(_ arguments: [String], brokers: Int = 1, seconds: Double = 400) async throws {
        let (status, report) = try await run(arguments + ["--brokers", "\(brokers)"], seconds: seconds)
        #expect(status == 0)
        #expect(report.contains("GOOD"))
        print(report)
    }

    private func run(_ arguments: [String], seconds: Double = 400) async throws -> (status: Int32, report: String) {
        var environment = ProcessInfo.processInfo.environment
        // It has a database and a broker of its own.
        for name in ["KEEPSIGHT_DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "KEEPSIGHT_RUN_DIR"] {
            environment[name] = nil
        }
        let child = try ServiceChild(
            "keepsight-lab", arguments: ["chaos"] + arguments, environment: environment,
            workingDirectory: TestEnvironment.project)
        #expect(await child.ended(withinSeconds: seconds))
        return (child.ending.code, child.log)
    }
}
