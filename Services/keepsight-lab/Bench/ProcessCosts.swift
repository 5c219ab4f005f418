import FoundationEssentials
import Glibc

/// Processor time of everything that takes part in a measurement, in seconds, by what it is. From `/proc`, so it counts
/// what the kernel did for a process as well.
struct ProcessCosts: Sendable {
    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// `notifier`, `kafka-server`, `postgres of notifier`, `keepsight-lab bench`, …
    private(set) var seconds: [String: Double] = [:]

    /// The processes that `deploy/run` has noted in this folder, the database's backends, and this one.
    init(runFolder: String) {
        seconds["keepsight-lab bench"] = ProcessCosts.seconds(of: String(getpid()))?.own
        let notes = (try? FileManager.default.contentsOfDirectory(atPath: runFolder + "/pid")) ?? []
        for name in notes where !name.contains(".") {
            guard let pid = text(ofFile: runFolder + "/pid/" + name) else { continue }
            if name == "postgres" { addBackends(of: pid) } else { seconds[name] = ProcessCosts.seconds(of: pid)?.own }
        }
    }

    private init() {}

    /// What was used since then, of whatever was there then.
    func since(_ before: ProcessCosts) -> ProcessCosts {
        var used = ProcessCosts()
        for (name, now) in seconds { used.seconds[name] = max(0, now - (before.seconds[name] ?? now)) }
        return used
    }

    /// A backend says in its title whose it is; the server's own processes say what they are for.
    private mutating func addBackends(of server: String) {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for pid in all where pid.first?.isNumber == true {
            guard let usage = ProcessCosts.seconds(of: pid), pid == server || usage.parent == server else { continue }
            let title = text(ofFile: "/proc/\(pid)/cmdline")?.split { $0 == "\0" || $0 == " " } ?? []
            let user = title.dropFirst().first.map(String.init) ?? ""
            let name =
                user.hasPrefix("keepsight_")
                ? "postgres of " + user.dropFirst("keepsight_".count).replacing("_", with: "-") : "postgres itself"
            seconds[name, default: 0] += usage.own
        }
    }

    /// In user and in system mode, and the parent's id. `nil` for a process that has ended.
    private static func seconds(of pid: String) -> (own: Double, parent: String)? {
        guard let line = text(ofFile: "/proc/\(pid)/stat"), let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        return ((user + system) / ticksPerSecond, String(fields[1]))
    }
}

/// What stands in a small file, without the line end.
func text(ofFile path: String) -> String? {
    FileManager.default.contents(atPath: path).map {
        let text = String(decoding: $0, as: UTF8.self)
        return text.last?.isNewline == true ? String(text.dropLast()) : text
    }
}
