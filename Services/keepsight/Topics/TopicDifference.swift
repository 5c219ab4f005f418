import Contracts
import KafkaClient

/// What is to be done so that the brokers have the topics and the access rules that policy asks for. Pure.
struct TopicDifference: Sendable, Equatable {
    /// A topic whose number of partitions is not the one asked for. It stays: keys would move to other partitions, and
    /// the order of what is in them would be lost.
    struct OtherPartitions: Sendable, Equatable {
        let topic: String
        let there: Int
        let wanted: Int
    }

    /// A setting of a topic that is another than policy wants.
    struct OtherSetting: Sendable, Equatable {
        let topic: String
        let name: String
        let there: String?
        let wanted: String
    }

    /// Topics that are not there.
    var missingTopics: [Topics.Topic] = []
    /// Topics that are there with another number of partitions.
    var otherPartitions: [OtherPartitions] = []
    /// Settings of topics that are there.
    var otherSettings: [OtherSetting] = []
    /// Rules that are not there.
    var missingRules: [KafkaAccessRule] = []
    /// Rules of our principals that policy does not ask for.
    var surplusRules: [KafkaAccessRule] = []
    /// Rules of somebody else that reach our topics or groups. They are shown and left alone: whose they are is not ours to
    /// say.
    var foreignRules: [KafkaAccessRule] = []

    /// Whether nothing is to be done.
    var isEmpty: Bool { missingTopics.isEmpty && otherSettings.isEmpty && missingRules.isEmpty && surplusRules.isEmpty }

    /// Compares what is wanted with what is there. `present` rules are `nil` where the brokers have no authorizer.
    ///
    /// Rules that cannot reach a topic or group of this partnership, be it one that policy named before, are another
    /// partnership's on the same brokers.
    init(
        topics wanted: [Topics.Topic], rules: Set<KafkaAccessRule>, prefix: String, presentTopics: [String: Int],
        presentSettings: [String: [String: String]] = [:], replicas: [String: Int] = [:],
        presentRules: [KafkaAccessRule]?
    ) {
        for topic in wanted {
            switch presentTopics[topic.name] {
            case nil: missingTopics.append(topic)
            case topic.partitions?: break
            case let there?:
                otherPartitions.append(OtherPartitions(topic: topic.name, there: there, wanted: topic.partitions))
            }
        }
        otherSettings = TopicDifference.otherSettings(wanted, presentSettings, replicas)
        guard let presentRules else { return }
        missingRules = rules.subtracting(presentRules).sorted()
        // `agency`, `safeguarding`, `notifier`, …: how every name of ours begins, after the prefix.
        let roots = Set(rules.map { prefix + $0.name.dropFirst(prefix.count).prefix { $0 != "." } })
        for rule in presentRules.sorted() where !rules.contains(rule) && rule.reaches(roots) {
            if Principal.isOurs(kafkaName: rule.principal) {
                surplusRules.append(rule)
            } else if !rule.isDenial {
                foreignRules.append(rule)
            }
        }
    }

    /// What topics that are there are set to, and should not be. Without knowing their settings nothing is said of them.
    static func otherSettings(
        _ wanted: [Topics.Topic], _ present: [String: [String: String]], _ replicas: [String: Int]
    ) -> [OtherSetting] {
        wanted.flatMap { topic -> [OtherSetting] in
            guard let there = present[topic.name] else { return [] }
            return topic.settings(replicas: replicas[topic.name] ?? 1).sorted { $0.key < $1.key }
                .filter { there[$0.key] != $0.value }
                .map { OtherSetting(topic: topic.name, name: $0.key, there: there[$0.key], wanted: $0.value) }
        }
    }
}

extension KafkaAccessRule {
    /// Whether the rule can be about a name that begins with one of these and a dot, or about all the cluster.
    func reaches(_ roots: Set<String>) -> Bool {
        if resource == .cluster { return true }
        switch pattern {
        case .literal: return name == "*" || roots.contains { name == $0 || name.hasPrefix($0 + ".") }
        case .prefixed: return roots.contains { name.hasPrefix($0) || $0.hasPrefix(name) }
        }
    }
}
