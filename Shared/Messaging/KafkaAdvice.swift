import KafkaClient
import ServiceRuntime

extension KafkaError {
    /// How a process ends that cannot go on for this reason.
    public var exitStatus: ExitStatus {
        if isConfigurationProblem { return .configuration }
        return isAuthorizationFailure ? .failed : .unavailable
    }

    /// What failed, and what to do: two sentences for whoever started the process.
    public var descriptionWithAdvice: String {
        let advice =
            if isFenced {
                "Another process of this service has joined under the same name and taken the place of this one. Give each "
                    + "a KEEPSIGHT_REPLICA of its own, or none at all."
            } else if isFatal {
                "The client cannot go on. What was in effect stays so; start the service again."
            } else if isConfigurationProblem {
                "Check the KAFKA_ settings, and that each file of KAFKA_SSL_ is the one that was meant."
            } else if isAuthorizationFailure {
                "The brokers do not allow this to the certificate of KAFKA_SSL_CERTIFICATE_LOCATION. Its common name ('openssl "
                    + "x509 -noout -subject -in FILE' shows it) must be one that the access rules name: agency-<code> of an "
                    + "agency in the policy, service-<name>, operator or administrator. Use the certificate of whoever may: the "
                    + "administrator's for 'keepsight topics apply', which also brings the rules up to date when policy has changed."
            } else if let advice = CertificateAdvice.sentence(for: description, broker: .latest) {
                advice
            } else {
                "Is the broker there, and is KAFKA_SECURITY_PROTOCOL what it speaks? KAFKA_BOOTSTRAP_SERVERS names it."
            }
        return "\(description). \(advice)"
    }
}
