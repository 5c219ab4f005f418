import Safeguarding

/// Somebody whom the brokers know by a certificate: an agency, a service, or the operator.
///
/// The kinds have names of their own, so that an agency whose code is a service's name is not that service.
public enum Principal: Hashable, Sendable {
    /// `agency-<code>`: writes its events topic, reads its notices.
    case agency(AgencyCode)
    /// A service, by its name.
    case service(String)
    /// Whoever looks after the services: reads what lies behind intake, and dead letters.
    case `operator`

    /// The common name of its certificate: `agency-police`, `service-notifier`, `operator`.
    public var commonName: String {
        switch self {
        case .agency(let code): Principal.agencyPrefix + code.text
        case .service(let name): Principal.servicePrefix + name
        case .operator: "operator"
        }
    }

    /// What Kafka calls it: `User:CN=agency-police`.
    public var kafkaName: String { Principal.kafkaPrefix + commonName }

    /// Whether a name of Kafka's is one that Keepsight gives, be there such an agency or service now or not.
    public static func isOurs(kafkaName name: String) -> Bool {
        guard name.hasPrefix(kafkaPrefix) else { return false }
        let commonName = name.dropFirst(kafkaPrefix.count)
        return commonName.hasPrefix(agencyPrefix) || commonName.hasPrefix(servicePrefix)
            || commonName == Principal.operator.commonName
    }

    private static let kafkaPrefix = "User:CN="
    private static let agencyPrefix = "agency-"
    private static let servicePrefix = "service-"
}
