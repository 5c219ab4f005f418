import JSON

/// What is written from the declarations of events, for others to read; `keepsight events generate` writes it, and a test
/// compares it.
public struct ContractDocument: Sendable {
    /// Below the project's folder.
    public let path: String
    /// The whole file.
    public let text: String

    /// Where generated files lie, but for the reference.
    public static let folder = "Shared/Contracts/Generated"

    /// Every document.
    public static var all: [ContractDocument] {
        [
            ContractDocument(path: folder + "/schemas.json", text: SchemaBundle.document.indented),
            ContractDocument(path: folder + "/services.json", text: SchemaBundle.services.indented),
            ContractDocument(path: folder + "/asyncapi.json", text: asyncAPI),
            ContractDocument(path: folder + "/authorisation.json", text: authorisation.indented),
            ContractDocument(path: "deploy/docs/events.md", text: EventReference.text),
        ] + EventCatalogue.all.flatMap { files(EventExamples(of: $0), of: $0.type) }
            + ServiceEvents.all.flatMap { files(EventExamples(of: $0), of: $0.type) }
            + FactBody.bodies.flatMap { files(EventExamples(ofFact: $0), of: $0.type) }
    }

    /// The description of the agencies' topics in AsyncAPI 3.
    public static var asyncAPI: String { AsyncAPIDocument.document.indented }

    private static func files(_ examples: EventExamples, of type: EventType) -> [ContractDocument] {
        let place = folder + "/Examples/" + type.text.dropFirst("keepsight.".count) + "/"
        return examples.accepted.map {
            ContractDocument(path: place + "valid-\($0.name).json", text: $0.event.indented)
        }
            + examples.invalid.map { invalid in
                let expected = invalid.expected.map { reason -> JSONTree in
                    ["path": .string(reason.path), "code": .string(reason.code.rawValue)]
                }
                let file: JSONTree = ["expected": .array(expected), "event": invalid.event]
                return ContractDocument(path: place + "invalid-\(invalid.name).json", text: file.indented)
            }
    }

    /// Who may publish what, unless a policy says otherwise (T4), and who answers.
    private static var authorisation: JSONTree {
        .array(
            EventCatalogue.all.map { event in
                [
                    "type": .string(event.type.text), "publishers": event.terms.publishers.described,
                    "answeredBy": .string(event.terms.adjudicator.rawValue), "rows": .strings(event.terms.rows),
                ]
            })
    }
}
