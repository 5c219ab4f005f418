import Foundation
import Glibc
import ServiceRuntime

/// A service as a process of its own, that can really be killed.
public final class ServiceChild: @unchecked Sendable {
    // Unchecked: Foundation's Process is not Sendable; it is started here and only asked and signalled afterwards.
    private let process: Process
    /// The file that its log goes to.
    public let logPath: String

    /// Starts an executable of the project, in a folder if one is given.
    public convenience init(
        _ name: String, arguments: [String] = [], environment: [String: String], workingDirectory: String? = nil
    ) throws {
        guard let folder = TestEnvironment.executables else {
            throw Missing("KEEPSIGHT_BIN_DIR is not set. Run the tests by deploy/test.")
        }
        try self.init(
            executable: folder + "/" + name, arguments: arguments, environment: TestSwitches.consenting(environment),
            workingDirectory: workingDirectory)
    }

    /// Starts a program by its path.
    public init(
        executable: String, arguments: [String], environment: [String: String], workingDirectory: String? = nil
    ) throws {
        let name = executable.split(separator: "/").last ?? ""
        process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = environment.merging(ServiceChild.sanitizerSettings) { given, _ in given }
        if let workingDirectory { process.currentDirectoryURL = URL(fileURLWithPath: workingDirectory) }
        logPath = NSTemporaryDirectory() + "keepsight-\(name)-\(UUID().uuidString).log"
        _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        let log = FileHandle(forWritingAtPath: logPath)
        process.standardError = log
        process.standardOutput = log
        process.standardInput = FileHandle.nullDevice
        try ChildProcess.start(process)
    }

    /// Where a sanitizer reports, so that it does not report into the log of a child, which nobody reads; and what it
    /// needs beside itself.
    private static let sanitizerSettings = ProcessInfo.processInfo.environment.filter {
        ["TSAN_OPTIONS", "ASAN_OPTIONS", "LSAN_OPTIONS", "LD_PRELOAD"].contains($0.key)
    }

    /// The process's number.
    public var processIdentifier: Int32 { process.processIdentifier }

    /// Whether it still runs.
    public var isRunning: Bool { process.isRunning }

    /// The signal or status that it ended with.
    public var ending: (isSignal: Bool, code: Int32) {
        (process.terminationReason == .uncaughtSignal, process.terminationStatus)
    }

    /// Sends a signal.
    public func send(_ signal: Int32) { if process.isRunning { kill(process.processIdentifier, signal) } }

    /// What it has written on both streams so far.
    public var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    /// Waits for its end; `false` when the time is over.
    public func ended(withinSeconds seconds: Double) async -> Bool {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds * TestEnvironment.patience))
        while process.isRunning, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(20)) }
        return !process.isRunning
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: logPath)
    }
}
