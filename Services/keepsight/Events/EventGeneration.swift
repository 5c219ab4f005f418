import CommandRuntime
import Contracts
import FoundationEssentials
import JSON
import ServiceRuntime

/// `keepsight events generate`: writes the documents that come from the declarations of events.
enum EventGeneration {
    static let command = Command(
        "generate", "Write what comes from the declarations of events into the project's folder.",
        options: [
            Command.Option("into", "DIR", "The project's folder (default: the one that this runs in)."),
            Command.Option("json", nil, "Print JSON, a line for each document."),
        ],
        values: ["into": .files]
    ) { invocation in
        let folder = invocation.value("into") ?? "."
        guard FileManager.default.fileExists(atPath: folder + "/Package.swift") else {
            throw UsageError("'\(folder)' is not the project's folder. Name it with --into DIR.")
        }
        let documents = ContractDocument.all
        let states = try documents.map { (path: $0.path, state: try write($0, into: folder) ? "written" : "unchanged") }
        let removed = try removeOthers(than: Set(documents.map(\.path)), in: folder)
        if invocation.has("json") {
            for (path, state) in states + removed.map({ (path: $0, state: "removed") }) {
                Output.json { (["path": .string(path), "state": .string(state)] as JSONTree).write(to: &$0) }
            }
            return .ok
        }
        let written = states.count { $0.state == "written" }
        Output.line(
            "\(documents.count) documents: \(written) written, \(removed.count) removed, the others as they were.")
        return .ok
    }

    /// Whether there was something to write.
    private static func write(_ document: ContractDocument, into folder: String) throws -> Bool {
        let files = FileManager.default
        let path = folder + "/" + document.path
        guard files.contents(atPath: path).map({ !$0.elementsEqual(document.text.utf8) }) ?? true else { return false }
        let place = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        try files.createDirectory(atPath: place, withIntermediateDirectories: true)
        guard files.createFile(atPath: path, contents: Data(document.text.utf8)) else {
            throw CommandFailure(.data, "Cannot write \(path).")
        }
        return true
    }

    /// Removes what an earlier declaration has left; returns its paths.
    private static func removeOthers(than paths: Set<String>, in folder: String) throws -> [String] {
        let files = FileManager.default
        var removed: [String] = []
        for name in try files.subpathsOfDirectory(atPath: folder + "/" + ContractDocument.folder).sorted() {
            let path = ContractDocument.folder + "/" + name
            guard name.hasSuffix(".json"), !paths.contains(path) else { continue }
            try files.removeItem(atPath: folder + "/" + path)
            removed.append(path)
        }
        return removed
    }
}
