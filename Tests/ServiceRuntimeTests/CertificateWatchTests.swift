import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ServiceRuntime

struct CertificateWatchTests {
    private static let day = 86_400

    private func status(own days: Double?, authority: Double = 400, renewedAfter: Double? = nil) -> HealthState.Status {
        func certificate(_ name: String, _ days: Double?) -> CertificateWatch.Certificate {
            CertificateWatch.Certificate(
                name: name, setting: "KAFKA_" + name, path: "/\(name).pem",
                end: days.map { Int($0 * Double(Self.day)) + 1_000_000_000 })
        }
        return CertificateWatch.status(
            of: [certificate("own", days), certificate("authority", authority)],
            renewed: { _ in renewedAfter.map { Int($0 * Double(Self.day)) + 1_000_000_000 } }, now: 1_000_000_000)
    }

    @Test("A certificate is quiet for long, then is to be seen to, then stops the service from being ready")
    func statuses() {
        #expect(status(own: 400) == .ok)
        #expect(status(own: 30) == .ok)
        let soon = status(own: 29.5)
        #expect(soon.word == "attention")
        for part in ["KAFKA_own", "/own.pem", "in 29 days", "start the service again"] {
            #expect(soon.reason.contains(part), "\(soon)")
        }
        let authority = status(own: 400, authority: 2)
        #expect(authority.word == "attention" && authority.reason.contains("KAFKA_authority"))
        let ended = status(own: -0.1, authority: 5)
        #expect(ended.word == "down")
        #expect(ended.reason.contains("has ended") && ended.reason.contains("in 5 days"), "\(ended)")
        let unread = status(own: nil)
        #expect(unread.word == "attention" && unread.reason.contains("No certificate could be read"))
    }

    @Test("What counts is the certificate that the process has read; a newer file asks for a restart")
    func renewed() {
        let renewed = status(own: 3, renewedAfter: 300)
        #expect(renewed.word == "attention")
        #expect(renewed.reason.contains("a newer one lies there: start the service again"), "\(renewed)")
    }

    @Test("From a file: of several certificates the first to end, in health, in a metric and in the log")
    func files() async throws {
        let folder = NSTemporaryDirectory() + "keepsight-certificates-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for days in ["10", "60"] {
            let made = try await ChildProcess.openssl(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=service-x", "-days", days, "-keyout", folder + "/key.pem", "-out", folder + "/\(days).pem")
            try #require(made.status == 0, "\(made.said)")
        }
        let chain = try ["60", "10"].map { try String(contentsOfFile: folder + "/\($0).pem", encoding: .utf8) }.joined()
        try chain.write(toFile: folder + "/chain.pem", atomically: true, encoding: .utf8)
        let watch = CertificateWatch(environment: [
            "KAFKA_SSL_CERTIFICATE_LOCATION": folder + "/chain.pem", "KAFKA_SSL_CA_LOCATION": folder + "/60.pem",
        ])
        let (health, metrics) = (HealthState(), Metrics())
        let lines = Mutex<[String]>([])
        let log = Log(service: "x", format: .json, level: .info) { line in lines.withLock { $0.append(line) } }
        let now = Int(Date.now.timeIntervalSince1970)
        var said: CertificateWatch.Said?
        watch.look(log, health, metrics, &said, now: now)
        let status = try #require(health.status(of: .certificate))
        #expect(status.word == "attention")
        let reason = status.reason
        #expect(reason.contains("chain.pem ends in"), "\(reason)")
        #expect(!reason.contains("60.pem"))
        let own = metrics.gauge("certificate_days_left", labels: [("certificate", "own")], help: "").value
        let authority = metrics.gauge("certificate_days_left", labels: [("certificate", "authority")], help: "").value
        #expect((9...10.1).contains(own) && (59...60.1).contains(authority), "\(own), \(authority)")
        #expect(lines.withLock { $0.first }?.contains("certificate-ends") == true)
        // The process runs on, and is looked at again before long; the log has each state once.
        #expect(CertificateWatch.interval <= .seconds(60))
        watch.look(log, health, metrics, &said, now: now + 60)
        #expect(lines.withLock { $0.count } == 1)
        for seconds in [0, 60] {
            watch.look(log, health, metrics, &said, now: now + 11 * Self.day + seconds)
            #expect(health.status(of: .certificate)?.word == "down" && !health.isReady)
        }
        #expect(metrics.gauge("certificate_days_left", labels: [("certificate", "own")], help: "").value < 0)
        #expect(lines.withLock { $0.map { $0.contains("certificate-ended") } } == [false, true])
        #expect(CertificateWatch.end(of: folder + "/key.pem") == nil)
        #expect(CertificateWatch.end(of: folder + "/none.pem") == nil)
        #expect(CertificateWatch(environment: [:]).certificates.isEmpty)
    }
}
