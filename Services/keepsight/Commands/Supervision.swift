import FoundationEssentials

/// Whether anybody starts again what ends, of what `deploy/run` has started: by the ids that it keeps in its run folder.
struct Supervision: Sendable {
    /// Who may watch: a process of its own, or a `deploy/run` that has not ended.
    private static let watchers = ["supervisor", "watcher"]

    private let folder: String

    /// `nil` where it was not `deploy/run` that started what the environment names: then somebody else watches.
    init?(environment: [String: String]) {
        guard let folder = environment["KEEPSIGHT_RUN_PIDS"], !folder.isEmpty else { return nil }
        self.folder = folder
    }

    /// Nothing stops while nobody watches, so it is for somebody to look at.
    var line: ServicesReport.Line {
        let isWatched = Supervision.watchers.contains(where: isAlive)
        return ServicesReport.Line(
            name: "supervisor", isReady: true,
            problem: isWatched
                ? ""
                : "Nobody watches what deploy/run has started, so what ends is not started again. 'deploy/run --detach' starts "
                    + "a supervisor, and what has ended.")
    }

    /// An id alone proves nothing, since it may have gone to another process: when that was started is compared.
    private func isAlive(_ name: String) -> Bool {
        guard let id = first(word: folder + "/" + name), Int(id) != nil,
            let started = first(word: folder + "/" + name + ".started"),
            let stat = FileManager.default.contents(atPath: "/proc/\(id)/stat")
        else { return false }
        // After the name, which may hold anything in its parentheses: the state first, the start as the twentieth.
        let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 19 && fields[0] != "Z" && fields[19] == started
    }

    private func first(word path: String) -> String? {
        FileManager.default.contents(atPath: path).flatMap {
            String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init)
        }
    }
}
