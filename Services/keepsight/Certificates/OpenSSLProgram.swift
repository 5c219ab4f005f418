import CommandRuntime
import Foundation
import ServiceRuntime

/// The `openssl` program, version 3 or later.
enum OpenSSLProgram {
    /// Runs it with a configuration on its standard input; what it printed. Throws with its last line when it fails.
    @discardableResult
    static func run(_ arguments: [String], configuration: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
        try process.run()
        // Both are far shorter than a pipe, so nobody waits for the other.
        try? input.fileHandleForWriting.write(contentsOf: Data(configuration.utf8))
        try? input.fileHandleForWriting.close()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus != 127 else {
            throw CommandFailure(
                .failed, "The openssl program is not there. On Debian: apt-get install openssl. It must be version 3.")
        }
        guard process.terminationStatus == 0 else {
            let reason = complaint.split(separator: "\n").last.map(String.init) ?? "status \(process.terminationStatus)"
            throw CommandFailure(.failed, "openssl \(arguments.first ?? "") failed: \(reason)")
        }
        return said
    }
}
