import CRdKafka

extension KafkaAdmin {
    /// A topic's settings as they are.
    public struct TopicSettings: Sendable, Equatable {
        /// Every setting with its value, whoever has set it.
        public var values: [String: String] = [:]
        /// Those that were set for the topic itself. The others are the brokers'.
        public var own: [String: String] = [:]

        /// Settings.
        public init(values: [String: String] = [:], own: [String: String] = [:]) {
            self.values = values
            self.own = own
        }
    }

    /// What these topics, which must be there, are set to.
    public func settings(of topics: [String]) throws(KafkaError) -> [String: TopicSettings] {
        guard !topics.isEmpty else { return [:] }
        var requests = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
        defer { rd_kafka_ConfigResource_destroy_array(&requests, requests.count) }
        let queue = try answerQueue("read topic settings")
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_DescribeConfigs(handle.client, &requests, requests.count, nil, queue)
        let event = try answer(RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT, "read topic settings", queue)
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        guard let result = rd_kafka_event_DescribeConfigs_result(event),
            let described = rd_kafka_DescribeConfigs_result_resources(result, &count)
        else { return [:] }
        var settings: [String: TopicSettings] = [:]
        for place in 0..<count {
            guard let topic = described[place] else { continue }
            let name = String(cString: rd_kafka_ConfigResource_name(topic))
            try KafkaAdmin.check(topic, "read settings of \(name)")
            settings[name] = TopicSettings(describing: topic)
        }
        return settings
    }

    /// Sets these for each topic, and leaves what else was set for it.
    ///
    /// Brokers replace all of a topic's own settings by those of the request (librdkafka 2.0.2 has no other), so the others go
    /// with it.
    public func set(_ changes: [String: [String: String]]) throws(KafkaError) {
        guard !changes.isEmpty else { return }
        let present = try settings(of: changes.keys.sorted())
        var requests: [OpaquePointer?] = []
        defer { rd_kafka_ConfigResource_destroy_array(&requests, requests.count) }
        for (topic, wanted) in changes.sorted(by: { $0.key < $1.key }) {
            let request = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)
            for (name, value) in (present[topic]?.own ?? [:]).merging(wanted, uniquingKeysWith: { $1 }) {
                _ = rd_kafka_ConfigResource_set_config(request, name, value)
            }
            requests.append(request)
        }
        let queue = try answerQueue("set topic settings")
        defer { rd_kafka_queue_destroy(queue) }
        var sent = requests
        rd_kafka_AlterConfigs(handle.client, &sent, sent.count, nil, queue)
        let event = try answer(RD_KAFKA_EVENT_ALTERCONFIGS_RESULT, "set topic settings", queue)
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        guard let result = rd_kafka_event_AlterConfigs_result(event),
            let answers = rd_kafka_AlterConfigs_result_resources(result, &count)
        else { return }
        for place in 0..<count {
            guard let topic = answers[place] else { continue }
            try KafkaAdmin.check(topic, "set settings of \(String(cString: rd_kafka_ConfigResource_name(topic)))")
        }
    }

    private static func check(_ topic: OpaquePointer, _ context: String) throws(KafkaError) {
        let code = rd_kafka_ConfigResource_error(topic)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let detail = rd_kafka_ConfigResource_error_string(topic).map { String(cString: $0) } ?? ""
        throw KafkaError(code, context: context, detail: detail)
    }
}

extension KafkaAdmin.TopicSettings {
    fileprivate init(describing topic: OpaquePointer) {
        self.init()
        var count = 0
        guard let entries = rd_kafka_ConfigResource_configs(topic, &count) else { return }
        for place in 0..<count {
            guard let entry = entries[place], let text = rd_kafka_ConfigEntry_value(entry) else { continue }
            let (name, value) = (String(cString: rd_kafka_ConfigEntry_name(entry)), String(cString: text))
            values[name] = value
            if rd_kafka_ConfigEntry_source(entry) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG { own[name] = value }
        }
    }
}
