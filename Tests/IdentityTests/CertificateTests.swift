import Foundation
import ServiceRuntime
import TestSupport
import Testing

/// `keepsight certificates`, without a broker.
@Suite(.enabled(if: TestEnvironment.executables != nil, "needs the executables: run deploy/test"))
struct CertificateTests {
    private func withFolder(_ body: (_ folder: String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "keepsight-certificates-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private func contents(of folder: String) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            contents[name] = FileManager.default.contents(atPath: folder + "/" + name)
        }
        return contents
    }

    @Test("One for everybody: signed by the authority, named by its holder, and files for their owner only")
    func everybody() async throws {
        try await withFolder { folder in
            let made = try await Keepsight.run(["certificates", "--to", folder, "--days", "30"])
            #expect(made.status == 0 && made.said.contains("for development"), "\(made.said)")
            let names =
                ["broker", "administrator", "operator"]
                + ["referral-intake", "mash-screener", "escalation-tracker", "notifier"].map { "service-" + $0 }
                + AccessTable.agencies.map { "agency-" + $0 }
            for name in names {
                let file = "\(folder)/\(name).pem"
                #expect(
                    try await ChildProcess.openssl("verify", "-CAfile", folder + "/authority.pem", file).status == 0,
                    "\(name)")
                let subject = try await ChildProcess.openssl(
                    "x509", "-noout", "-subject", "-nameopt", "RFC2253", "-in", file
                ).said
                #expect(subject == "subject=CN=\(name)\n")
                let thirtyOneDays = "\(31 * 86_400)"
                #expect(
                    try await ChildProcess.openssl("x509", "-checkend", thirtyOneDays, "-noout", "-in", file).status
                        == 1,
                    "\(name)")
            }
            let broker = try await ChildProcess.openssl(
                "x509", "-noout", "-ext", "subjectAltName", "-in", folder + "/broker.pem"
            )
            .said
            #expect(broker.contains("DNS:localhost, IP Address:127.0.0.1"))
            let files = try contents(of: folder).keys
            #expect(!files.contains { $0.hasSuffix(".new") })
            for file in files {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + file)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
            }
        }
    }

    @Test("What is there is kept byte for byte; --replace makes anew what it names, and only that")
    func replacing() async throws {
        try await withFolder { folder in
            try await Keepsight.mustRun(["certificates", "--to", folder])
            let first = try contents(of: folder)
            try await Keepsight.mustRun(["certificates", "--to", folder])
            #expect(try contents(of: folder) == first)
            try await Keepsight.mustRun(["certificates", "--to", folder, "--agency", "police", "--replace"])
            let second = try contents(of: folder)
            #expect(
                first.keys.filter { first[$0] != second[$0] }.sorted() == ["agency-police.key", "agency-police.pem"])
            try await Keepsight.mustRun(["certificates", "--to", folder, "--replace"])
            let third = try contents(of: folder)
            #expect(third["authority.pem"] != second["authority.pem"])
            #expect(third["agency-csc.pem"] != second["agency-csc.pem"])
        }
    }

    @Test("What cannot be made is one sentence: no folder, no agency, half a certificate, another authority")
    func mistakes() async throws {
        try await withFolder { folder in
            func complaint(_ words: String...) async throws -> (status: Int32, said: String) {
                try await Keepsight.run(["certificates"] + words)
            }
            #expect(try await complaint().status == ExitStatus.usage.rawValue)
            let nobody = try await complaint("--to", folder, "--agency", "polcie")
            #expect(nobody.status == ExitStatus.usage.rawValue && nobody.said.contains("Did you mean 'police'?"))
            let service = try await complaint("--to", folder, "--service", "notfier")
            #expect(service.status == ExitStatus.usage.rawValue && service.said.contains("notifier"))
            let place = try await complaint("--to", "/proc/nowhere", "--agency", "police")
            #expect(place.status == ExitStatus.failed.rawValue && place.said.contains("--to"))
            try await Keepsight.mustRun(["certificates", "--to", folder, "--agency", "police"])
            try FileManager.default.removeItem(atPath: folder + "/agency-police.key")
            let half = try await complaint("--to", folder, "--agency", "police")
            #expect(half.status == ExitStatus.failed.rawValue && half.said.contains("--replace"), "\(half.said)")
            try FileManager.default.removeItem(atPath: folder + "/authority.key")
            let authority = try await complaint("--to", folder, "--agency", "csc")
            #expect(authority.status == ExitStatus.failed.rawValue && authority.said.contains("only one is there"))
        }
    }
}
