import FoundationEssentials

/// Whether anybody starts again what ends, of what `deploy/run` has started: by the ids that it keeps in its run folder, and by the
/// beat of whoever watches.
struct Supervision: Sendable {
    /// Who may watch: a process of its own, or a `deploy/run` that has not ended.
    private static let watchers = ["supervisor", "watcher"]
    /// How long who watches may not have looked, in seconds. `deploy/lib/supervisor.sh` has the same.
    private static let longestBeat = 15

    private enum State: Equatable {
        case watches
        case gone
        /// It lives and does not look, for so many seconds; `nil` where it was stopped by a signal.
        case hangs(process: String, seconds: Int?)
    }

    private let folder: String

    /// `nil` where it was not `deploy/run` that started what the environment names: then somebody else watches.
    init?(environment: [String: String]) {
        guard let folder = environment["KEEPSIGHT_RUN_PIDS"], !folder.isEmpty else { return nil }
        self.folder = folder
    }

    /// Nothing stops while nobody watches, so it is for somebody to look at.
    var line: ServicesReport.Line {
        ServicesReport.Line(name: "supervisor", isReady: true, problem: problem)
    }

    private var problem: String {
        let states = Supervision.watchers.map(state)
        guard !states.contains(.watches) else { return "" }
        let nobody = "Nobody watches what deploy/run has started, so what ends is not started again. "
        let advice = "'deploy/run --detach' starts a supervisor, and what has ended."
        for case .hangs(let process, let seconds) in states {
            let how = seconds.map { "has not looked for \($0) s" } ?? "was stopped by a signal"
            return nobody + "Process \(process), which should, \(how). " + advice
        }
        return nobody + advice
    }

    /// An id alone proves nothing, since it may have gone to another process: when that was started is compared. Nor does a process
    /// alone, which may hang: it writes down when it has looked. One that still starts what it will watch has no beat yet.
    private func state(_ name: String) -> State {
        guard let id = first(word: folder + "/" + name), Int(id) != nil,
            let started = first(word: folder + "/" + name + ".started"),
            let stat = FileManager.default.contents(atPath: "/proc/\(id)/stat")
        else { return .gone }
        // After the name, which may hold anything in its parentheses: the state first, the start as the twentieth.
        let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 19, fields[0] != "Z", fields[19] == started else { return .gone }
        guard fields[0] != "T", fields[0] != "t" else { return .hangs(process: id, seconds: nil) }
        guard let beat = first(word: folder + "/" + name + ".beat").flatMap(Int.init),
            let now = first(word: "/proc/uptime").flatMap(Double.init)
        else { return .watches }
        let seconds = Int(now) - beat
        return seconds > Supervision.longestBeat ? .hangs(process: id, seconds: seconds) : .watches
    }

    private func first(word path: String) -> String? {
        FileManager.default.contents(atPath: path).flatMap {
            String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init)
        }
    }
}
