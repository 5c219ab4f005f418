import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ServiceRuntime

struct ServiceRuntimeTests {
    @Test("Settings: every problem at once, each with its name")
    func settings() {
        do throws(SettingsError) {
            _ = try ServiceSettings.read(
                service: "x", defaultPort: 1,
                environment: [
                    "KEEPSIGHT_HTTP_ADDRESS": "nowhere", "KEEPSIGHT_BATCH_MESSAGES": "0", "KEEPSIGHT_LOG_LEVEL": "loud",
                    "KEEPSIGHT_TOPIC_PREFIX": "a b", "KEEPSIGHT_FAILPOINTS": "relay.afterLunch=kill",
                ])
            Issue.record("accepted")
        } catch {
            for name in [
                "KAFKA_BOOTSTRAP_SERVERS", "KEEPSIGHT_DATABASE_URL", "KEEPSIGHT_HTTP_ADDRESS",
                "KEEPSIGHT_BATCH_MESSAGES",
                "KEEPSIGHT_LOG_LEVEL", "KEEPSIGHT_TOPIC_PREFIX", "KEEPSIGHT_FAILPOINTS",
            ] { #expect(error.problems.contains { $0.hasPrefix(name) }, "\(name)") }
        }
    }

    @Test(
        "A setting that is written wrongly is refused by its name",
        arguments: [
            ("KEEPSIGHT_TOPIC_PREFIX", ["a b", "a/b", "é", String(repeating: "x", count: 101)], ["p1.", "a_b-"]),
            ("KEEPSIGHT_REPLICA", ["a b", "a\n"], ["one"]),
            (
                "KAFKA_BOOTSTRAP_SERVERS",
                [
                    "kafka", "kafka:", ":9092", "a b:1", "a:1, b:2", "a:1,,b:2", "a:1,", "a:0", "a:65536", "a:+1",
                    "a:9092/x",
                ],
                ["a:1", "127.0.0.1:1,b.example:65535", "[::1]:9092"]
            ),
            (
                "KEEPSIGHT_HTTP_ADDRESS",
                ["nowhere", "localhost:1", "1.2.3:1", "1.2.3.4", "1.2.3.4:x", "::1:80", "1.2.3.4: 1"],
                ["0.0.0.0:1", "127.0.0.1:0"]
            ),
        ])
    func syntax(_ name: String, _ wrong: [String], _ right: [String]) {
        for value in wrong {
            let problems = SettingSyntax.problems(in: [name: value])
            #expect(problems.count == 1 && problems.first?.hasPrefix("\(name) is wrong: ") == true, "'\(value)'")
        }
        for value in right + [""] { #expect(SettingSyntax.problems(in: [name: value]) == [], "'\(value)'") }
    }

    @Test("A log line is one JSON object with what it was given")
    func log() throws {
        let lines = Mutex<[String]>([])
        let log = Log(service: "x", format: .json, level: .info) { line in lines.withLock { $0.append(line) } }
        log.info("it-happened", "It \"happened\".\n", .id("household", "abc"), .count("rows", 3))
        log.debug("not-shown", "Below the level.")
        let line = try #require(lines.withLock { $0 }.first)
        #expect(lines.withLock { $0.count } == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["event"] as? String == "it-happened")
        #expect(object["rows"] as? Int == 3)
        #expect(object["message"] as? String == "It \"happened\".\n")
    }

    @Test("Health over HTTP: not ready with reasons, then ready; metrics; unknown pages; a taken port is a sentence")
    func http() async throws {
        let health = HealthState()
        let metrics = Metrics()
        metrics.counter("things", labels: [("kind", "a")], help: "Things.").increment(by: 2)
        let server = try HTTPServer(
            address: "127.0.0.1", port: 0, HTTPServer.operations(health: health, metrics: metrics))
        func get(_ path: String) async throws -> (Int, String) {
            let script =
                "exec 3<>/dev/tcp/127.0.0.1/\(server.port); printf 'GET \(path) HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
            let child = try ServiceChild(executable: "/bin/bash", arguments: ["-c", script], environment: [:])
            #expect(await child.ended(withinSeconds: 30))
            let text = child.log
            let parts = text.components(separatedBy: "\r\n\r\n")
            return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0, parts.dropFirst().joined())
        }
        let (before, body) = try await get("/readyz")
        #expect(before == 503)
        #expect(try JSONSerialization.jsonObject(with: Data(body.utf8)) is [String: Any])
        for component in HealthState.Component.common { health.report(component, .ok) }
        #expect(try await get("/readyz").0 == 200)
        #expect(try await get("/metrics").1.contains("keepsight_things_total{kind=\"a\"} 2"))
        #expect(try await get("/other").0 == 404)
        #expect(throws: HTTPServerError.self) {
            try HTTPServer(
                address: "127.0.0.1", port: server.port, HTTPServer.operations(health: health, metrics: metrics))
        }
    }

    @Test("Failpoints act at their hit and nowhere else")
    func failpoints() async throws {
        let points = try Failpoints(parsing: "relay.afterProduce=error@2")
        try await points.reach(.relayAfterProduce)
        try await points.reach(.batchBeforeCommit)
        await #expect(throws: FailpointError.reached("relay.afterProduce")) {
            try await points.reach(.relayAfterProduce)
        }
        try await points.reach(.relayAfterProduce)
        let range = try Failpoints(parsing: "database.connect=error@2-3")
        var failures = 0
        for _ in 1...5 {
            do { try await range.reach(.databaseConnect) } catch { failures += 1 }
        }
        #expect(failures == 2)
        for wrong in ["explode", "error@0", "error@3-2", "error@1-", "error@1-2-3", "error@x"] {
            #expect(throws: FailpointError.self) { try Failpoints(parsing: "relay.afterProduce=" + wrong) }
        }
    }
}
