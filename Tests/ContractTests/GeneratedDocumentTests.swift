import Foundation
import JSON
import Safeguarding
import SchemaSupport
import Testing

@testable import Contracts

/// What is written from the declarations of events: it is what the repository holds, and it leaves nothing out.
struct GeneratedDocumentTests {
    private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    @Test("What the declarations of events make is what lies in the repository; else run `keepsight events generate`")
    func committed() throws {
        let documents = ContractDocument.all
        for document in documents {
            let committed = FileManager.default.contents(atPath: GeneratedDocumentTests.project + "/" + document.path)
            #expect(
                committed.map { String(decoding: $0, as: UTF8.self) } == document.text,
                "\(document.path): run `keepsight events generate`")
        }
        let folder = GeneratedDocumentTests.project + "/" + ContractDocument.folder
        let present = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        let made = documents.map(\.path).filter { $0.hasPrefix(ContractDocument.folder) }
        #expect(Set(present.map { ContractDocument.folder + "/" + $0 }) == Set(made))
    }

    @Test("A type stands in the catalogue once, its example is accepted as it is, and no key of it is ignored")
    func examples() throws {
        let types = EventCatalogue.all.map { $0.type.text }
        #expect(Set(types).count == types.count)
        for type in EventCatalogue.all {
            let event = try EnvelopeReader.read(
                value: Array(EventExamples(of: type).valid.text.utf8), headers: [], now: Sample.now)
            #expect(throws: Never.self) { try EventCatalogue.read(event, now: Sample.now) }
            #expect(EventCatalogue.unknownKeys(of: event) == [], "\(type.type)")
            #expect(!type.terms.rows.isEmpty)
            for term in type.shape.members { #expect(!term.meaning.isEmpty, "\(type.type) \(term.key)") }
        }
    }

    @Test("A type's own schema needs no other document, and says what the bundle says")
    func ownSchema() throws {
        for type in EventCatalogue.all {
            let schema = try #require(SchemaBundle.document(of: type.type.text))
            let parsed = try #require(
                try JSONSerialization.jsonObject(with: Data(schema.text.utf8)) as? [String: Any])
            let valid = try JSONSerialization.jsonObject(with: Data(EventExamples(of: type).valid.text.utf8))
            #expect(try SchemaValidator.problems(of: valid, against: parsed) == [])
            for invalid in EventExamples(of: type).invalid {
                let event = try JSONSerialization.jsonObject(with: Data(invalid.event.text.utf8))
                #expect(try !SchemaValidator.problems(of: event, against: parsed).isEmpty)
            }
        }
        #expect(SchemaBundle.document(of: "keepsight.nothing.made.v1") == nil)
    }

    @Test("Every code of a refusal that stands in the sources says in the reference what to do, and no other does")
    func refusalCodes() throws {
        var codes: Set<String> = []
        for folder in ["Services", "Shared"] {
            let root = GeneratedDocumentTests.project + "/" + folder
            for path in try FileManager.default.subpathsOfDirectory(atPath: root) where path.hasSuffix(".swift") {
                let source = try String(contentsOfFile: root + "/" + path, encoding: .utf8)
                for match in source.matches(of: #/RefusalCode\(rawValue: "([a-z0-9-]+)"\)/#) {
                    codes.insert(String(match.output.1))
                }
            }
        }
        #expect(codes.count > 40)
        #expect(Set(RefusalGuide.all.map(\.code)) == codes)
        #expect(RefusalGuide.all.count == codes.count)
    }

    @Test("Every kind of notice says in the reference what its receiver can do")
    func noticeKinds() {
        #expect(NoticeGuide.all.map(\.kind).sorted() == NoticeKind.allCases.map(\.rawValue).sorted())
    }
}
