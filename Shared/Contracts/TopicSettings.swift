extension Topics.Topic {
    /// As Kafka's topic settings, all that policy has an opinion of: whoever makes the topic sets them, whoever looks at it
    /// compares them.
    ///
    /// - Parameter replicas: on how many brokers each partition stands. With three or more a record is taken when two have it,
    ///   so the loss of one broker neither loses what was taken nor stops what is to come.
    public func settings(replicas: Int) -> [String: String] {
        var settings = [
            "max.message.bytes": "\(maximumBytes)",
            "compression.type": isReadOutside ? "uncompressed" : "producer",
            "message.timestamp.type": keepsByBrokerTime ? "LogAppendTime" : "CreateTime",
            "min.insync.replicas": replicas >= 3 ? "2" : "1",
        ]
        switch retention {
        case .days(let days):
            settings["cleanup.policy"] = "delete"
            settings["retention.ms"] = "\(days * 86_400_000)"
            settings["segment.ms"] = "\(Topics.segmentDays * 86_400_000)"
        case .compacted: settings["cleanup.policy"] = "compact"
        }
        return settings
    }
}
