import Foundation
import Testing

@testable import Contracts

/// One more observation is its own file and one line of the catalogue, as .github/CONTRIBUTING.md says and shows.
struct AddedObservationTests {
    private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let types = EventCatalogue.all.compactMap { $0 as? any ObservationEvent.Type }

    /// Paths of the project's Swift files and what stands in them, but for the tests.
    private static func sources() throws -> [String: String] {
        var sources: [String: String] = [:]
        for folder in ["Services", "Shared"] {
            for path in try FileManager.default.subpathsOfDirectory(atPath: project + "/" + folder)
            where path.hasSuffix(".swift") {
                let file = folder + "/" + path
                sources[file] = try String(contentsOfFile: project + "/" + file, encoding: .utf8)
            }
        }
        return sources
    }

    @Test("An observation stands in its own file and in one line of the catalogue, and nowhere else in the sources")
    func places() throws {
        let sources = try Self.sources()
        #expect(sources.count > 300)
        for type in Self.types {
            let (name, kind) = (String(describing: type), type.terms.type.name)
            let own = "Shared/Contracts/Events/Observations/\(name).swift"
            let naming = sources.filter { $0.value.contains(name) || $0.value.contains("\"\(kind)\"") }
            // The example of the fact that they all become has one kind.
            let places = Set(naming.keys).subtracting(["Shared/Contracts/Facts/ObservationFact.swift"])
            #expect(places == [own, "Shared/Contracts/Catalogue/EventCatalogue.swift"], "\(name)")
            let lines = sources["Shared/Contracts/Catalogue/EventCatalogue.swift"]?.split(separator: "\n") ?? []
            #expect(
                lines.filter { $0.contains(name) }.map { $0.trimmingCharacters(in: .whitespaces) } == ["\(name).self,"])
        }
    }

    @Test("The observation that CONTRIBUTING adds is the one that there is, line by line")
    func page() throws {
        let page = try String(contentsOfFile: Self.project + "/.github/CONTRIBUTING.md", encoding: .utf8)
        let section = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix("Add an observation") })
        let code = section.components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(code.count == 2)
        let file = try #require(section.firstMatch(of: /`(Shared\/[A-Za-z\/]+\.swift)`/)).output.1
        #expect(try String(contentsOfFile: Self.project + "/" + file, encoding: .utf8) == code.first)
        let catalogue = try #require(try Self.sources()["Shared/Contracts/Catalogue/EventCatalogue.swift"])
        #expect(catalogue.contains(try #require(code.last)))
    }

    @Test("What holds of every observation stands in the reference of each")
    func reference() throws {
        for type in Self.types {
            let heading = "### " + type.terms.type.text.dropFirst("keepsight.".count) + "\n"
            let section = try #require(EventReference.text.components(separatedBy: heading).last)
            #expect(section.prefix(1000).contains("An observation:"), "\(heading)")
        }
    }
}
