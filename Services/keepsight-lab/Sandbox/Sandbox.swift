import CommandRuntime
import FoundationEssentials
import Glibc
import ServiceRuntime

/// A database, a broker, and what else deploy/run starts, for one run that breaks or measures them.
struct Sandbox {
    let folder: String

    /// Makes them this process's until it ends, so that no second run stops what the first one needs.
    func claim() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lock = open(folder + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw CommandFailure(.unavailable, "Another run uses \(folder); wait until it has ended.")
        }
    }

    /// Starts them anew, with nothing in them, so that no run meets what an earlier one has left; `flags` are those of
    /// deploy/run. The environment with their endpoints.
    func start(_ flags: String, _ environment: [String: String]) throws -> [String: String] {
        stop()
        _ = shell("rm -rf '\(folder)'/kafka* '\(folder)/postgres-password' '\(folder)/log'")
        let policy = environment["KEEPSIGHT_POLICY_DIR"].map { "KEEPSIGHT_POLICY_DIR='\($0)' " } ?? ""
        let settings = "KEEPSIGHT_THROWAWAY_DATABASE=yes KEEPSIGHT_RUN_DIR='\(folder)' \(policy)"
        guard shell("\(settings)deploy/run --detach \(flags) >&2") == 0 else {
            throw CommandFailure(.unavailable, "deploy/run did not start what is needed; see above.")
        }
        var environment = environment
        for (name, value) in try Endpoints.read(folder + "/env") { environment[name] = value }
        return environment
    }

    /// Stops what start has started. Harmless where nothing runs.
    func stop() { _ = shell("KEEPSIGHT_RUN_DIR='\(folder)' deploy/stop >&2") }

    /// Where the executables of that build are: first on the path that deploy/run has written.
    func executables(_ environment: [String: String]) -> String {
        environment["PATH"].flatMap { $0.split(separator: ":").first.map(String.init) } ?? "."
    }

    private func shell(_ command: String) -> Int32 { system(command) }
}
