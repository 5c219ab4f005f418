import Foundation

/// A program that is run to its end.
public enum ChildProcess {
    /// One at a time: Foundation learns of a child's end by a descriptor that closes, and another child that is started at
    /// the same moment may inherit it, so that the first seems to live for as long as the second.
    private static let starting = NSLock()

    static func start(_ process: Process) throws { try starting.withLock { try process.run() } }

    /// What `find` finds, a path each.
    public static func find(_ arguments: String...) async throws -> [String] {
        let child = try ServiceChild(executable: "/usr/bin/find", arguments: arguments, environment: [:])
        guard await child.ended(withinSeconds: 60) else { throw Missing("find \(arguments) does not end") }
        return child.log.split(separator: "\n").map(String.init)
    }

    /// Runs OpenSSL's own program; its exit status and everything that it said. Waits without holding a thread.
    public static func openssl(_ arguments: String...) async throws -> (status: Int32, said: String) {
        let child = try ServiceChild(executable: "/usr/bin/openssl", arguments: arguments, environment: [:])
        guard await child.ended(withinSeconds: 60) else { throw Missing("openssl \(arguments) does not end") }
        return (child.ending.code, child.log)
    }
}
