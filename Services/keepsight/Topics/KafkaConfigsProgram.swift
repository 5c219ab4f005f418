import CommandRuntime
import Foundation
import Glibc
import ServiceRuntime

/// Kafka's own `kafka-configs.sh`, for what librdkafka has no request for: quotas.
struct KafkaConfigsProgram {
    private let path: String
    private let environment: [String: String]

    /// The program of `KAFKA_HOME`; `nil` if that is not set or has none.
    init?(environment: [String: String]) {
        guard let home = environment["KAFKA_HOME"], !home.isEmpty else { return nil }
        path = home + "/bin/kafka-configs.sh"
        self.environment = environment
        guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
    }

    /// Runs it with these words against the brokers of the environment; what it printed. It gives the brokers 30 s, which
    /// cannot be set, and what it does may be done twice: a busy broker is asked once more. A right that is missing, or a
    /// word that it does not know, would be the same again.
    func run(_ words: [String]) throws -> String {
        var answer = try runOnce(words)
        if answer.status != 0, answer.printed.contains("TimeoutException") {
            Output.note("The brokers did not answer \(path) in time. Trying once more.")
            answer = try runOnce(words)
        }
        guard answer.status == 0 else {
            // Its first line repeats the words that it was given; the reason is the exception below.
            let lines = answer.printed.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            let reason = lines.first { $0.contains("Exception: ") } ?? lines.first ?? "status \(answer.status)"
            throw CommandFailure(.failed, "\(path) failed: \(reason)")
        }
        return answer.printed
    }

    private func runOnce(_ words: [String]) throws -> (status: Int32, printed: String) {
        var template = Array((NSTemporaryDirectory() + "/keepsight-XXXXXX").utf8CString)
        // For its owner only, since a key lies in it for as long as the program runs.
        guard let made = mkdtemp(&template) else {
            throw CommandFailure(.failed, "No folder could be made in \(NSTemporaryDirectory()).")
        }
        let folder = String(cString: made)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = try settings(folder)
        try settings.write(toFile: folder + "/client.properties", atomically: false, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments =
            ["--bootstrap-server", environment["KAFKA_BOOTSTRAP_SERVERS"] ?? "", "--command-config"]
            + [folder + "/client.properties"] + words
        process.environment = environment.merging(["KAFKA_HEAP_OPTS": "-Xmx128m"]) { given, _ in given }
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }

    /// The connection's settings as Java has them.
    private func settings(_ folder: String) throws -> String {
        func value(_ name: String) -> String? { environment["KAFKA_SSL_" + name].flatMap { $0.isEmpty ? nil : $0 } }
        guard environment["KAFKA_SECURITY_PROTOCOL"]?.lowercased() == "ssl" else { return "" }
        let store = folder + "/keystore.pem"
        let parts = try [value("KEY_LOCATION"), value("CERTIFICATE_LOCATION")].compactMap { $0 }.map {
            try String(contentsOfFile: $0, encoding: .utf8)
        }
        try parts.joined(separator: "\n").write(toFile: store, atomically: false, encoding: .utf8)
        var lines = [
            "security.protocol=SSL", "ssl.truststore.type=PEM", "ssl.truststore.location=\(value("CA_LOCATION") ?? "")",
            "ssl.keystore.type=PEM", "ssl.keystore.location=\(store)",
        ]
        if let file = value("KEY_PASSWORD_FILE") {
            let password = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first ?? ""
            lines.append("ssl.key.password=\(password.replacing("\\", with: "\\\\"))")
        }
        if value("ENDPOINT_IDENTIFICATION_ALGORITHM") == "none" {
            lines.append("ssl.endpoint.identification.algorithm=")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
