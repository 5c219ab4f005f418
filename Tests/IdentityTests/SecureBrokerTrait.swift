import Foundation
import TestSupport
import Testing

/// Starts one Kafka with certificates for a suite, with the topics and rules of the sample policy, and ends it after the
/// suite. Everything is made by the command line.
struct SecureBrokerTrait: SuiteTrait, TestScoping {
    @TaskLocal static var broker: SecureBroker?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "keepsight-certificates-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await Keepsight.mustRun(["certificates", "--to", folder])
        let broker = try await SecureBroker.start(certificates: folder)
        do {
            try await Keepsight.mustRun(["topics", "apply"], as: "administrator", on: broker)
            try await SecureBrokerTrait.$broker.withValue(broker) { try await function() }
        } catch {
            await broker.stop()
            throw error
        }
        await broker.stop()
    }
}

extension Trait where Self == SecureBrokerTrait {
    /// One Kafka with certificates for the suite.
    static var secureBroker: SecureBrokerTrait { SecureBrokerTrait() }
}

extension SecureBroker {
    /// The suite's.
    static func ofSuite() throws -> SecureBroker {
        guard let broker = SecureBrokerTrait.broker else { throw Missing("The suite has no .secureBroker.") }
        return broker
    }

    /// The environment of somebody who has this certificate.
    func environment(of commonName: String) -> [String: String] {
        [
            "KAFKA_BOOTSTRAP_SERVERS": bootstrapServers, "KAFKA_SECURITY_PROTOCOL": "ssl",
            "KAFKA_SSL_CA_LOCATION": certificates + "/authority.pem",
            "KAFKA_SSL_CERTIFICATE_LOCATION": certificates + "/\(commonName).pem",
            "KAFKA_SSL_KEY_LOCATION": certificates + "/\(commonName).key",
        ]
    }
}

/// The command line as a process of its own.
enum Keepsight {
    static let policy = TestEnvironment.project + "/deploy/policy"

    /// Runs a command; its exit status and everything that it said.
    static func run(
        _ words: [String], as commonName: String? = nil, on broker: SecureBroker? = nil,
        _ special: [String: String] = [:], seconds: Double = 60
    ) async throws -> (status: Int32, said: String) {
        var environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "KEEPSIGHT_POLICY_DIR": policy]
        if let broker, let commonName { environment.merge(broker.environment(of: commonName)) { $1 } }
        environment.merge(special) { $1 }
        let child = try ServiceChild("keepsight", arguments: words, environment: environment)
        #expect(await child.ended(withinSeconds: seconds))
        return (child.ending.code, child.log)
    }

    static func mustRun(_ words: [String], as commonName: String? = nil, on broker: SecureBroker? = nil) async throws {
        let (status, said) = try await run(words, as: commonName, on: broker)
        guard status == 0 else {
            throw Missing("keepsight \(words.joined(separator: " ")) ended with \(status): \(said)")
        }
    }
}
