import Contracts
import Foundation
import JSON
import Messaging
import ServiceRegistry
import ServiceRuntime
import TestSupport
import Testing

@testable import CommandRuntime
@testable import KeepsightCommand

/// `--json` wherever a command prints data: one object a line, for programs.
struct MachineOutputTests {
    /// Commands without `--json`, and why they have none.
    private static let without = [
        "events schema": "what it prints is a JSON document, indented, for a file",
        "events asyncapi": "what it prints is a JSON document, indented, for a file",
        "events example": "what it prints is an event, indented, for a file",
        "dead-letters show": "what it prints is the letter's own bytes, for a file",
        "completion": "what it prints is a script, for a shell",
        "dev-broker": "it runs until it is stopped and prints where it listens",
    ]

    /// Every command that does something, by how it is called.
    private static let leaves: [String: Command] = {
        func below(_ command: Command, _ path: String) -> [(String, Command)] {
            (command.action == nil ? [] : [(path, command)])
                + command.subcommands.flatMap { below($0, path + " " + $0.name) }
        }
        return Dictionary(
            uniqueKeysWithValues: KeepsightCommand.program.commands.flatMap { below($0, $0.name) })
    }()

    @Test("Every command has --json, or is named here with the reason why not")
    func everywhere() {
        let missing = Self.leaves.filter { _, command in !command.options.contains { $0.name == "json" } }.keys
        #expect(missing.sorted() == Self.without.keys.sorted())
    }

    private func lines(_ write: ((inout JSONWriter) -> Void)...) throws -> [String] {
        write.map { write in
            var writer = JSONWriter()
            write(&writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }

    @Test("migrate: an object for each migration that was applied, then for each role")
    func migrations() throws {
        let step = try #require(
            try Migrator(directory: TestEnvironment.project + "/deploy/migrations", services: ServiceRegistry.names)
                .steps().first)
        let lines = MigrateCommand.lines([step], .standard).map(\.text)
        #expect(lines.count == 1 + ServiceRegistry.names.count + 1)
        #expect(lines.first == #"{"migration":"\#(step.name)","schema":"app"}"#)
        #expect(lines.contains(#"{"role":"keepsight_notifier","of":"notifier"}"#))
        #expect(lines.last == #"{"role":"keepsight_operator","of":"operator"}"#)
        #expect(MigrateCommand.lines([], .standard).count == ServiceRegistry.names.count + 1)
    }

    @Test("health: one object with the status and the parts, whatever answered")
    func health() throws {
        let body = Array(
            #"{"status":"unready","components":{"kafka":{"status":"ok"},"database":{"status":"down","reason":"Gone."}}}"#
                .utf8)
        let page = ServicesReport.Page(url: "http://127.0.0.1:1/readyz", status: 503, body: body)
        let other = ServicesReport.Page(url: "http://127.0.0.1:1/readyz", status: 0, body: [])
        #expect(
            try lines(page.write, other.write) == [
                #"{"url":"http://127.0.0.1:1/readyz","status":503,"ready":false,"components":["#
                    + #"{"name":"kafka","status":"ok","reason":""},{"name":"database","status":"down","reason":"Gone."}]}"#,
                #"{"url":"http://127.0.0.1:1/readyz","status":0,"ready":false,"components":[]}"#,
            ])
    }
}
