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

    /// Topics that are not there.
    var missingTopics: [Topics.Topic] = []
    /// Topics that are there with another number of partitions.
    var otherPartitions: [OtherPartitions] = []
    /// Rules that are not there.
    var missingRules: [KafkaAccessRule] = []
    /// Rules of our principals that policy does not ask for.
    var surplusRules: [KafkaAccessRule] = []
    /// Rules of somebody else that reach our topics or groups. They are shown and left alone: whose they are is not ours to
    /// say.
    var foreignRules: [KafkaAccessRule] = []

    /// Whether nothing is to be done.
    var isEmpty: Bool { missingTopics.isEmpty && missingRules.isEmpty && surplusRules.isEmpty }

    /// Compares what is wanted with what is there. `present` rules are `nil` where the brokers have no authorizer.
    ///
    /// `prefix` is the partnership's: rules that cannot reach its topics and groups are another partnership's.
    init(
        topics wanted: [Topics.Topic], rules: Set<KafkaAccessRule>, prefix: String, presentTopics: [String: Int],
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
        guard let presentRules else { return }
        missingRules = rules.subtracting(presentRules).sorted()
        for rule in presentRules.sorted() where !rules.contains(rule) && rule.reaches(prefix: prefix) {
            if Principal.isOurs(kafkaName: rule.principal) {
                surplusRules.append(rule)
            } else if !rule.isDenial {
                foreignRules.append(rule)
            }
        }
    }
}

extension KafkaAccessRule {
    /// Whether the rule can be about a name that begins with the prefix, or about all the cluster.
    func reaches(prefix: String) -> Bool {
        if resource == .cluster { return true }
        switch pattern {
        case .literal: return name == "*" || name.hasPrefix(prefix)
        case .prefixed: return name.hasPrefix(prefix) || prefix.hasPrefix(name)
        }
    }
}
