import CommandRuntime
import Contracts
import JSON
import Safeguarding
import ServiceRuntime

/// `keepsight case`: play a case, and show the walk that it takes.
enum CaseCommand {
    static let command = Command(
        "case", "Play a case and show who was told what, and after how long.",
        arguments: [("FILE", "Such as deploy/cases/s47-to-s17.yaml.", true)],
        options: [
            Command.Option("timeout", "SECONDS", "How long to wait at each step (default: 30)."),
            Command.Option("json", nil, "Print JSON."),
        ], values: ["FILE": .files]
    ) { invocation in
        let file = try CaseFile(path: invocation.positional[0])
        let seconds = try invocation.number("timeout", default: 30, in: 1...3600)
        let player = try CasePlayer(
            file, Deployment(environment: invocation.environment), timeoutSeconds: seconds)
        do {
            try await player.play { Output.note("  \($0.agency): \($0.say)") }
        } catch let failure as CommandFailure {
            await show(file, player, json: invocation.has("json"))
            throw failure
        }
        await show(file, player, json: invocation.has("json"))
        let missing = await player.walked.flatMap(\.missing)
        let surplus = await player.surplus
        return missing.isEmpty && surplus.isEmpty ? .ok : .failed
    }

    private static func show(_ file: CaseFile, _ player: CasePlayer, json: Bool) async {
        let walked = await player.walked
        let told = await player.told
        let surplus = await player.surplus
        let missing = walked.flatMap(\.missing)
        if json { return writeJSON(file, walked, told, surplus.count, missing.count) }
        var table = Table(["step", "who", "says, or is told", "about child", "after ms"])
        for (place, walk) in walked.enumerated() {
            let subject = walk.step.type.split(separator: ".").dropFirst().dropLast().joined(separator: " ")
            table.add([
                String(place + 1), walk.step.agency.text, "\(subject): \(walk.receipt)", "",
                String(walk.receiptMilliseconds),
            ])
            for notice in told where notice.step == place {
                table.add([
                    "", "  " + notice.agency.text, "  " + describe(notice.notice),
                    notice.notice.children.compactMap(\.name.ref).joined(separator: ", "),
                    String(notice.milliseconds),
                ])
            }
        }
        Output.line("\n\(file.title)\n\n\(table.text)\n")
        for expectation in missing {
            Output.line("MISSING: \(expectation.agency) was not told \(expectation.kind.rawValue).")
        }
        for notice in surplus {
            Output.line("NOT EXPECTED, OR TWICE: \(notice.agency) was told \(describe(notice.notice)).")
        }
        if missing.isEmpty, surplus.isEmpty, walked.count == file.steps.count {
            let slowest = told.map(\.milliseconds).max() ?? 0
            Output.line(
                "\(counted(told.count, "notice was", "notices were")) expected and \(told.count) came, each once; the slowest after \(slowest) ms."
            )
        }
    }

    private static func words(_ state: ChangeState) -> String {
        switch state {
        case .held: "held until all are consulted"
        case .changed: "in effect"
        case .unchanged: "the level stays"
        }
    }

    private static func describe(_ notice: NoticeIssued) -> String {
        var text = notice.kind.rawValue.replacing("-", with: " ")
        for change in changes(of: notice) { text += ": " + change }
        if notice.kind == .changeWithdrawn {
            text += ", does not take effect"
        } else if let state = notice.body.state {
            text += ", \(CaseCommand.words(state))"
        }
        if let stage = notice.body.stage { text += ", stage \(stage)" }
        if !notice.addressedTo.isEmpty {
            text += ", for the " + notice.addressedTo.map(\.role).joined(separator: " and the ")
        }
        if let task = notice.task { text += ": " + task.rawValue.replacing("-", with: " ") }
        if let outcome = notice.body.outcome { text += ": " + outcome.rawValue }
        if notice.body.isGoodPractice == true { text += ", good practice" }
        for outcome in distinct(notice.children.compactMap(\.detail.outcome?.rawValue)) {
            text += ": " + outcome.replacing("-", with: " ")
        }
        if notice.children.count > 1 { text += ", for \(notice.children.count) children" }
        return text
    }

    /// From what to what, each once.
    private static func changes(of notice: NoticeIssued) -> [String] {
        distinct(
            notice.children.compactMap { child in
                guard let from = child.detail.from, let to = child.detail.to else { return nil }
                return "\(from.rawValue) to \(to.rawValue)"
            })
    }

    private static func distinct(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static func writeJSON(
        _ file: CaseFile, _ walked: [CasePlayer.Walked], _ told: [CasePlayer.Told], _ surplus: Int, _ missing: Int
    ) {
        Output.json { writer in
            writer.beginObject()
            writer.field("title", file.title)
            writer.field("missing", missing)
            writer.field("unexpected", surplus)
            writer.array("steps", Array(walked.enumerated())) { writer, entry in
                writer.beginObject()
                writer.field("agency", entry.element.step.agency.text)
                writer.field("type", entry.element.step.type)
                writer.field("receipt", entry.element.receipt)
                writer.field("receiptMilliseconds", entry.element.receiptMilliseconds)
                writer.array("notices", told.filter { $0.step == entry.offset }) { writer, told in
                    writer.beginObject()
                    writer.field("agency", told.agency.text)
                    writer.field("kind", told.notice.kind.rawValue)
                    writer.field("state", told.notice.body.state?.rawValue)
                    writer.array("children", told.notice.children) { $0.string($1.name.description) }
                    writer.field("milliseconds", told.milliseconds)
                    writer.endObject()
                }
                writer.endObject()
            }
            writer.endObject()
        }
    }
}
