import CommandRuntime
import Contracts
import JSON

/// The figures of one or two runs as a table for people, from their JSON, so that a run of another day can stand beside
/// today's.
enum BenchTable {
    /// One run.
    static func text(of run: JSONValue) -> TerminalText {
        var table = Table(["what", "measured"])
        for figure in figures(of: run) { table.add([figure.name, figure.text]) }
        return table.text
    }

    /// Two runs side by side, and how the second differs.
    static func text(of run: JSONValue, beside earlier: JSONValue, called name: String) -> TerminalText {
        var table = Table(["what", name, "now", "change"])
        let (before, now) = (figures(of: earlier), figures(of: run))
        let names = now.map(\.name) + before.map(\.name).filter { name in !now.contains { $0.name == name } }
        for name in names {
            let (left, right) = (before.first { $0.name == name }, now.first { $0.name == name })
            table.add([name, left?.text ?? "-", right?.text ?? "-", change(left?.number, right?.number)])
        }
        return table.text
    }

    private struct Figure {
        let name: String
        let text: String
        let number: Double?
    }

    /// Every number of the document, named by the keys that lead to it.
    private static func figures(of run: JSONValue) -> [Figure] {
        var figures: [Figure] = []
        func walk(_ value: JSONValue, _ name: String) {
            if value.kind == .object {
                for (key, member) in value.members {
                    walk(member, name.isEmpty ? words(key) : "\(name), \(words(key))")
                }
            } else {
                let text = value.string ?? String(decoding: value.rawBytes, as: UTF8.self)
                figures.append(Figure(name: name, text: text, number: value.double))
            }
        }
        walk(run, "")
        return figures
    }

    /// `walBytesPerEvent` as `wal bytes per event`; names of processes and tables stay as they are.
    private static func words(_ key: String) -> String {
        guard !key.contains(where: { $0 == "-" || $0 == "." || $0 == " " }) else { return key }
        return key.reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
    }

    private static func change(_ before: Double?, _ now: Double?) -> String {
        guard let before, let now, before != 0 else { return "" }
        let percent = ((now - before) / before * 1000).rounded() / 10
        return (percent > 0 ? "+" : "") + "\(percent) %"
    }
}
