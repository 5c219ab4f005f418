import CommandRuntime
import Contracts
import JSON
import Policy
import ServiceRuntime

/// `keepsight events`: what agencies publish, as the declarations of the types have it. It needs no broker and no database,
/// and a policy only to say what that makes of the declarations.
enum EventsCommand {
    static let command = Command(
        "events", "What agencies can publish: the types, their schemas, an example; check an event before it is sent.",
        examples: [
            "keepsight events list", "keepsight events schema decision.changed.v1",
            "keepsight events example referral.made.v1 > referral.json", "keepsight events validate referral.json",
        ], subcommands: [list, schema, asyncAPI, example, EventValidation.command, EventGeneration.command])

    private static let types = CompletedValues.words(EventCatalogue.all.map { name(of: $0) })

    private static let list = Command(
        "list",
        "Every type: who publishes it, and what it says. Who publishes it is the policy's to say, where KEEPSIGHT_POLICY_DIR "
            + "names one; what it has changed is marked.",
        options: [Command.Option("json", nil, "Print JSON, one object a line.")]
    ) { invocation in
        let agencies = try partnership(invocation)
        guard !invocation.has("json") else {
            for event in EventCatalogue.all { Output.json { write(event, agencies, to: &$0) } }
            return .ok
        }
        var table = Table(["type", "published by", "what it says"])
        for event in EventCatalogue.all {
            table.add([name(of: event), publishers(of: event, agencies), event.terms.summary])
        }
        Output.line(table.text)
        return .ok
    }

    /// The agencies of the partnership whose policy the environment names; without one the declarations speak for themselves.
    private static func partnership(_ invocation: Invocation) throws -> AgencyRegister? {
        guard let folder = invocation.environment["KEEPSIGHT_POLICY_DIR"], !folder.isEmpty else { return nil }
        return try Deployment(environment: invocation.environment).policy().agencies
    }

    /// Who publishes a type, in words.
    static func publishers(of event: any AgencyEvent.Type, _ agencies: AgencyRegister?) -> String {
        let terms = event.terms
        guard let agencies, agencies.overrides(terms) else { return terms.publishers.words }
        return agencies.publishers(of: terms).words + " (policy)"
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

    static func write(_ event: any AgencyEvent.Type, _ agencies: AgencyRegister?, to writer: inout JSONWriter) {
        let terms = event.terms
        writer.beginObject()
        writer.field("type", terms.type.text)
        writer.key("publishers")
        (agencies?.publishers(of: terms) ?? terms.publishers).described.write(to: &writer)
        writer.field("fromPolicy", agencies?.overrides(terms) ?? false)
        writer.field("answeredBy", terms.adjudicator.rawValue)
        writer.field("summary", terms.summary)
        writer.endObject()
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
