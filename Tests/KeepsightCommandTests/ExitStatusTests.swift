import Foundation
import ServiceRuntime
import TestSupport
import Testing

/// The real executable: exit status and the sentence on standard error.
@Suite(.enabled(if: TestEnvironment.isComplete, "needs PostgreSQL and Kafka: run deploy/test"))
struct ExitStatusTests {
    private func keepsight(_ words: [String], _ environment: [String: String] = [:]) async throws
        -> (status: Int32, said: String)
    {
        let child = try ServiceChild("keepsight", arguments: words, environment: environment)
        #expect(await child.ended(withinSeconds: 60))
        return (child.ending.code, child.log)
    }

    @Test("A command line that does not fit is 64 and names what would")
    func usage() async throws {
        let unknown = try await keepsight(["publsh"])
        #expect(unknown.status == ExitStatus.usage.rawValue)
        #expect(unknown.said.contains("Did you mean 'publish'?"))
        #expect(try await keepsight([]).status == ExitStatus.usage.rawValue)
        #expect(try await keepsight(["publish", "--nope"]).status == ExitStatus.usage.rawValue)
    }

    @Test("Help and version are 0")
    func help() async throws {
        #expect(try await keepsight(["--help"]).status == 0)
        #expect(try await keepsight(["help", "publish"]).status == 0)
        #expect(try await keepsight(["--version"]).status == 0)
    }

    @Test("An event that would be refused is 65, with its path, and is not sent")
    func input() async throws {
        let file = NSTemporaryDirectory() + "keepsight-\(UUID().uuidString).json"
        try #"{"specversion":"1.0","id":"x"}"#.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let refused = try await keepsight(
            ["publish", file, "--as", "police"],
            [
                "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
                "KEEPSIGHT_POLICY_DIR": TestEnvironment.project + "/deploy/policy",
            ])
        #expect(refused.status == ExitStatus.data.rawValue, "\(refused.said)")
        #expect(refused.said.contains("/type: "))
    }

    @Test("A file that never ends is not read for ever: 65", arguments: ["publish", "validate", "case"])
    func endless(_ act: String) async throws {
        let words =
            switch act {
            case "publish": ["publish", "/dev/zero", "--as", "police"]
            case "validate": ["events", "validate", "/dev/zero"]
            default: ["case", "/dev/zero"]
            }
        let endless = try await keepsight(
            words,
            [
                "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
                "KEEPSIGHT_POLICY_DIR": TestEnvironment.project + "/deploy/policy",
            ])
        #expect(endless.status == ExitStatus.data.rawValue, "\(endless.said)")
        #expect(endless.said.contains("/dev/zero has more than 4194304 bytes"), "\(endless.said)")
    }

    @Test("A policy that is wrong is 78, with file and line")
    func policy() async throws {
        let folder = NSTemporaryDirectory() + "keepsight-policy-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: TestEnvironment.project + "/deploy/policy", toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "version: [\n".write(toFile: folder + "/policy.yaml", atomically: true, encoding: .utf8)
        let wrong = try await keepsight(
            ["topics", "list"], ["KEEPSIGHT_POLICY_DIR": folder, "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"])
        #expect(wrong.status == ExitStatus.configuration.rawValue, "\(wrong.said)")
        #expect(wrong.said.contains("policy.yaml"))
    }

    @Test(
        "A setting that is written wrongly is 78 and is named, whichever command was to use it",
        arguments: [
            ("KEEPSIGHT_TOPIC_PREFIX", "a b"), ("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1"),
            ("KEEPSIGHT_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:port/none"),
            ("KEEPSIGHT_DATABASE_URL", "secret"),
        ])
    func settings(_ name: String, _ value: String) async throws {
        let right = [
            "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "KEEPSIGHT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "KEEPSIGHT_POLICY_DIR": TestEnvironment.project + "/deploy/policy",
        ]
        let wrong = try await keepsight(["topics", "list"], right.merging([name: value]) { $1 })
        #expect(wrong.status == ExitStatus.configuration.rawValue, "\(wrong.said)")
        #expect(wrong.said.contains("\(name) is wrong: ") && !wrong.said.contains("secret"), "\(wrong.said)")
        var environment = right.merging(["KEEPSIGHT_HTTP_ADDRESS": "127.0.0.1:0"]) { $1 }
        environment[name] = value
        let service = try ServiceChild("notifier", environment: environment)
        #expect(await service.ended(withinSeconds: 20))
        #expect(service.ending.code == ExitStatus.configuration.rawValue, "\(service.log)")
        #expect(service.log.contains("\(name) is wrong: ") && !service.log.contains("secret"), "\(service.log)")
    }

    @Test("A database that is not there is 69 and says which setting names it")
    func unavailable() async throws {
        let result = try await keepsight(
            ["migrate"],
            [
                "KEEPSIGHT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
                "KEEPSIGHT_MIGRATIONS_DIR": TestEnvironment.project + "/deploy/migrations",
            ])
        #expect(result.status == ExitStatus.unavailable.rawValue, "\(result.said)")
        #expect(result.said.contains("is the address right? KEEPSIGHT_DATABASE_URL names"), "\(result.said)")
        let server = try #require(TestEnvironment.databaseURL)
        let refused = try await keepsight(
            ["migrate"],
            [
                "KEEPSIGHT_DATABASE_URL": server.replacing(/\/[^\/]*$/, with: "/none_such"),
                "KEEPSIGHT_MIGRATIONS_DIR": TestEnvironment.project + "/deploy/migrations",
            ])
        #expect(refused.status == ExitStatus.unavailable.rawValue, "\(refused.said)")
        #expect(refused.said.contains("in the connection URL. KEEPSIGHT_DATABASE_URL names"), "\(refused.said)")
    }
}
