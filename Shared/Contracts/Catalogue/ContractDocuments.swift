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
            ContractDocument(path: folder + "/asyncapi.json", text: asyncAPI),
            ContractDocument(path: folder + "/authorisation.json", text: authorisation.indented),
            ContractDocument(path: "deploy/docs/events.md", text: EventReference.text),
        ] + EventCatalogue.all.flatMap(examples(of:))
    }

    /// The description of the agencies' topics in AsyncAPI 3.
    public static var asyncAPI: String { AsyncAPIDocument.document.indented }

    private static func examples(of type: any AgencyEvent.Type) -> [ContractDocument] {
        let examples = EventExamples(of: type)
        let place = folder + "/Examples/" + type.type.text.dropFirst("keepsight.".count) + "/"
        return [ContractDocument(path: place + "valid-full.json", text: examples.valid.indented)]
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
                    "type": .string(event.type.text), "publishers": .string(event.terms.publishers.rawValue),
                    "answeredBy": .string(event.terms.adjudicator.rawValue), "rows": .strings(event.terms.rows),
                ]
            })
    }
}
