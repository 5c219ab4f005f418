import Foundation
import TestSupport
import Testing

/// Who says how a part of a service is.
struct HealthSourcesTests {
    @Test("trial F1: what the reading says of Kafka is taken back by nobody else: only the reading loop says it")
    func oneWriter() throws {
        let folder = URL(fileURLWithPath: TestEnvironment.project).appendingPathComponent("Shared/Messaging")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        let writers = try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .filter { try String(contentsOf: $0, encoding: .utf8).contains("report(.kafka") }
        #expect(writers.map(\.lastPathComponent) == ["Engine+Reading.swift"])
    }
}
