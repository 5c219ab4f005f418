import Foundation
import ServiceRuntime
import Testing

/// What tests run against: `deploy/test` starts it and says where it is.
public enum TestEnvironment {
    /// Before anything uses OpenSSL: threads of connections may end while the tests' own process does.
    private static let leavesThreadsTheirOwn: Void = ProcessExit.leaveThreadsTheirOwn()

    /// The PostgreSQL of the tests.
    public static var database: String? {
        leavesThreadsTheirOwn
        return value("KEEPSIGHT_DATABASE_URL")
    }
    /// The same, for databases of their own that tests make in it: patient, since many begin at the same moment.
    public static var databaseURL: String? {
        database.map { url in url.contains("?") ? url : url + "?connect_timeout=60" }
    }
    /// The Kafka on which tests make topics of their own.
    public static var kafka: String? {
        leavesThreadsTheirOwn
        return value("KAFKA_BOOTSTRAP_SERVERS")
    }
    /// An Apache Kafka to start brokers of a test's own from.
    public static var kafkaHome: String? { value("KAFKA_HOME") }
    /// Where the executables are.
    public static var executables: String? { value("KEEPSIGHT_BIN_DIR") }
    /// The project's folder.
    public static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// Whether tests that need both run. In CI they run in any case, and fail where something is missing.
    public static var isComplete: Bool { isInCI || (databaseURL != nil && kafka != nil && executables != nil) }
    /// Whether tests run that take many minutes: by `deploy/test --long`.
    public static var isLong: Bool { value("KEEPSIGHT_LONG_TESTS") != nil }
    /// How old the backup is that a long test restores, in seconds: `KEEPSIGHT_BACKUP_SECONDS=3600` for a real hour.
    public static var backupSeconds: Int { value("KEEPSIGHT_BACKUP_SECONDS").flatMap(Int.init) ?? 20 }
    /// Whether tests that need only Kafka run.
    public static var hasKafka: Bool { isInCI || kafka != nil }
    /// Whether tests that need only PostgreSQL run.
    public static var hasDatabase: Bool { isInCI || databaseURL != nil }

    /// Whether tests that start, kill and spoil brokers of their own run.
    public static var canBreakBrokers: Bool { isComplete && hasKafkaHome }
    /// Whether tests that start a Kafka of their own run.
    public static var hasKafkaHome: Bool { isInCI || (kafkaHome != nil && executables != nil) }
    /// Why they do not.
    public static var kafkaHomeAdvice: String {
        kafka != nil && kafkaHome == nil
            ? "needs KAFKA_HOME: a Kafka with certificates is started from it; the one of KAFKA_BOOTSTRAP_SERVERS is left as it is"
            : "needs KAFKA_HOME, to start a Kafka with certificates: run deploy/test with it"
    }

    /// Prometheus' own checker of metrics, if it is there. `deploy/test` takes it out of Debian's package, which is not
    /// installed: it would start a server.
    public static var promtool: String? {
        [value("KEEPSIGHT_PROMTOOL"), "/usr/bin/promtool", "/usr/local/bin/promtool"].compactMap { $0 }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
    /// Whether the test that asks it runs.
    public static var hasPromtool: Bool { isInCI || promtool != nil }

    /// How many times as long as a quiet machine needs a test waits for what must come, before it fails. A machine that is
    /// busy with others may be slow for minutes, and services under a sanitizer always are.
    public static let patience = value("KEEPSIGHT_TEST_PATIENCE").flatMap(Double.init) ?? 5

    /// A time limit of so many minutes on a quiet machine.
    public static func minutes(_ minutes: Int) -> TimeLimitTrait.Duration {
        .minutes(minutes * Int(patience.rounded(.up)))
    }

    /// Whether tests that speak to a mail server run.
    public static var hasReceivers: Bool {
        isInCI || FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/aiosmtpd")
    }

    /// Whether tests that run samples in Python run.
    public static var hasConfluentKafka: Bool {
        isInCI || FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/confluent_kafka")
    }

    private static var isInCI: Bool { value("CI") == "true" }

    private static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Something that a test needs is not there.
public struct Missing: Error, CustomStringConvertible {
    /// What is missing.
    public let description: String

    /// Something is missing.
    public init(_ description: String) {
        self.description = description
    }
}
