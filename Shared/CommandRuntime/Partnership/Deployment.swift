import Contracts
import KafkaClient
import Messaging
import Policy
import PostgresClient
import Safeguarding
import ServiceRuntime

/// The partnership that a command talks to, from the environment.
public struct Deployment: Sendable {
    /// The process's environment, or what stands for it.
    public let environment: [String: String]
    /// What the program calls itself towards servers.
    private let program: String

    /// A deployment by an environment; `program` is what servers' logs call who asks.
    public init(environment: [String: String], program: String = "keepsight") {
        self.environment = environment
        self.program = program
    }

    /// The topics' names.
    public var topics: Topics { Topics(prefix: environment["KEEPSIGHT_TOPIC_PREFIX"] ?? "") }

    /// The brokers.
    public func kafka() throws -> KafkaConfiguration {
        guard let servers = environment["KAFKA_BOOTSTRAP_SERVERS"], !servers.isEmpty else {
            throw CommandFailure(
                .configuration, "KAFKA_BOOTSTRAP_SERVERS is not set. After 'deploy/run --detach': . .run/env")
        }
        return KafkaConfiguration(
            bootstrapServers: servers, clientIdentifier: program,
            security: try KafkaSecurity.read(environment: environment))
    }

    /// The database, with a service's schema first on its path. Nobody waits at a terminal for longer than a minute for a
    /// statement, or a quarter more for a server that is frozen; `isLong` is for work that takes as long as it takes, up to an
    /// hour a statement.
    public func postgres(schema: String = "app", isLong: Bool = false) throws -> PostgresConfiguration {
        guard let url = environment["KEEPSIGHT_DATABASE_URL"], !url.isEmpty else {
            throw CommandFailure(
                .configuration, "KEEPSIGHT_DATABASE_URL is not set. After 'deploy/run --detach': . .run/env")
        }
        return PostgresConfiguration(
            url: url, applicationName: program, schemaSearchPath: schema == "app" ? ["app"] : [schema, "app"],
            statementTimeoutMilliseconds: isLong ? 3_600_000 : 60_000)
    }

    /// The partnership's policy.
    public func policy() throws -> Policy {
        try Policy.load(directory: environment["KEEPSIGHT_POLICY_DIR"] ?? "deploy/policy")
    }

    /// An agency by its code, which must be one of the partnership's.
    public func agency(_ text: String) throws -> AgencyCode {
        let codes = try policy().agencies.codes
        guard let code = AgencyCode(text), codes.contains(code) else {
            let near = nearest(text, codes.map(\.text))
            throw CommandFailure(
                .usage,
                "There is no agency '\(text)'.\(near.map { " Did you mean '\($0)'?" } ?? "")"
                    + " The agencies are: \(codes.map(\.text).joined(separator: ", ")).")
        }
        return code
    }

    /// Where each of these services answers, from `KEEPSIGHT_SERVICE_URLS`: `name=url,name=url`; one that is not named there, on
    /// this machine at its own port. None is left out: what is not looked at would seem to be well.
    ///
    /// - Throws: what of the setting names no service, or is no address.
    public func serviceURLs(of services: [ServiceSpec]) throws(CommandFailure) -> [(name: String, url: String)] {
        var urls: [String: String] = [:]
        for entry in (environment["KEEPSIGHT_SERVICE_URLS"] ?? "").split(separator: ",") {
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, services.contains(where: { $0.name == parts[0] }),
                ["http://", "https://"].contains(where: parts[1].hasPrefix)
            else {
                throw CommandFailure(
                    .configuration,
                    "KEEPSIGHT_SERVICE_URLS has '\(String(entry))', which is not name=http://host:port. The services are: "
                        + "\(services.map(\.name).joined(separator: ", ")).")
            }
            urls[parts[0]] = parts[1]
        }
        return services.map { ($0.name, urls[$0.name] ?? "http://127.0.0.1:\($0.defaultPort)") }
    }
}
