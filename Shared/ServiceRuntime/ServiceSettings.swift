/// What every service reads from its environment. Each problem is named with its setting and what to do.
public struct ServiceSettings: Sendable {
    /// `referral-intake`, …
    public let service: String
    /// `KAFKA_BOOTSTRAP_SERVERS`: host:port, several separated by commas. Required.
    public let kafkaBootstrapServers: String
    /// `KEEPSIGHT_DATABASE_URL`: postgresql://… Required. Never printed.
    public let databaseURL: String
    /// `KEEPSIGHT_TOPIC_PREFIX`: stands before every topic and group. Default: nothing.
    public let topicPrefix: String
    /// `KEEPSIGHT_POLICY_DIR`. Default: deploy/policy.
    public let policyDirectory: String
    /// `KEEPSIGHT_HTTP_ADDRESS`: IPv4 address and port of health and metrics. Default: 127.0.0.1 and the service's port.
    public let httpAddress: String
    /// The port of `KEEPSIGHT_HTTP_ADDRESS`; 0 takes a free one.
    public let httpPort: UInt16
    /// `KEEPSIGHT_LOG_FORMAT`: json or text. Default: json.
    public let logFormat: LogFormat
    /// `KEEPSIGHT_LOG_LEVEL`: debug, info, warning or error. Default: info.
    public let logLevel: LogLevel
    /// `KEEPSIGHT_REPLICA`: which replica this is. A restart under the same name moves no partitions, and two at a time under
    /// one name put each other out; without a name every process is another replica. Default: none.
    public let replica: String?
    /// `KEEPSIGHT_BATCH_MESSAGES`: messages in one transaction at the most, 1 to 5000. Default: 500.
    public let batchMessages: Int
    /// `KEEPSIGHT_INBOX_DAYS`: how long an event is recognised when it comes again, `inboxDays` of them. Default: 35.
    public let inboxDays: Int
    /// Within which `KEEPSIGHT_INBOX_DAYS` must be: an inbox forgets nothing that a topic may still hold. The least is beyond
    /// the longest that a record can stay on a topic (`Topics.Topic.longestDays`; a test holds the two against each other).
    public static let inboxDays = 33...3650
    /// `KEEPSIGHT_FAILPOINTS`: for tests of crashes.
    public let failpoints: Failpoints
    /// `KEEPSIGHT_WITHOUT_GUARDS`: guards to switch off, for tests that must then fail.
    public let withoutGuards: [String]
    /// Which of the settings that only tests may use are set.
    public let testSwitches: TestSwitches

    /// The help text of a service.
    ///
    /// `security` are the lines about the connection to Kafka, which whoever makes that connection knows.
    public static func help(service: String, defaultPort: Int, purpose: String, security: String) -> String {
        """
        \(service): \(purpose)

        Usage: \(service) [--help] [--version] [--log-format json|text]

        Reads its settings from the environment:
          KAFKA_BOOTSTRAP_SERVERS   host:port, several separated by commas (required)
        \(security)
          KEEPSIGHT_DATABASE_URL    postgresql://user:password@host:port/database (required)
          KEEPSIGHT_TOPIC_PREFIX    stands before every topic and group name (default: nothing)
          KEEPSIGHT_POLICY_DIR      the partnership's policy (default: deploy/policy)
          KEEPSIGHT_HTTP_ADDRESS    health and metrics (default: 127.0.0.1:\(defaultPort); port 0 takes a free one)
          KEEPSIGHT_LOG_FORMAT      json or text (default: json)
          KEEPSIGHT_LOG_LEVEL       debug, info, warning or error (default: info)
          KEEPSIGHT_REPLICA         this replica's name in the consumer group: a restart under it moves nothing, and no
                                    two may have the same (default: none, and each process is another replica)
          KEEPSIGHT_BATCH_MESSAGES  messages in one transaction, 1 to 5000 (default: 500)
          KEEPSIGHT_INBOX_DAYS      days for which an event that comes again is recognised, \(inboxDays.lowerBound) to \(inboxDays.upperBound)
                                    (default: 35)

        Exit status: 0 stopped, 64 wrong flag, 69 unavailable, 70 internal fault, 78 wrong setting or policy.
        """
    }

    /// Reads the settings of one service.
    public static func read(service: String, defaultPort: UInt16, environment: [String: String])
        throws(SettingsError) -> ServiceSettings
    {
        var reading = SettingsReading(environment: environment)
        let kafka = reading.required("KAFKA_BOOTSTRAP_SERVERS", hint: "host:port of the brokers")
        let database = reading.required("KEEPSIGHT_DATABASE_URL", hint: "postgresql://user:password@host:port/database")
        let prefix = reading.optional("KEEPSIGHT_TOPIC_PREFIX", default: "")
        let address = reading.optional("KEEPSIGHT_HTTP_ADDRESS", default: "127.0.0.1:\(defaultPort)")
        let parts = address.split(separator: ":", maxSplits: 1)
        let port = parts.count == 2 ? UInt16(parts[1]) : nil
        let format = reading.word("KEEPSIGHT_LOG_FORMAT", default: LogFormat.json)
        let level = reading.word("KEEPSIGHT_LOG_LEVEL", default: LogLevel.info)
        let batch = Int(reading.optional("KEEPSIGHT_BATCH_MESSAGES", default: "500")) ?? 0
        if !(1...5000).contains(batch) { reading.refuse("KEEPSIGHT_BATCH_MESSAGES", "give a number from 1 to 5000") }
        let days = Int(reading.optional("KEEPSIGHT_INBOX_DAYS", default: "35")) ?? 0
        if !inboxDays.contains(days) {
            reading.refuse(
                "KEEPSIGHT_INBOX_DAYS",
                "give a number from \(inboxDays.lowerBound) to \(inboxDays.upperBound); topics may keep events for "
                    + "\(inboxDays.lowerBound - 1) days")
        }
        let replica = reading.optional("KEEPSIGHT_REPLICA", default: "")
        reading.problems += SettingSyntax.problems(in: environment)
        let points = reading.failpoints("KEEPSIGHT_FAILPOINTS")
        let switches = TestSwitches(in: environment)
        if !switches.hasConsent { reading.problems.append(switches.refusal) }
        guard reading.problems.isEmpty else { throw SettingsError(problems: reading.problems) }
        return ServiceSettings(
            service: service, kafkaBootstrapServers: kafka, databaseURL: database, topicPrefix: prefix,
            policyDirectory: reading.optional("KEEPSIGHT_POLICY_DIR", default: "deploy/policy"),
            httpAddress: String(parts.first ?? ""), httpPort: port ?? 0, logFormat: format, logLevel: level,
            replica: replica.isEmpty ? nil : replica, batchMessages: batch, inboxDays: days,
            failpoints: points,
            withoutGuards: reading.optional("KEEPSIGHT_WITHOUT_GUARDS", default: "").split(separator: ",").map(
                String.init), testSwitches: switches)
    }
}

/// Settings that are missing or wrong, all of them.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
    /// A sentence for each.
    public let problems: [String]

    /// What is wrong, a sentence for each setting.
    public init(problems: [String]) {
        self.problems = problems
    }

    /// The sentences, one a line.
    public var description: String { problems.joined(separator: "\n") }
}

private struct SettingsReading {
    let environment: [String: String]
    var problems: [String] = []

    init(environment: [String: String]) {
        self.environment = environment
    }

    mutating func required(_ name: String, hint: String) -> String {
        if let value = environment[name], !value.isEmpty { return value }
        problems.append("\(name) is not set: give \(hint). 'deploy/run' writes it to .run/env.")
        return ""
    }

    func optional(_ name: String, default standard: String) -> String {
        environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? standard
    }

    mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String, default standard: Word) -> Word
    where Word.RawValue == String {
        guard let text = environment[name], !text.isEmpty else { return standard }
        guard let word = Word(rawValue: text) else {
            refuse(name, "use one of: " + Word.allCases.map(\.rawValue).joined(separator: ", "))
            return standard
        }
        return word
    }

    mutating func failpoints(_ name: String) -> Failpoints {
        do throws(FailpointError) {
            return try Failpoints(parsing: environment[name] ?? "")
        } catch {
            refuse(name, error.description)
            return .none
        }
    }

    mutating func refuse(_ name: String, _ advice: String) { problems.append(SettingSyntax.sentence(name, advice)) }
}
