import Contracts
import Glibc
import KafkaClient
import Messaging
import Policy
import PostgresClient
import ServiceRuntime

/// Commands that prepare a deployment: tables, topics, a broker to try things out.
enum OperationsCommands {
    static let migrate = Command(
        "migrate", "Bring the database to the shape that the services need. Safe to repeat.",
        options: [
            Command.Option("dir", "DIR", "The migrations (default: KEEPSIGHT_MIGRATIONS_DIR or deploy/migrations).")
        ]
    ) { invocation in
        let directory =
            invocation.value("dir") ?? invocation.environment["KEEPSIGHT_MIGRATIONS_DIR"] ?? "deploy/migrations"
        let connection = try await PostgresConnection.connect(
            try Deployment(environment: invocation.environment).postgres())
        do {
            let applied = try await Migrator(directory: directory).run(on: connection) { step in
                Output.note("applying \(step.name) to \(step.schema)")
            }
            await connection.close()
            Output.line(applied.isEmpty ? "The database is up to date." : "Applied \(applied.count) migrations.")
            return .ok
        } catch let error as MigrationError {
            await connection.close()
            throw CommandFailure(.configuration, error.description)
        }
    }

    static let topics = Command(
        "topics", "Make the topics that the policy asks for and the broker has not. Safe to repeat.",
        arguments: [("ACTION", "apply, or list to see what would be made.", true)],
        options: [
            Command.Option("replication", "N", "On how many brokers each partition stands (default: the broker's).")
        ]
    ) { invocation in
        let deployment = Deployment(environment: invocation.environment)
        let wanted = deployment.topics.all(agencies: try deployment.policy().agencies.codes)
        switch invocation.positional[0] {
        case "list":
            for topic in wanted { Output.line(topic.name) }
        case "apply":
            let replication = try invocation.number("replication", default: -1, in: -1...10)
            let made = try await apply(wanted, on: try deployment.kafka(), replication: Int32(replication))
            Output.line(made == 0 ? "All \(wanted.count) topics are there." : "Made \(made) of \(wanted.count) topics.")
        default: throw UsageError("Say 'topics apply' or 'topics list'.")
        }
        return .ok
    }

    static let devBroker = Command(
        "dev-broker", "Run a broker in memory, to try things out. It keeps nothing.",
        options: [Command.Option("env-file", "PATH", "Write 'export KAFKA_BOOTSTRAP_SERVERS=…' here when it is ready.")]
    ) { invocation in
        Output.note("This broker is for trying things out: it lives in memory, on one machine, and keeps nothing.")
        let deployment = Deployment(environment: invocation.environment)
        let broker = try DevBroker()
        for topic in deployment.topics.all(agencies: try deployment.policy().agencies.codes) {
            try broker.createTopic(topic.name, partitions: topic.partitions)
        }
        let line = "export KAFKA_BOOTSTRAP_SERVERS=\(broker.bootstrapServers)"
        Output.line(line)
        if let path = invocation.value("env-file") {
            guard let file = fopen(path + ".new", "w") else {
                throw CommandFailure(.failed, "Cannot write \(path).")
            }
            fputs(line + "\n", file)
            fclose(file)
            // In one step, so that whoever waits for the file never reads half of it.
            rename(path + ".new", path)
        }
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    private static func apply(_ wanted: [Topics.Topic], on kafka: KafkaConfiguration, replication: Int32)
        async throws -> Int
    {
        let admin = try KafkaAdmin(kafka)
        let there = try await admin.topics()
        let missing = wanted.filter { there[$0.name] == nil }
        guard !missing.isEmpty else { return 0 }
        return try await admin.create(
            missing.map { topic in
                TopicSpecification(
                    name: topic.name, partitions: Int32(topic.partitions), replicationFactor: replication,
                    configuration: topic.retention.settings)
            }
        ).count
    }
}

extension Topics.Topic.Retention {
    /// As Kafka's topic settings.
    var settings: [String: String] {
        switch self {
        case .days(let days): ["cleanup.policy": "delete", "retention.ms": String(days * 86_400_000)]
        case .compacted: ["cleanup.policy": "compact"]
        }
    }
}
