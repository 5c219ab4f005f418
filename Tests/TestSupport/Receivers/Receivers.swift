import Foundation
import Glibc

/// A mail server and an HTTP receiver of a test's own, as processes that can be stopped, on free ports; `receivers.py` says
/// what they answer to which name.
public final class Receivers: Sendable {
    /// Something that arrived by HTTP.
    public struct Post: Sendable {
        /// Where.
        public let path: String
        /// Names in lower case.
        public let headers: [String: String]
        /// As it came.
        public let body: String
    }

    /// The port of the mail server.
    public let mailPort: Int
    /// The port of the HTTP receiver.
    public let httpPort: Int
    /// Where everything that arrives is kept.
    public let folder: String
    private let child: ServiceChild

    /// Starts both.
    public init(_ options: [String] = []) async throws {
        folder = NSTemporaryDirectory() + "keepsight-receivers-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let child = try ServiceChild(
            executable: "/usr/bin/python3",
            arguments: [TestEnvironment.project + "/Tests/TestSupport/Receivers/receivers.py", folder] + options,
            environment: [:])
        let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
        while !child.log.contains("http "), child.isRunning, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(20))
        }
        let said = child.log
        func port(_ name: String) -> Int? {
            said.split(separator: "\n").first { $0.hasPrefix(name + " ") }?.split(separator: " ").last
                .flatMap { Int($0) }
        }
        guard let mail = port("smtp"), let http = port("http") else {
            throw Missing("the receivers did not start: \(said)")
        }
        self.child = child
        (mailPort, httpPort) = (mail, http)
    }

    /// Ends both, and forgets what has arrived.
    public func stop() async {
        child.send(SIGKILL)
        _ = await child.ended(withinSeconds: 10)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Stops answering, as a server does that hangs; or goes on.
    public func hang(_ hangs: Bool) { child.send(hangs ? SIGSTOP : SIGCONT) }

    /// Every e-mail so far: the recipient in the first line, then the message.
    public func mails() throws -> [String] {
        try files("mail-").map { try String(contentsOfFile: $0, encoding: .utf8) }
    }

    /// Every POST so far.
    public func posts() throws -> [Post] {
        try files("post-").map { path in
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
            return Post(
                path: object["path"] as? String ?? "", headers: object["headers"] as? [String: String] ?? [:],
                body: object["body"] as? String ?? "")
        }
    }

    /// Waits until there are so many e-mails; returns what there is when the time is over.
    public func mails(atLeast count: Int, seconds: Double = 20) async throws -> [String] {
        try await wait(seconds) { try self.mails().count >= count }
        return try mails()
    }

    /// Waits until there are so many POSTs; returns what there is when the time is over.
    public func posts(atLeast count: Int, seconds: Double = 20) async throws -> [Post] {
        try await wait(seconds) { try self.posts().count >= count }
        return try posts()
    }

    private func wait(_ seconds: Double, _ isThere: () throws -> Bool) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds * TestEnvironment.patience))
        while try !isThere(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }
    }

    private func files(_ prefix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".part") }.sorted().map { folder + "/" + $0 }
    }

    /// A certificate for this machine, and its key, in files of a folder; whoever trusts the certificate trusts the server.
    public static func certificate() async throws -> (certificate: String, key: String) {
        let folder = NSTemporaryDirectory() + "keepsight-certificate-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
        let made = try await ChildProcess.openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-addext",
            "subjectAltName=IP:127.0.0.1", "-days", "2", "-keyout", key, "-out", certificate)
        guard made.status == 0 else { throw Missing("openssl made no certificate: \(made.said)") }
        return (certificate, key)
    }

    /// HMAC-SHA256 in base64 by OpenSSL's own program, for a secret as webhooks have it.
    public static func hmac(of bytes: [UInt8], secret: String) async throws -> String {
        guard let key = Data(base64Encoded: String(secret.dropFirst("whsec_".count))) else {
            throw Missing("no secret in \(secret)")
        }
        let file = NSTemporaryDirectory() + "keepsight-signed-" + UUID().uuidString
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let digest = file + ".digest"
        defer { try? FileManager.default.removeItem(atPath: digest) }
        let made = try await ChildProcess.openssl(
            "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + key.map { String(format: "%02x", $0) }.joined(),
            "-binary", "-out", digest, file)
        guard made.status == 0 else { throw Missing("openssl made no digest: \(made.said)") }
        return try Data(contentsOf: URL(fileURLWithPath: digest)).base64EncodedString()
    }
}
