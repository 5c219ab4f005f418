import CRdKafka
import Synchronization

/// Why a broker's certificate was not believed the last time one was not. librdkafka has one sentence for all of these, and
/// each wants something else done.
public enum BrokerCertificateProblem: Sendable, Equatable {
    /// Its time is over.
    case expired
    /// Its time has not begun: a clock is wrong, here or where it was made.
    case notYetValid
    /// No authority that we believe has signed it.
    case unknownAuthority
    /// It is the certificate of another host than the one that was connected to.
    case otherHost
    /// Another fault, by OpenSSL's number (`X509_V_ERR_…`).
    case other(Int32)

    /// By OpenSSL's number; `nil` for no fault.
    public init?(code: Int32) {
        switch code {
        case 0: return nil
        case 9: self = .notYetValid
        case 10: self = .expired
        case 2, 18, 19, 20, 21: self = .unknownAuthority
        case 62, 64: self = .otherHost
        default: self = .other(code)
        }
    }

    private static let last = Mutex<BrokerCertificateProblem?>(nil)

    /// The last one of this process: all its clients speak to the same brokers.
    public static var latest: BrokerCertificateProblem? { last.withLock { $0 } }

    /// From now on what OpenSSL finds is noted, on whatever thread librdkafka connects. The finding itself stays as it is:
    /// what is not believed is not spoken to.
    static func watch(_ conf: OpaquePointer) {
        _ = rd_kafka_conf_set_ssl_cert_verify_cb(conf) { _, _, _, code, _, _, _, text, length, _ in
            guard let found = code?.pointee, let problem = BrokerCertificateProblem(code: found) else { return 1 }
            BrokerCertificateProblem.last.withLock { $0 = problem }
            if length > 0 { text?.pointee = 0 }
            return 0
        }
    }
}
