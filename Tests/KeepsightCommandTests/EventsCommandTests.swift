import CommandRuntime
import Contracts
import Foundation
import JSON
import Policy
import ServiceRuntime
import TestSupport
import Testing

@testable import KeepsightCommand

/// `keepsight events`: what the declarations of events give, without a broker or a database.
struct EventsCommandTests {
    private func run(_ words: String...) async -> ServiceRuntime.ExitStatus {
        await KeepsightCommand.program.run(["events"] + words, environment: [:])
    }

    /// A folder of the test's own, removed after it.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    @Test(
        "A type is found by its name, with or without what stands before and after it; another is answered with the nearest"
    )
    func types() async {
        #expect(await run("list") == .ok)
        #expect(await run("list", "--json") == .ok)
        for name in ["decision.changed", "decision.changed.v1", "keepsight.decision.changed.v1"] {
            #expect(await run("schema", name) == .ok)
            #expect(await run("example", name) == .ok)
        }
        #expect(await run("schema") == .ok)
        #expect(await run("asyncapi") == .ok)
        #expect(await run("schema", "decision.chnaged") == .usage)
        #expect(await run("example") == .usage)
    }

    @Test("T4: who publishes a type is shown as the policy has it, and what the policy has changed is marked")
    func publishers() async throws {
        try await withFolder { folder in
            let policy = folder + "/policy"
            try FileManager.default.copyItem(atPath: TestEnvironment.project + "/deploy/policy", toPath: policy)
            let file = policy + "/agencies.yaml"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            try (text + "publishers:\n  - { type: decision.changed.v1, kinds: [hub], agencies: [csc] }\n")
                .write(toFile: file, atomically: true, encoding: .utf8)
            let agencies = try Policy.load(directory: policy).agencies
            let shown = [
                EventsCommand.publishers(of: DecisionChanged.self, agencies),
                EventsCommand.publishers(of: DecisionChanged.self, nil),
                EventsCommand.publishers(of: ReferralMade.self, agencies),
            ]
            #expect(shown == ["the hub, csc (policy)", "children's social care", "every agency"])
            var writer = JSONWriter()
            EventsCommand.write(DecisionChanged.self, agencies, to: &writer)
            let written = String(decoding: writer.bytes, as: UTF8.self)
            #expect(written.contains(#""publishers":{"kinds":["hub"],"agencies":["csc"]},"fromPolicy":true"#))
            let program = KeepsightCommand.program
            for option in [[], ["--json"]] {
                #expect(
                    await program.run(["events", "list"] + option, environment: ["KEEPSIGHT_POLICY_DIR": policy]) == .ok
                )
            }
            #expect(await program.run(["events", "list"], environment: ["KEEPSIGHT_POLICY_DIR": "/nowhere"]) != .ok)
        }
    }

    @Test("An event that would be refused ends with the status of wrong input, one that is only odd does not")
    func validate() async throws {
        try await withFolder { folder in
            let valid = try #require(
                EventCatalogue.event("keepsight.involvement.closed.v1").map { EventExamples(of: $0).valid.text })
            for (text, status) in [
                (valid, ExitStatus.ok), (valid.replacing(#""reason":"#, with: #""later":1,"reason":"#), .ok),
                (valid.replacing(#""reason":"#, with: #""raeson":"#), .data), ("hello", .data),
            ] {
                try text.write(toFile: folder + "/event.json", atomically: true, encoding: .utf8)
                #expect(await run("validate", folder + "/event.json") == status)
                #expect(await run("validate", folder + "/event.json", "--json") == status)
            }
        }
        #expect(await run("validate", "/nowhere/event.json") == .data)
    }

    @Test("What is generated is written where a project is, and what no declaration makes any more is removed")
    func generate() async throws {
        try await withFolder { folder in
            #expect(await run("generate", "--into", folder) == .usage)
            try "".write(toFile: folder + "/Package.swift", atomically: true, encoding: .utf8)
            #expect(await run("generate", "--into", folder) == .ok)
            let left = folder + "/" + ContractDocument.folder + "/Examples/left.json"
            try "{}".write(toFile: left, atomically: true, encoding: .utf8)
            #expect(await run("generate", "--into", folder) == .ok)
            #expect(!FileManager.default.fileExists(atPath: left))
            for document in ContractDocument.all {
                let written = FileManager.default.contents(atPath: folder + "/" + document.path)
                #expect(written.map { $0.elementsEqual(document.text.utf8) } == true, "\(document.path)")
            }
        }
    }
}
