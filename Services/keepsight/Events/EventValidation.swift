import CommandRuntime
import Contracts
import JSON
import Safeguarding
import ServiceRuntime

/// `keepsight events validate`: everything that can be seen to be wrong with an event without asking the services, and what
/// in it would be ignored.
enum EventValidation {
    static let command = Command(
        "validate", "Check an event before it is sent; exit status 65 if it would be refused.",
        arguments: [("FILE", "A JSON file with the event, or - for standard input.", true)],
        options: [Command.Option("json", nil, "Print JSON.")], values: ["FILE": .files],
        examples: ["keepsight events validate referral.json"]
    ) { invocation in
        let bytes = try PublishCommand.read(invocation.positional[0])
        var reasons = RefusalReasons()
        var ignored: [String] = []
        do throws(EventRefusal) {
            let event = try EnvelopeReader.read(value: bytes, headers: [], now: .now)
            ignored = EventCatalogue.unknownKeys(of: event)
            _ = try EventCatalogue.read(event, now: .now)
        } catch {
            reasons = error.reasons
        }
        show(reasons.all, ignored: ignored, json: invocation.has("json"))
        return reasons.isEmpty ? .ok : .data
    }

    private static func show(_ reasons: [RefusalReason], ignored: [String], json: Bool) {
        guard !json else {
            return Output.json { writer in
                writer.beginObject()
                writer.field("valid", reasons.isEmpty)
                writer.array("reasons", reasons) { writer, reason in
                    writer.beginObject()
                    writer.field("path", reason.path)
                    writer.field("code", reason.code.rawValue)
                    writer.field("message", reason.message)
                    writer.endObject()
                }
                writer.array("ignored", ignored) { $0.string($1) }
                writer.endObject()
            }
        }
        for reason in reasons {
            Output.line("\(reason.path.isEmpty ? "event" : reason.path)  \(reason.code.rawValue): \(reason.message)")
        }
        for pointer in ignored { Output.line("\(pointer)  is not known and would be ignored") }
        if reasons.isEmpty { Output.line("The event is valid.") }
    }
}
