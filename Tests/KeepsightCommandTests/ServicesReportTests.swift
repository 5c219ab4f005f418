import CommandRuntime
import Contracts
import Foundation
import Glibc
import JSON
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import KeepsightCommand

struct ServicesReportTests {
    private static let page = Array(
        #"""
        {"ready":false,"components":{"kafka":{"status":"degraded","reason":"Kafka cannot be read: look at the broker."},
        "database":{"status":"ok","reason":""},"certificate":{"status":"attention","reason":"It ends in 3 days."}}}
        """#.utf8)

    @Test("trial F1: every part of a service is shown, and what to do where it does not work; who is silent is named")
    func report() throws {
        let report = ServicesReport(lines: [
            .init(service: "notifier", at: "http://a", .given((503, Self.page)), lag: .messages(12)),
            .init(
                service: "mash-screener", at: "http://b", .given((0, [])),
                lag: .unknown(because: "Kafka has not answered within 4 s.")),
            .init(service: "referral-intake", at: "http://c", .late, lag: .messages(0)),
            .init(asked: "kafka", Answer<String>.late, setting: "KAFKA_BOOTSTRAP_SERVERS", seconds: 4),
            .init(
                asked: "database", Answer<Bool>.failed("Refused."), setting: "KEEPSIGHT_DATABASE_URL", seconds: 4),
        ])
        #expect(!report.isReady)
        let text = report.text.string
        for part in [
            "degraded", "look at the broker", "It ends in 3 days", "Nobody answers at http://b",
            "Nobody answers at http://c", "KAFKA_BOOTSTRAP_SERVERS", "within 4 s", "KEEPSIGHT_DATABASE_URL", "Refused.",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        let notifier = try #require(text.split(separator: "\n").first { $0.hasPrefix("notifier") })
        #expect(notifier.contains("NOT READY") && notifier.contains("12") && notifier.contains("database"))
        var writer = JSONWriter()
        try #require(report.lines.first).write(to: &writer)
        let line = try JSONDocument(parsing: writer.bytes).root
        #expect(line["components"]?.elements.map { $0["name"]?.string } == ["kafka", "database", "certificate"])
        #expect(line["lagMessages"]?.int64 == 12)
    }

    @Test(
        "trial F1: a database that answers and takes no writes, or has no connection left, is not ready, and what to do is said"
    )
    func unusableDatabase() {
        func line(_ state: DatabaseState) -> ServicesReport.Line { .init(database: .given(state), seconds: 4) }
        #expect(line(DatabaseState()).isReady && line(DatabaseState()).problem.isEmpty)
        #expect(line(DatabaseState(connections: 96, maximumConnections: 97)).isReady)
        for (state, words) in [
            (DatabaseState(isStandby: true, isReadOnly: true), "promote it"),
            (DatabaseState(isReadOnly: true), "default_transaction_read_only"),
            (DatabaseState(connections: 97, maximumConnections: 97), "All of its 97 connections are in use"),
        ] {
            #expect(!line(state).isReady && line(state).problem.contains(words), "\(state)")
            #expect(!ServicesReport(lines: [line(state)]).isReady)
        }
        #expect(!ServicesReport.Line(database: .late, seconds: 4).isReady)
    }

    @Test(
        "trial F1: a database that was made read-only is said by 'keepsight services'",
        .enabled(if: TestEnvironment.hasDatabase, "needs PostgreSQL: run deploy/test"))
    func readOnlyDatabase() async throws {
        let database = try await TestDatabase.make()
        let postgres = PostgresConfiguration(url: database.url)
        #expect(try await DatabaseState.read(postgres).problem == nil)
        try await database.run(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$"
        )
        let state = try await DatabaseState.read(postgres)
        #expect(
            state.isReadOnly && !state.isStandby && state.connections > 0
                && state.connections < state.maximumConnections)
        #expect(state.problem?.contains("default_transaction_read_only") == true)
    }

    @Test("How far behind a service is while Kafka says nothing is unknown, with a reason, and not 0")
    func unknownLag() throws {
        for (answer, why) in [
            (Answer<Int>.late, "Kafka has not answered within 4 s."), (.failed("No broker is there."), "No broker"),
        ] {
            let line = ServicesReport.Line(
                service: "notifier", at: "http://a", .given((200, Self.page)),
                lag: ServicesReport.Lag(answer, seconds: 4))
            var writer = JSONWriter()
            line.write(to: &writer)
            let written = try JSONDocument(parsing: writer.bytes).root
            let lag = try #require(written["lagMessages"])
            #expect(lag.isNull)
            #expect(written["lagUnknownBecause"]?.string?.contains(why) == true)
            let text = ServicesReport(lines: [line]).text.string
            let summary = try #require(text.split(separator: "\n").first { $0.hasPrefix("notifier") })
            #expect(summary.contains("?") && !summary.contains("0"), "\(summary)")
            #expect(text.contains("messages behind") && text.contains(why), "\(text)")
        }
        #expect(ServicesReport.Lag(.given(0), seconds: 4) == .messages(0))
    }

    @Test("Where all is well nothing but the services is shown")
    func well() {
        let page = Array(#"{"ready":true,"components":{"kafka":{"status":"ok","reason":""}}}"#.utf8)
        let report = ServicesReport(lines: [
            .init(service: "notifier", at: "http://a", .given((200, page)), lag: .messages(0)),
            .init(asked: "kafka", Answer<String>.given("id"), setting: "K", seconds: 4),
        ])
        #expect(report.isReady)
        #expect(report.text.string.split(separator: "\n").count == 4)
    }

    @Test("An answer is waited for so long and no longer, also where it cannot be called off")
    func late() async {
        let answer = await Answer<Int>.within(.milliseconds(50)) {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                Thread.detachNewThread {
                    sleep(3)
                    continuation.resume()
                }
            }
            return 1
        }
        #expect(answer.value == nil)
        #expect(await Answer<Int>.within(.seconds(600)) { 2 }.value == 2)
    }
}

/// The command as a process, where everybody takes the connection and nobody ever answers.
@Suite(.enabled(if: TestEnvironment.executables != nil, "needs the executables: run deploy/test"))
struct SilentServicesTests {
    /// Listens, and says nothing to whoever connects; the port.
    private static func silentServer() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 100) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard result else { throw Missing("no port to listen at") }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    @Test(
        "trial F1: with broker, database and services hung, 'keepsight services' answers soon, and names each of them")
    func hung() async throws {
        let server = try Self.silentServer()
        defer { close(server.descriptor) }
        let place = "127.0.0.1:\(server.port)"
        let names = ["referral-intake", "mash-screener", "escalation-tracker", "notifier"]
        let child = try ServiceChild(
            "keepsight", arguments: ["services"],
            environment: [
                "KAFKA_BOOTSTRAP_SERVERS": place, "KEEPSIGHT_DATABASE_URL": "postgresql://nobody@\(place)/none",
                "KEEPSIGHT_POLICY_DIR": TestEnvironment.project + "/deploy/policy",
                "KEEPSIGHT_SERVICE_URLS": names.map { "\($0)=http://\(place)" }.joined(separator: ","),
            ])
        // 5 s on a quiet machine.
        #expect(await child.ended(withinSeconds: 5))
        #expect(child.ending.code == ExitStatus.failed.rawValue, "\(child.log)")
        for name in names { #expect(child.log.contains(name), "\(child.log)") }
        for part in ["Nobody answers at http://\(place)", "KAFKA_BOOTSTRAP_SERVERS", "KEEPSIGHT_DATABASE_URL"] {
            #expect(child.log.contains(part), "\(part) in \(child.log)")
        }
    }

    @Test(
        "A setting that names no service, or no address, is refused by what is wrong in it, and nothing is green",
        arguments: ["rubbish", "notifier=http://127.0.0.1:1,,x", "notify=http://127.0.0.1:1", "notifier=127.0.0.1:1"])
    func wrongPlaces(_ text: String) async throws {
        let child = try ServiceChild(
            "keepsight", arguments: ["services"],
            environment: [
                "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
                "KEEPSIGHT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
                "KEEPSIGHT_POLICY_DIR": TestEnvironment.project + "/deploy/policy", "KEEPSIGHT_SERVICE_URLS": text,
            ])
        #expect(await child.ended(withinSeconds: 5))
        #expect(child.ending.code == ExitStatus.configuration.rawValue, "\(child.log)")
        #expect(child.log.contains("KEEPSIGHT_SERVICE_URLS has '"), "\(child.log)")
    }
}
