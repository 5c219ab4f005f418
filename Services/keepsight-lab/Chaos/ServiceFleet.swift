import CommandRuntime
import Contracts
import Foundation
import Glibc
import ServiceRegistry
import ServiceRuntime

/// Two replicas of every service as processes, kept alive: whoever ends is started again.
actor ServiceFleet {
    /// One replica of a service.
    struct Member: Hashable, Sendable {
        let service: String
        let replica: Int
    }

    static let members = ServiceRegistry.names.flatMap { service in
        (1...2).map { Member(service: service, replica: $0) }
    }

    private let environment: [String: String]
    private let executables: String
    private let logFolder: String
    private let passwordFolder: String
    private var processes: [Member: Process] = [:]
    private(set) var starts = 0

    init(environment: [String: String], executables: String, logFolder: String, passwordFolder: String) {
        self.environment = environment
        self.executables = executables
        self.logFolder = logFolder
        self.passwordFolder = passwordFolder
    }

    func startAll() throws {
        for member in ServiceFleet.members { try start(member) }
    }

    /// Starts a replica, if it does not run.
    func start(_ member: Member, failpoints: String? = nil) throws {
        guard processes[member]?.isRunning != true else { return }
        processes[member] = try launch(member, failpoints: failpoints)
    }

    private func launch(_ member: Member, failpoints: String? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executables + "/" + member.service)
        var settings = environment
        settings["KEEPSIGHT_DATABASE_URL"] = databaseURL(of: member.service)
        settings["KEEPSIGHT_REPLICA"] = "\(member.replica)"
        settings["KEEPSIGHT_HTTP_ADDRESS"] = "127.0.0.1:0"
        settings["KEEPSIGHT_FAILPOINTS"] = failpoints
        process.environment = TestSwitches.consenting(settings)
        let path = "\(logFolder)/\(member.service)-\(member.replica).log"
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let log = FileHandle(forWritingAtPath: path)
        log?.seekToEndOfFile()
        process.standardOutput = log
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
        starts += 1
        return process
    }

    /// The database as the service's own role sees it: what a service may not do, it may not do here either.
    private func databaseURL(of service: String) -> String? {
        guard let url = environment["KEEPSIGHT_DATABASE_URL"], let user = url.range(of: "://"),
            let host = url[user.upperBound...].lastIndex(of: "@"),
            let password = try? String(contentsOfFile: passwordFolder + "/" + service, encoding: .utf8)
        else { return environment["KEEPSIGHT_DATABASE_URL"] }
        let role = ServiceFleet.role(of: service, environment)
        let secret = password.trimmingCharacters(in: .whitespacesAndNewlines)
        return url[..<user.upperBound] + "\(role):\(secret)" + url[host...]
    }

    /// Ends a replica in the middle of whatever it does.
    func killed(_ member: Member) async {
        signal(SIGKILL, member)
        _ = await ended(member, withinSeconds: 5)
    }

    /// Starts a second process under a replica's name, and ends it after so many seconds if it has not ended by itself. One of
    /// the two is fenced.
    func runTwin(of member: Member, seconds: Int) async throws {
        let twin = try launch(member)
        try? await Task.sleep(for: .seconds(seconds))
        if twin.isRunning { kill(twin.processIdentifier, SIGTERM) }
        let end = ContinuousClock.now.advanced(by: .seconds(27))
        while twin.isRunning, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(20)) }
        if twin.isRunning { kill(twin.processIdentifier, SIGKILL) }
    }

    /// The replica that has a connection from this port; `nil` if it is nobody's.
    func member(withLocalPort port: Int) -> Member? {
        let inodes = LocalSockets.inodes(ofPort: port)
        return processes.first { $0.value.isRunning && LocalSockets.holds($0.value.processIdentifier, inodes) }?.key
    }

    /// A service's role in the database, as `migrate` has made it.
    static func role(of service: String, _ environment: [String: String]) -> String {
        (environment["KEEPSIGHT_ROLE_PREFIX"] ?? "keepsight_") + service.replacing("-", with: "_")
    }

    /// Starts whoever has ended. Returns the members that ended without having been told to.
    func revive() throws {
        for member in ServiceFleet.members { try start(member) }
    }

    func signal(_ number: Int32, _ member: Member) {
        guard let process = processes[member], process.isRunning else { return }
        kill(process.processIdentifier, number)
    }

    /// Waits until a replica has ended; `false` when the time is over.
    func ended(_ member: Member, withinSeconds seconds: Double) async -> Bool {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        while processes[member]?.isRunning == true, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(20))
        }
        return processes[member]?.isRunning != true
    }

    /// Stops every replica; how many did not stop in good order within their budget.
    func stopAll() async -> Int {
        for member in ServiceFleet.members {
            signal(SIGCONT, member)
            signal(SIGTERM, member)
        }
        var stubborn = 0
        for member in ServiceFleet.members where await !ended(member, withinSeconds: 27) {
            stubborn += 1
            signal(SIGKILL, member)
            _ = await ended(member, withinSeconds: 5)
        }
        return stubborn
    }
}
