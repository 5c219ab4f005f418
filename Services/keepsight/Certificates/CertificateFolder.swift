import CommandRuntime
import Foundation
import Glibc
import ServiceRuntime

/// A folder with a development authority and the certificates that it has made. Every file in it is for its owner only.
struct CertificateFolder: Sendable {
    /// What became of a holder's certificate.
    enum Outcome: String, Sendable {
        /// It was made.
        case made
        /// It was there, and is valid.
        case kept
    }

    private static let authority = "authority"
    /// The authority outlives what it makes, so that certificates can be added later.
    private static let authorityDays = 3650

    let path: String

    /// The authority's certificate.
    var authorityCertificate: String { file(CertificateFolder.authority + ".pem") }

    /// A file of the folder.
    func file(_ name: String) -> String { path + "/" + name }

    /// Makes the folder, if it is not there.
    func prepare() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(.failed, "The folder \(path) cannot be made. Choose another one by --to.")
        }
        guard access(path, W_OK) == 0 else {
            throw CommandFailure(.failed, "Nothing can be written to \(path). Choose another folder by --to.")
        }
    }

    /// Makes the authority, or keeps the one that is there. A new one makes everything that an older one made worthless, so
    /// it replaces only when told to.
    func makeAuthority(replacing: Bool) throws -> Outcome {
        let (certificate, key) = (authorityCertificate, file(CertificateFolder.authority + ".key"))
        switch (exists(certificate), exists(key)) {
        case (true, true) where !replacing: return .kept
        case (false, false): break
        case _ where replacing: break
        default:
            throw CommandFailure(
                .failed,
                "Of \(certificate) and its key only one is there. Bring the other back, or make everything anew by --replace."
            )
        }
        try make(CertificateFolder.authority, [], commonName: "Keepsight development authority", authority: true)
        return .made
    }

    /// Makes a holder's certificate, or keeps the one that is there.
    func makeCertificate(for holder: CertificateHolder, days: Int, replacing: Bool) throws -> Outcome {
        let name = holder.commonName
        let (certificate, key) = (file(name + ".pem"), file(name + ".key"))
        if exists(certificate) || exists(key), !replacing {
            guard exists(certificate), exists(key), isValid(certificate) else {
                throw CommandFailure(
                    .failed,
                    "\(certificate) is not complete, has expired, or comes from another authority. Make it anew by "
                        + "--replace; with --agency or --service only that one.")
            }
            return .kept
        }
        try make(name, holder.extensions, commonName: name, days: days)
        return .made
    }

    /// Until when a certificate is valid, as openssl writes it: `Nov 24 02:00:00 2027 GMT`.
    func end(of holder: CertificateHolder) throws -> String {
        let said = try OpenSSLProgram.run(["x509", "-noout", "-enddate", "-in", file(holder.commonName + ".pem")])
        return said.replacing("notAfter=", with: "").replacing("\n", with: "")
    }

    /// Writes a text file for its owner only, in one step.
    func write(_ text: String, to name: String) throws {
        let (new, final) = (file(name + ".new"), file(name))
        unlink(new)
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw CommandFailure(.failed, "\(new) cannot be written.") }
        let bytes = Array(text.utf8)
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard count == bytes.count, rename(new, final) == 0 else {
            throw CommandFailure(.failed, "\(final) cannot be written. Is the disk full?")
        }
    }

    /// A file's text.
    func text(of name: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file(name)) else {
            throw CommandFailure(.failed, "\(file(name)) cannot be read.")
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func isValid(_ certificate: String) -> Bool {
        (try? OpenSSLProgram.run(["verify", "-CAfile", authorityCertificate, certificate])) != nil
    }

    /// A key on the curve P-256 and its certificate, signed by the authority; or the authority, by itself. Both under other
    /// names first, so that what is there stays as it is when openssl fails.
    private func make(
        _ name: String, _ extensions: [String], commonName: String, authority: Bool = false,
        days: Int = CertificateFolder.authorityDays
    ) throws {
        let (key, certificate) = (name + ".key", name + ".pem")
        var arguments = [
            "req", "-x509", "-config", "/dev/stdin", "-extensions", "extensions", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-noenc", "-sha256", "-days", String(days), "-subj", "/CN=" + commonName,
            "-keyout", file(key + ".new"), "-out", file(certificate + ".new"),
        ]
        if !authority {
            arguments += ["-CA", authorityCertificate, "-CAkey", file(CertificateFolder.authority + ".key")]
        }
        let standing =
            authority
            ? ["basicConstraints = critical, CA:TRUE, pathlen:0", "keyUsage = critical, keyCertSign, cRLSign"]
            : ["basicConstraints = critical, CA:FALSE", "keyUsage = critical, digitalSignature"]
        // openssl makes its files by the process's own mask.
        let mask = umask(0o077)
        defer { umask(mask) }
        for file in [key, certificate] { unlink(self.file(file + ".new")) }
        try OpenSSLProgram.run(
            arguments,
            configuration: """
                [req]
                distinguished_name = name
                [name]
                [extensions]
                \((standing + extensions).joined(separator: "\n"))

                """)
        for file in [key, certificate] where rename(self.file(file + ".new"), self.file(file)) != 0 {
            throw CommandFailure(.failed, "\(self.file(file)) cannot be written.")
        }
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
