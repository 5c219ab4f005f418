/// What a broker needs in its `server.properties` to believe these certificates and to keep to the access rules.
enum BrokerSettings {
    /// The lines, with absolute paths. The listeners are the deployment's own.
    static func text(keystore: String, authority: String) -> String {
        let allPowerful = [CertificateHolder.broker, .administrator].map { "User:CN=" + $0.commonName }
        return """
            # Made by 'keepsight certificates': append these lines to a broker's server.properties.
            ssl.keystore.type=PEM
            ssl.keystore.location=\(keystore)
            ssl.truststore.type=PEM
            ssl.truststore.location=\(authority)
            # Whoever has no certificate of this authority is not listened to.
            ssl.client.auth=required
            # A certificate of another authority may name more than its holder; its common name is who it is.
            ssl.principal.mapping.rules=RULE:^CN=([^,]+),.*$/CN=$1/,DEFAULT
            authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
            allow.everyone.if.no.acl.found=false
            super.users=\(allPowerful.joined(separator: ";"))

            """
    }
}
