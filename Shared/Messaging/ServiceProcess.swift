import Contracts
import Glibc
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRuntime

/// The process of a service: settings, health over HTTP, the engine, and a stop that finishes what is under way.
public struct ServiceProcess<Procedure: BatchProcedure>: Sendable {
    /// A loop of a service's own, beside the engine's: it runs until its task is cancelled, and waits outages out.
    public typealias Loop = @Sendable (Context) async -> Void

    /// What a loop of a service's own may use.
    public struct Context: Sendable {
        /// The service's own schema.
        public let postgres: PostgresConfiguration
        /// The brokers.
        public let kafka: KafkaConfiguration
        /// The log.
        public let log: Log
        /// Where parts say how they are.
        public let health: HealthState
        /// Where parts count.
        public let metrics: Metrics
        /// For tests of crashes.
        public let failpoints: Failpoints
    }

    /// What a service is made of, once its settings are known.
    public struct Components: Sendable {
        let procedure: Procedure
        let agencies: [AgencyCode]
        let policyVersion: String
        let retention: RetentionRules
        let calendar: CalendarWatch
        let projection: ClockProjection?
        let onDelivery: Relay.DeliveryRecord
        let loops: [Loop]

        /// The procedure, the agencies of the partnership, the version of the policy that it goes by, how
        /// long its records are kept, how far its list of holidays goes, how its clocks would be set today, and loops of the
        /// service's own.
        public init(
            procedure: Procedure, agencies: [AgencyCode], policyVersion: String, retention: RetentionRules,
            calendar: CalendarWatch, projection: ClockProjection? = nil,
            onDelivery: @escaping Relay.DeliveryRecord = { _ in [] }, loops: [Loop] = []
        ) {
            self.loops = loops
            self.procedure = procedure
            self.agencies = agencies
            self.policyVersion = policyVersion
            self.retention = retention
            self.calendar = calendar
            self.projection = projection
            self.onDelivery = onDelivery
        }
    }

    private let spec: ServiceSpec
    private let settingsHelp: String
    private let prepare: @Sendable (ServiceSettings) throws -> Components

    /// A service by what it declares of itself; `prepare` reads the policy and throws what is wrong with it. `settingsHelp` are
    /// lines about settings that it has beside the common ones.
    public init(
        _ spec: ServiceSpec, settingsHelp: String = "",
        prepare: @escaping @Sendable (ServiceSettings) throws -> Components
    ) {
        self.spec = spec
        self.settingsHelp = settingsHelp
        self.prepare = prepare
    }

    /// Runs until it is stopped; never returns.
    public func main(arguments: [String], environment: [String: String]) async -> Never {
        ProcessExit.leaveThreadsTheirOwn()
        var environment = environment
        switch arguments.dropFirst().first {
        case nil: break
        case "--log-format" where arguments.count == 3: environment["KEEPSIGHT_LOG_FORMAT"] = arguments[2]
        case "--help", "-h":
            print(
                ServiceSettings.help(
                    service: spec.name, defaultPort: Int(spec.defaultPort), purpose: spec.purpose,
                    security: KafkaSecurity.help + (settingsHelp.isEmpty ? "" : "\n" + settingsHelp)))
            exit(ExitStatus.ok.rawValue)
        case "--version":
            print("\(spec.name) \(Version.text)")
            exit(ExitStatus.ok.rawValue)
        case let other?:
            fail(.usage, "There is no flag '\(other)'. Settings come from the environment: see '\(spec.name) --help'.")
        }
        do {
            let settings = try ServiceSettings.read(
                service: spec.name, defaultPort: spec.defaultPort, environment: environment)
            if let problem = PostgresConfiguration.problem(in: environment) { throw SettingsError(problems: [problem]) }
            let kafka = KafkaConfiguration(
                bootstrapServers: settings.kafkaBootstrapServers, clientIdentifier: spec.name,
                security: try KafkaSecurity.read(environment: environment))
            try await run(
                settings, kafka, try prepare(settings), CertificateWatch(environment: environment))
            exit(ExitStatus.ok.rawValue)
        } catch let error as SettingsError {
            fail(.configuration, error.description)
        } catch let error as KafkaSecurityError {
            fail(.configuration, error.description)
        } catch let error as HTTPServerError {
            fail(.unavailable, error.description)
        } catch let error as PostgresError {
            fail(.unavailable, error.description)
        } catch let error as KafkaError {
            fail(error.exitStatus, error.descriptionWithAdvice)
        } catch let error as EngineError {
            fail(.configuration, error.description)
        } catch {
            fail(.configuration, "\(error)")
        }
    }

    private func run(
        _ settings: ServiceSettings, _ kafka: KafkaConfiguration, _ parts: Components, _ certificates: CertificateWatch
    ) async throws {
        Allocator.keepLargeBlocks()
        let log = Log(service: spec.name, format: settings.logFormat, level: settings.logLevel)
        // A consumer without a broker waits in silence. Whoever starts a service hears at once why it cannot work; an
        // outage later on is waited out.
        _ = try await KafkaAdmin(kafka).clusterIdentifier()
        let health = HealthState()
        let metrics = Metrics()
        metrics.gauge(
            "build_info", labels: [("version", Version.text), ("policy", parts.policyVersion)],
            help: "Always 1: which build this is, and which version of the policy it goes by."
        ).set(1)
        let server = try HTTPServer(
            address: settings.httpAddress, port: settings.httpPort,
            HTTPServer.operations(health: health, metrics: metrics))
        let topics = Topics(prefix: settings.topicPrefix)
        let inputs = spec.inputs(topics, agencies: parts.agencies).map(\.name)
        // Also what loops of the service's own wait for is watched.
        var postgres = PostgresConfiguration.service(spec.name, url: settings.databaseURL)
        postgres.exchanges = ExchangeWatch()
        let engine = try Engine(
            EngineSettings(
                service: spec, replica: settings.replica,
                kafka: kafka,
                postgres: postgres,
                topicPrefix: settings.topicPrefix, topics: inputs,
                writtenTopics: spec.watched(topics, agencies: parts.agencies).map(\.name),
                batchMessages: settings.batchMessages,
                inboxDays: settings.inboxDays, retention: parts.retention,
                guards: try settings.guards),
            procedure: parts.procedure, log: log, health: health, failpoints: settings.failpoints,
            metrics: EngineMetrics(metrics), projection: parts.projection, onDelivery: parts.onDelivery)
        log.info("started", "Started; health is at port \(server.port).", .count("port", Int(server.port)))
        settings.testSwitches.announce(to: log, health)
        if !kafka.security.isEncrypted {
            log.warning("plaintext", "Kafka is spoken to in plain text, which is for one machine only.")
        }
        let context = Context(
            postgres: postgres, kafka: kafka, log: log, health: health, metrics: metrics,
            failpoints: settings.failpoints)
        let own = parts.loops.map { loop -> @Sendable () async throws -> Void in { await loop(context) } }
        try await Lifecycle.run(
            log, first: { try await engine.consume() },
            rest: [
                { await engine.carryOutbox() }, { await engine.fireDeadlines() }, { await engine.keepHouse() },
                { await engine.watch() }, { await engine.watchWritten() },
                { await certificates.run(log, health, metrics) },
                { await parts.calendar.run(log, health, metrics) },
            ] + own, drain: { await engine.finishOutbox() })
        await engine.close()
    }

    private func fail(_ status: ExitStatus, _ message: String) -> Never {
        _ = Array((message + "\n").utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        exit(status.rawValue)
    }
}

/// Which version of Keepsight this is.
public enum Version {
    /// Major, minor and patch.
    public static let text = "0.1.0"
}
