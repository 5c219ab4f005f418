import Contracts
import Glibc
import KafkaClient
import Messaging
import Policy
import PostgresClient
import ServiceRuntime

/// Commands that prepare a deployment: tables, and a broker to try things out.
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
}
