import KafkaClient

/// What to do about a certificate that one side does not believe: which of the two it is, and what is wrong with it. Pure.
enum CertificateAdvice {
    /// - Parameters:
    ///   - complaint: what librdkafka says, with OpenSSL's own text in it.
    ///   - broker: what OpenSSL found wrong with the broker's certificate, if that was looked at.
    /// - Returns: `nil` where it is not about a certificate.
    static func sentence(for complaint: String, broker: BrokerCertificateProblem?) -> String? {
        // librdkafka has two texts for this: its own advice, or, where OpenSSL's error is read first, that alone.
        if complaint.contains("ssl.ca.location") || complaint.contains("certificate verify failed") {
            return ofBroker(broker)
        }
        return ofOurs(complaint)
    }

    private static func ofBroker(_ problem: BrokerCertificateProblem?) -> String {
        switch problem {
        case .expired:
            "The broker's certificate has expired. Whoever runs the brokers must give it a new one; nothing is wrong here."
        case .notYetValid:
            "The broker's certificate is not valid yet: compare the clocks of this machine and of the one where it was made."
        case .otherHost:
            "The broker's certificate is not that of the host in KAFKA_BOOTSTRAP_SERVERS. Name the host as the certificate does "
                + "(openssl s_client -connect HOST:PORT shows its names), or have the host put into it."
        case .other(let code):
            "OpenSSL does not believe the broker's certificate (X509_V_ERR \(code); 'man openssl-verify' names it). Compare it "
                + "with KAFKA_SSL_CA_LOCATION by openssl s_client -connect HOST:PORT -CAfile FILE."
        case .unknownAuthority, nil:
            "KAFKA_SSL_CA_LOCATION is not the authority that signed the broker's certificate, or KAFKA_BOOTSTRAP_SERVERS "
                + "names another broker than the one that was meant."
        }
    }

    private static func ofOurs(_ complaint: String) -> String? {
        let look = "'openssl x509 -noout -subject -issuer -enddate -in FILE' shows it"
        if complaint.contains("alert certificate expired") {
            return
                "The broker refuses the certificate of KAFKA_SSL_CERTIFICATE_LOCATION, which has expired: \(look). Put "
                + "a new one with the same common name in its place, and start again."
        }
        let isNotBelieved = ["alert unknown ca", "alert certificate unknown", "alert bad certificate"]
            .contains { complaint.contains($0) }
        if isNotBelieved {
            return
                "The broker does not believe the certificate of KAFKA_SSL_CERTIFICATE_LOCATION: another authority than "
                + "the broker's has signed it, or it has expired; \(look). Take one that the broker's authority has signed."
        }
        if complaint.contains("alert certificate required") {
            return
                "The broker wants a certificate and was given none: name it by KAFKA_SSL_CERTIFICATE_LOCATION, and its "
                + "key by KAFKA_SSL_KEY_LOCATION."
        }
        return nil
    }
}
