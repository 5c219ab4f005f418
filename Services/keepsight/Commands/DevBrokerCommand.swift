import CommandRuntime
import Contracts
import Glibc
import KafkaClient
import Policy
import ServiceRegistry
import ServiceRuntime

/// A broker to try things out.
enum DevBrokerCommand {
    static let command = Command(
        "dev-broker", "Run a broker in memory, to try things out. It keeps nothing.",
        options: [
            Command.Option("env-file", "PATH", "Write 'export KAFKA_BOOTSTRAP_SERVERS=…' here when it is ready.")
        ],
        values: ["env-file": .files]
    ) { invocation in
        Output.note("This broker is for trying things out: it lives in memory, on one machine, and keeps nothing.")
        let deployment = Deployment(environment: invocation.environment)
        let broker = try DevBroker()
        let agencies = try deployment.policy().agencies.codes
        for topic in deployment.topics.all(agencies: agencies, services: ServiceRegistry.names) {
            try broker.createTopic(topic.name, partitions: topic.partitions)
        }
        let line = "export KAFKA_BOOTSTRAP_SERVERS=\(broker.bootstrapServers)"
        Output.line("\(line)")
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
