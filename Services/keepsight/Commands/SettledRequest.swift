import CommandRuntime
import JSON
import Messaging

/// What came of an operator's request, as the command that made it ends with it.
enum SettledRequest {
    /// An option of every command that asks something of a service.
    static let json = Command.Option("json", nil, "Print what came of it as a line of JSON.")

    /// Prints one JSON object, or a sentence: what it is about and the service's own words, unless another is given.
    static func show(
        _ settlement: OperatorRequest.Settlement, about: String, of service: String, sentence: String? = nil,
        asJSON: Bool
    ) {
        guard asJSON else { return Output.line("\(sentence ?? about + ": " + settlement.text)") }
        Output.json { writer in
            writer.beginObject()
            writer.field("service", service)
            writer.field("about", about)
            writer.field("outcomeKind", settlement.kind.rawValue)
            writer.field("outcome", settlement.text)
            writer.endObject()
        }
    }
}
