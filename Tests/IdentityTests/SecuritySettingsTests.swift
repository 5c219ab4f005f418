import Foundation
import KafkaClient
import Testing

/// The settings of the connection's security, as people get them wrong.
struct SecuritySettingsTests {
    private let folder = NSTemporaryDirectory() + "keepsight-security-" + UUID().uuidString

    private func withFiles(_ body: (_ right: [String: String]) throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try pem("CERTIFICATE").write(toFile: folder + "/ca.pem", atomically: true, encoding: .utf8)
        try pem("PRIVATE KEY").write(toFile: folder + "/key.pem", atomically: true, encoding: .utf8)
        try pem("ENCRYPTED PRIVATE KEY").write(toFile: folder + "/locked.pem", atomically: true, encoding: .utf8)
        try "".write(toFile: folder + "/empty", atomically: true, encoding: .utf8)
        try body([
            "KAFKA_SECURITY_PROTOCOL": "ssl", "KAFKA_SSL_CA_LOCATION": folder + "/ca.pem",
            "KAFKA_SSL_CERTIFICATE_LOCATION": folder + "/ca.pem", "KAFKA_SSL_KEY_LOCATION": folder + "/key.pem",
        ])
    }

    private func pem(_ kind: String) -> String { "-----BEGIN \(kind)-----\nAAAA\n-----END \(kind)-----\n" }

    private func problems(_ environment: [String: String]) -> [String] {
        do throws(KafkaSecurityError) {
            _ = try KafkaSecurity.read(environment: environment)
            return []
        } catch {
            return error.problems
        }
    }

    @Test("Nothing set is plain text; all set is TLS; the description shows no path and no password")
    func right() throws {
        #expect(try KafkaSecurity.read(environment: [:]) == .plaintext)
        #expect(try KafkaSecurity.read(environment: ["KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"]) == .plaintext)
        try withFiles { right in
            let security = try KafkaSecurity.read(environment: right)
            #expect(security.isEncrypted)
            try "secret\n".write(toFile: folder + "/password", atomically: true, encoding: .utf8)
            var locked = right
            locked["KAFKA_SSL_KEY_LOCATION"] = folder + "/locked.pem"
            locked["KAFKA_SSL_KEY_PASSWORD_FILE"] = folder + "/password"
            var shown = ""
            dump(try KafkaSecurity.read(environment: locked), to: &shown)
            #expect(!shown.contains("secret"))
        }
    }

    @Test("Each mistake is one sentence that names the setting and says what to do")
    func wrong() throws {
        try withFiles { right in
            let mistakes: [(setting: String, value: String?, says: String)] = [
                ("KAFKA_SECURITY_PROTOCOL", "sasl_ssl", "neither plaintext nor ssl"),
                ("KAFKA_SECURITY_PROTOCOL", nil, "set it to ssl"),
                ("KAFKA_SSL_CA_LOCATION", nil, "keepsight certificates"),
                ("KAFKA_SSL_CA_LOCATION", folder + "/none.pem", "No such file"),
                ("KAFKA_SSL_CA_LOCATION", folder, "not a file"),
                ("KAFKA_SSL_CERTIFICATE_LOCATION", folder + "/key.pem", "holds no PEM 'CERTIFICATE'"),
                ("KAFKA_SSL_KEY_LOCATION", folder + "/ca.pem", "holds no PEM 'PRIVATE KEY'"),
                ("KAFKA_SSL_KEY_LOCATION", folder + "/empty", "holds no PEM 'PRIVATE KEY'"),
                ("KAFKA_SSL_KEY_LOCATION", folder + "/locked.pem", "KAFKA_SSL_KEY_PASSWORD_FILE"),
                ("KAFKA_SSL_KEY_PASSWORD_FILE", folder + "/empty", "is empty"),
                ("KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", "maybe", "neither https nor none"),
            ]
            for mistake in mistakes {
                var environment = right
                environment[mistake.setting] = mistake.value
                let found = problems(environment)
                #expect(found.contains { $0.contains(mistake.says) }, "\(mistake.setting): \(found)")
                #expect(found.allSatisfy { $0.hasPrefix("KAFKA_") && $0.hasSuffix(".") })
            }
        }
    }

    @Test("Every problem comes at once")
    func together() {
        #expect(problems(["KAFKA_SECURITY_PROTOCOL": "ssl"]).count == 3)
    }
}
