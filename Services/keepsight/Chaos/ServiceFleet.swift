import Contracts
import Foundation
import Glibc
import ServiceRuntime

/// Two replicas of every service as processes, kept alive: whoever ends is started again.
actor ServiceFleet {
    /// One replica of a service.
    struct Member: Hashable, Sendable {
        let service: String
        let replica: Int
    }

    static let members = Topics.services.flatMap { service in
        (1...2).map { Member(service: service, replica: $0) }
    }

    private let environment: [String: String]
    private let executables: String
    private let logFolder: String
    private var processes: [Member: Process] = [:]
    private(set) var starts = 0

    init(environment: [String: String], executables: String, logFolder: String) {
        self.environment = environment
        self.executables = executables
        self.logFolder = logFolder
    }

    func startAll() throws {
        for member in ServiceFleet.members { try start(member) }
    }

    /// Starts a replica, if it does not run.
    func start(_ member: Member, failpoints: String? = nil) throws {
        guard processes[member]?.isRunning != true else { return }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executables + "/" + member.service)
        var settings = environment
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
        processes[member] = process
        starts += 1
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
