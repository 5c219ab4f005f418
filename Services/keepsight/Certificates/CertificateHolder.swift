import Contracts

/// Whom a certificate of the development authority is for.
enum CertificateHolder: Hashable, Sendable {
    /// The brokers, towards clients and towards each other.
    case broker
    /// Whoever makes topics and access rules. The brokers let it do everything, so it is for that and for nothing else.
    case administrator
    /// Somebody with rules of its own.
    case principal(Principal)

    /// The certificate's common name, and the name of its files.
    var commonName: String {
        switch self {
        case .broker: "broker"
        case .administrator: "administrator"
        case .principal(let principal): principal.commonName
        }
    }

    /// The X.509 extensions beside those that every certificate has. Clients ask whether a broker's names its host.
    var extensions: [String] {
        switch self {
        case .broker: ["extendedKeyUsage = serverAuth, clientAuth", "subjectAltName = DNS:localhost, IP:127.0.0.1"]
        case .administrator, .principal: ["extendedKeyUsage = clientAuth"]
        }
    }
}
