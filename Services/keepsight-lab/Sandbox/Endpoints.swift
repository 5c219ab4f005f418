import CommandRuntime
import FoundationEssentials
import ServiceRuntime

/// What `deploy/run` has written for other shells.
enum Endpoints {
    /// `export NAME=value` lines; values with special characters are escaped by backslashes. The path comes as the folder
    /// that stands in front of it.
    static func read(_ path: String) throws -> [(String, String)] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.unavailable, "deploy/run left no \(path).")
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            guard line.hasPrefix("export "), let equals = line.firstIndex(of: "=") else { return nil }
            let name = String(line[..<equals].dropFirst("export ".count))
            let value = String(line[line.index(after: equals)...]).replacing("\\", with: "")
            return (name, name == "PATH" ? String(value.prefix { $0 != ":" }) : value)
        }
    }
}
