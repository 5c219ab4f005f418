import Foundation
import Glibc
import TestSupport

/// A PostgreSQL of one test's own, whose data can be copied while it runs, and put in its place: how a standby takes over that
/// lags, and how a backup is restored. Services find each by the same URL.
struct OwnCluster {
    private static let binaries = "/usr/lib/postgresql/15/bin/"
    private static let password = UUID().uuidString

    /// Whether there is a PostgreSQL to make one from.
    static let isPossible = FileManager.default.isExecutableFile(atPath: binaries + "initdb")

    private let folder: String
    private let port: Int

    /// The connection URL of its first database.
    var url: String { "postgresql://keepsight:\(Self.password)@127.0.0.1:\(port)/postgres" }

    /// Runs a body with a cluster that ends with it.
    static func with(_ body: (OwnCluster) async throws -> Void) async throws {
        let folder = "/var/tmp/keepsight-cluster-" + UUID().uuidString.prefix(8).lowercased()
        let cluster = OwnCluster(folder: folder, port: try SecureBroker.freePort())
        do {
            try await cluster.make()
            try await body(cluster)
        } catch {
            await cluster.end()
            throw error
        }
        await cluster.end()
    }

    /// A copy of the data as it is now; as a standby it follows the cluster as soon as it is started.
    func copy(to name: String, asStandby: Bool) async throws {
        try await run(
            "pg_basebackup",
            ["-D", data(name), "-h", "127.0.0.1", "-p", "\(port)", "-U", "keepsight", "-c", "fast", "-X", "stream"]
                + (asStandby ? ["-R"] : []))
    }

    /// Starts what lies there: in the place of the cluster, or beside it.
    func start(_ name: String, inPlace: Bool) async throws {
        let port = try inPlace ? port : SecureBroker.freePort()
        let settings =
            "-p \(port) -c listen_addresses=127.0.0.1 -c unix_socket_directories=\(folder) -c max_connections=200"
        try await run(
            "pg_ctl",
            ["-D", data(name), "-l", folder + "/" + name + ".log", "-o", settings, "-w", "-t", "120", "start"])
    }

    /// Stops it: in good order, or as a machine that loses its power.
    func stop(_ name: String, atOnce: Bool) async throws {
        try await run("pg_ctl", ["-D", data(name), "-m", atOnce ? "immediate" : "fast", "-w", "stop"])
    }

    /// Stops every process of the primary where it is, or lets them go on: the kernel answers for them meanwhile, and nobody else.
    func freeze(_ isFrozen: Bool) throws {
        let file = try String(contentsOfFile: data("primary") + "/postmaster.pid", encoding: .utf8)
        guard let postmaster = file.split(separator: "\n").first.flatMap({ Int32($0) }) else {
            throw Missing("\(folder) has no postmaster.pid")
        }
        // First, so that it makes no others.
        if isFrozen { kill(postmaster, SIGSTOP) }
        for process in try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap({ Int32($0) }) {
            let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            // Behind the name in parentheses: state, parent.
            let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
            guard fields.count > 1, Int32(fields[1]) == postmaster else { continue }
            kill(process, isFrozen ? SIGSTOP : SIGCONT)
        }
        if !isFrozen { kill(postmaster, SIGCONT) }
    }

    /// Makes a standby the primary.
    func promote(_ name: String) async throws {
        try await run("pg_ctl", ["-D", data(name), "-w", "-t", "120", "promote"])
    }

    private func data(_ name: String) -> String { folder + "/" + name }

    private func make() async throws {
        if getuid() == 0 {
            try await program("/usr/bin/install", ["-d", "-o", "postgres", "-g", "postgres", "-m", "700", folder])
        } else {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        let file = folder + "/password"
        try Self.password.write(toFile: file, atomically: false, encoding: .utf8)
        if getuid() == 0 { try await program("/usr/bin/chown", ["postgres", file]) }
        try await run(
            "initdb",
            [
                "-D", data("primary"), "-U", "keepsight", "--pwfile=" + file, "-A", "scram-sha-256", "-E", "UTF8",
                "--locale=C.UTF-8", "--lc-collate=C",
            ])
        try await start("primary", inPlace: true)
    }

    private func end() async {
        try? freeze(false)
        let places = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in places where FileManager.default.fileExists(atPath: data(name) + "/postmaster.pid") {
            try? await stop(name, atOnce: true)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// PostgreSQL refuses to run as root; then the user that Debian's package has made for it runs it.
    private func run(_ tool: String, _ arguments: [String]) async throws {
        let path = Self.binaries + tool
        guard getuid() == 0 else { return try await program(path, arguments) }
        let user = ["--reuid=postgres", "--regid=postgres", "--init-groups"]
        try await program("/usr/bin/setpriv", user + [path] + arguments)
    }

    private func program(_ path: String, _ arguments: [String]) async throws {
        // A server that goes on would keep what it inherits, and by that Foundation sees whether a program has ended.
        let closing = """
            for file in /proc/$$/fd/*; do number=${file##*/}; if [ "$number" -gt 2 ]; then eval "exec $number>&-"; fi; done
            exec "$0" "$@"
            """
        let child = try ServiceChild(
            executable: "/bin/bash", arguments: ["-c", closing, path] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "PGPASSWORD": Self.password, "LC_ALL": "C.UTF-8"],
            workingDirectory: "/")
        guard await child.ended(withinSeconds: 150), child.ending.code == 0 else {
            throw Missing("\(path) \(arguments.joined(separator: " ")) failed:\n\(child.log)")
        }
    }
}
