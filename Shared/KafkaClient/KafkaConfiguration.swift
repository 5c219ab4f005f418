import CRdKafka

/// Where the brokers are and how to speak to them.
public struct KafkaConfiguration: Sendable {
    /// `host:port`, several separated by commas.
    public var bootstrapServers: String
    /// What the client calls itself in the brokers' logs.
    public var clientIdentifier: String
    /// How both sides prove who they are.
    public var security: KafkaSecurity
    /// Further librdkafka properties. They win over ours.
    public var settings: [String: String]

    /// Where the brokers are.
    public init(
        bootstrapServers: String, clientIdentifier: String, security: KafkaSecurity = .plaintext,
        settings: [String: String] = [:]
    ) {
        self.bootstrapServers = bootstrapServers
        self.clientIdentifier = clientIdentifier
        self.security = security
        self.settings = settings
    }
}

extension KafkaConfiguration {
    /// Makes a client's handle. `events` are those that come as values from the queue, instead of callbacks.
    func makeClient(_ type: rd_kafka_type_t, _ properties: [String: String], events: Int32) throws(KafkaError)
        -> OpaquePointer
    {
        guard let conf = rd_kafka_conf_new() else {
            throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, context: "configuration")
        }
        var all = [
            "bootstrap.servers": bootstrapServers,
            "client.id": clientIdentifier,
            // On by default before librdkafka 2.10, and worth up to 40 ms.
            "socket.nagle.disable": "true",
            "log.queue": "true",
            // A broker that was restarted is found again soon.
            "reconnect.backoff.ms": "100",
            "reconnect.backoff.max.ms": "2000",
        ]
        all.merge(properties) { _, new in new }
        all.merge(security.properties) { _, new in new }
        all.merge(settings) { _, new in new }
        for (name, value) in all {
            var text = [CChar](repeating: 0, count: 512)
            guard rd_kafka_conf_set(conf, name, value, &text, text.count) == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(conf)
                throw KafkaError(
                    RD_KAFKA_RESP_ERR__INVALID_ARG, context: "setting \(name)", detail: string(of: text))
            }
        }
        if security.isEncrypted { BrokerCertificateProblem.watch(conf) }
        rd_kafka_conf_set_events(conf, events | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_ERROR)
        var text = [CChar](repeating: 0, count: 512)
        // Takes the configuration over when it succeeds.
        guard let client = rd_kafka_new(type, conf, &text, text.count) else {
            rd_kafka_conf_destroy(conf)
            throw KafkaError(rd_kafka_last_error(), context: "client", detail: string(of: text))
        }
        return client
    }
}

func string(of text: [CChar]) -> String {
    String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
