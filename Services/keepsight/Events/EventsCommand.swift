import CommandRuntime
import Contracts
import JSON
import ServiceRuntime

/// `keepsight events`: what agencies publish, as the declarations of the types have it. It needs no broker and no database.
enum EventsCommand {
    static let command = Command(
        "events", "What agencies can publish: the types, their schemas, an example; check an event before it is sent.",
        examples: [
            "keepsight events list", "keepsight events schema decision.changed.v1",
            "keepsight events example referral.made.v1 > referral.json", "keepsight events validate referral.json",
        ], subcommands: [list, schema, asyncAPI, example, EventValidation.command, EventGeneration.command])

    private static let types = CompletedValues.words(EventCatalogue.all.map { name(of: $0) })

    private static let list = Command(
        "list", "Every type: who publishes it, and what it says.",
        options: [Command.Option("json", nil, "Print JSON, one object a line.")]
    ) { invocation in
        guard !invocation.has("json") else {
            for event in EventCatalogue.all { write(event) }
            return .ok
        }
        var table = Table(["type", "published by", "what it says"])
        for event in EventCatalogue.all {
            table.add([name(of: event), event.terms.publishers.rawValue, event.terms.summary])
        }
        Output.line(table.text)
        return .ok
    }

    private static let schema = Command(
        "schema", "The JSON Schema of a type, or of all of them.",
        arguments: [("TYPE", "A type, with or without its version; without one, all of them.", false)],
        values: ["TYPE": types], examples: ["keepsight events schema decision.changed.v1 > decision.schema.json"]
    ) { invocation in
        guard let name = invocation.positional.first else {
            Output.line(.lines(SchemaBundle.document.indented))
            return .ok
        }
        Output.line(.lines(SchemaBundle.document(of: try event(name).type.text)?.indented ?? ""))
        return .ok
    }

    private static let asyncAPI = Command(
        "asyncapi", "The agencies' topics and what stands on them, as AsyncAPI 3 describes it.",
        examples: ["keepsight events asyncapi > asyncapi.json"]
    ) { _ in
        Output.line(.lines(ContractDocument.asyncAPI))
        return .ok
    }

    private static let example = Command(
        "example", "An event of a type with every field, as it is accepted.",
        arguments: [("TYPE", "A type, with or without its version.", true)], values: ["TYPE": types],
        examples: ["keepsight events example referral.made > referral.json"]
    ) { invocation in
        Output.line(.lines(EventExamples(of: try event(invocation.positional[0])).valid.indented))
        return .ok
    }

    private static func write(_ event: any AgencyEvent.Type) {
        Output.json { writer in
            writer.beginObject()
            writer.field("type", event.type.text)
            writer.field("publishers", event.terms.publishers.rawValue)
            writer.field("answeredBy", event.terms.adjudicator.rawValue)
            writer.field("summary", event.terms.summary)
            writer.endObject()
        }
    }

    /// A type by its name: with or without `keepsight.` before it, with or without its version.
    private static func event(_ wanted: String) throws(UsageError) -> any AgencyEvent.Type {
        let found = EventCatalogue.all.first { event in
            let name = name(of: event)
            let stem = name.split(separator: ".").dropLast().joined(separator: ".")
            return [event.type.text, name, stem].contains(wanted)
        }
        guard let found else {
            let near = nearest(wanted, EventCatalogue.all.map { name(of: $0) }).map { " Did you mean '\($0)'?" } ?? ""
            throw UsageError("Agencies publish no type '\(wanted)'.\(near) 'keepsight events list' has them all.")
        }
        return found
    }

    private static func name(of event: any AgencyEvent.Type) -> String {
        String(event.type.text.dropFirst("keepsight.".count))
    }
}
