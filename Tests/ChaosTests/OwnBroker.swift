import Foundation
import TestSupport

/// A Kafka of one test's own, which it may kill and spoil: started and stopped by the scripts in `deploy`.
struct OwnBroker {
    let folder: String
    /// Where it listens.
    let servers: String

    /// Runs a test with a broker of its own, or several, which end with it.
    static func with(brokers: Int = 1, _ body: (OwnBroker) async throws -> Void) async throws {
        try await ConcurrencyLimit.ownBrokers.with { try await run(brokers, body) }
    }

    private static func run(_ brokers: Int, _ body: (OwnBroker) async throws -> Void) async throws {
        let folder = TestEnvironment.project + "/.run/spoilt-" + UUID().uuidString.prefix(8).lowercased()
        do {
            try await script("run", ["--detach", "--no-services", "--brokers", "\(brokers)"], folder, seconds: 180)
            guard
                let line = try String(contentsOfFile: folder + "/env", encoding: .utf8).split(separator: "\n").first(
                    where: { $0.contains("KAFKA_BOOTSTRAP_SERVERS=") }),
                let servers = line.split(separator: "=").last
            else { throw Missing("deploy/run has not said where the broker is") }
            // As bash quotes what it writes for itself.
            let text = servers.replacing("\\", with: "").trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
            try await body(OwnBroker(folder: folder, servers: text))
        } catch {
            try? await end(folder)
            throw error
        }
        try await end(folder)
    }

    /// `deploy/fault` with these words.
    func fault(_ words: String...) async throws {
        try await OwnBroker.script("fault", words, folder, seconds: 120)
    }

    private static func end(_ folder: String) async throws {
        try await script("stop", [], folder, seconds: 120)
        try FileManager.default.removeItem(atPath: folder)
    }

    private static func script(_ name: String, _ arguments: [String], _ folder: String, seconds: Double) async throws {
        var environment = ProcessInfo.processInfo.environment
        for name in ["KEEPSIGHT_DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"] { environment[name] = nil }
        environment["KEEPSIGHT_RUN_DIR"] = folder
        let child = try ServiceChild(
            executable: TestEnvironment.project + "/deploy/" + name, arguments: arguments, environment: environment,
            workingDirectory: TestEnvironment.project)
        guard await child.ended(withinSeconds: seconds), child.ending.code == 0 else {
            throw Missing("deploy/\(name) failed:\n\(child.log)")
        }
    }
}
