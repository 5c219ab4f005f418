import COpenSSL
import FoundationEssentials

/// When the certificates with which a service speaks to Kafka end: looked at when it starts and every minute, said in health, in
/// a metric and in the log long before.
public struct CertificateWatch: Sendable {
    /// A certificate that is in use. Kafka's client reads its file once, when the process starts.
    struct Certificate: Sendable, Equatable {
        /// Whose it is: `own` or `authority`.
        let name: String
        /// The setting that names its file.
        let setting: String
        let path: String
        /// When it ends, in seconds since 1970; of several in one file the first to end. `nil` if it could not be read.
        let end: Int?
    }

    /// How long before its end somebody is to see to it.
    static let warningDays = 30
    /// Between two looks: one may end at any moment, and the clock may be set.
    static let interval = Duration.seconds(60)
    /// Between two log lines about the same state.
    static let repetition = Duration.seconds(86_400)

    let certificates: [Certificate]

    /// Those that the environment names for Kafka, as their files are now.
    public init(environment: [String: String]) {
        let files = [("own", "KAFKA_SSL_CERTIFICATE_LOCATION"), ("authority", "KAFKA_SSL_CA_LOCATION")]
        certificates = files.compactMap { name, setting in
            guard let path = environment[setting], !path.isEmpty else { return nil }
            return Certificate(name: name, setting: setting, path: path, end: CertificateWatch.end(of: path))
        }
    }

    /// Runs until the task is cancelled.
    public func run(_ log: Log, _ health: HealthState, _ metrics: Metrics) async {
        guard !certificates.isEmpty else { return }
        var said: Said?
        while !Task.isCancelled {
            look(log, health, metrics, &said, now: Int(Date.now.timeIntervalSince1970))
            try? await Task.sleep(for: CertificateWatch.interval)
        }
    }

    /// What the log has of it, and since when.
    struct Said {
        let word: String
        let at: ContinuousClock.Instant
    }

    /// One look. The log has each state when it begins, and once a day as long as it lasts.
    func look(_ log: Log, _ health: HealthState, _ metrics: Metrics, _ said: inout Said?, now: Int) {
        for certificate in certificates {
            guard let end = certificate.end else { continue }
            metrics.gauge(
                "certificate_days_left", labels: [("certificate", certificate.name)],
                help: "Days until a certificate that is used for Kafka ends; below 0 it has ended."
            ).set(Double(end - now) / 86_400)
        }
        let status = CertificateWatch.status(of: certificates, renewed: CertificateWatch.end(of:), now: now)
        health.report(.certificate, status)
        let isSaid = said.map { $0.word == status.word && $0.at.duration(to: .now) < Self.repetition } ?? false
        guard !isSaid else { return }
        said = Said(word: status.word, at: .now)
        switch status {
        case .attention(let reason): log.warning("certificate-ends", reason)
        case .down(let reason): log.error("certificate-ended", reason)
        case .starting, .ok, .degraded: break
        }
    }

    /// What is to be said of certificates: the worst first. `renewed` says when the one ends that lies in a file by now.
    static func status(of certificates: [Certificate], renewed: (_ path: String) -> Int?, now: Int)
        -> HealthState.Status
    {
        var sentences: [String] = []
        var hasEnded = false
        for certificate in certificates.sorted(by: { ($0.end ?? Int.max) < ($1.end ?? Int.max) }) {
            let file = "\(certificate.setting), \(certificate.path)"
            guard let end = certificate.end else {
                sentences.append(
                    "No certificate could be read from \(file), so nobody sees when it ends: put PEM there.")
                continue
            }
            // Whole days, so that a certificate with 29.5 days left is said to have 29.
            let days = Int((Double(end - now) / 86_400).rounded(.down))
            guard days < warningDays else { continue }
            let isRenewed = renewed(certificate.path).map { $0 > end } == true
            if end <= now { hasEnded = true }
            let ending = end <= now ? "has ended" : "ends in \(counted(days, "day"))"
            sentences.append(
                "The certificate of \(file) \(ending)"
                    + (isRenewed
                        ? "; a newer one lies there: start the service again."
                        : ": put a new one there and start the service again."))
        }
        guard !sentences.isEmpty else { return .ok }
        let reason = sentences.joined(separator: " ")
        return hasEnded ? .down(reason) : .attention(reason)
    }

    /// When the first certificate of a PEM file ends, in seconds since 1970.
    static func end(of path: String) -> Int? {
        guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return nil }
        let text = data.map { CChar(bitPattern: $0) }
        let end = keepsight_certificates_end(text, text.count)
        return end < 0 ? nil : Int(end)
    }
}

extension HealthState.Component {
    /// The certificates with which a service speaks to Kafka.
    public static let certificate = HealthState.Component(rawValue: "certificate")
}
