import Contracts
import KafkaClient
import Safeguarding
import Testing

@testable import KeepsightCommand

/// What 'topics apply' would do, without a broker.
struct AccessPlanTests {
    private let topics = Topics(prefix: "north.")
    private let agencies = ["csc", "mash", "police"].compactMap { AgencyCode($0) }
    private var rules: Set<KafkaAccessRule> { AccessPlan.rules(topics, agencies: agencies, hub: agencies[1]) }

    private func difference(_ presentRules: [KafkaAccessRule]?, topics present: [String: Int] = [:]) -> TopicDifference
    {
        TopicDifference(
            topics: topics.all(agencies: agencies, hub: agencies[1]), rules: rules, prefix: topics.prefix,
            presentTopics: present, presentRules: presentRules)
    }

    @Test("Nothing is wanted twice, nobody is wanted to do everything, and every rule is of ours and under the prefix")
    func leastPrivilege() {
        for rule in rules {
            #expect([.read, .write, .describe].contains(rule.operation), "\(rule)")
            #expect(rule.resource != .cluster && rule.name.hasPrefix("north.") && !rule.isDenial, "\(rule)")
            #expect(Principal.isOurs(kafkaName: rule.principal), "\(rule)")
            #expect(rule.pattern == .literal || rule.name.hasSuffix("."), "\(rule)")
        }
    }

    @Test("Every topic is read and written by somebody")
    func coverage() {
        for topic in topics.all(agencies: agencies, hub: agencies[1]) {
            for operation in [KafkaAccessRule.Operation.read, .write] {
                #expect(rules.contains { $0.name == topic.name && $0.operation == operation }, "\(topic.name)")
            }
        }
    }

    @Test("An agency whose code is a service's name is not that service")
    func names() throws {
        let agency = try #require(AgencyCode("notifier"))
        #expect(Principal.agency(agency).kafkaName == "User:CN=agency-notifier")
        #expect(Principal.service("notifier").kafkaName == "User:CN=service-notifier")
        #expect(!Principal.isOurs(kafkaName: "User:CN=administrator"))
        #expect(!Principal.isOurs(kafkaName: "User:agency-police"))
        #expect(!Principal.isOurs(kafkaName: "User:*"))
    }

    @Test("From nothing to all, and then nothing more to do")
    func complete() {
        #expect(difference([]).missingRules == rules.sorted())
        let there = Dictionary(
            uniqueKeysWithValues: topics.all(agencies: agencies).map { ($0.name, $0.partitions) })
        #expect(difference(rules.sorted(), topics: there).isEmpty)
        #expect(difference(nil, topics: there).isEmpty, "without an authorizer there are no rules to make")
    }

    @Test("Whatever reaches ours and is of our principals goes; what is another partnership's or somebody else's stays")
    func surplus() {
        let police = "User:CN=agency-police"
        let ours = [
            KafkaAccessRule(police, may: .read, .topic, "*"),
            KafkaAccessRule(police, may: .all, .topic, "north.agency.police.events"),
            KafkaAccessRule(police, may: .read, .topic, "north.", pattern: .prefixed),
            KafkaAccessRule(police, may: .read, .topic, "n", pattern: .prefixed),
            KafkaAccessRule(police, may: .read, .topic, "north.agency.police.", pattern: .prefixed),
            KafkaAccessRule(police, may: .alter, .cluster, "kafka-cluster"),
            KafkaAccessRule(police, may: .write, .topic, "north.agency.police.events", isDenial: true),
            KafkaAccessRule(police, may: .write, .topic, "north.agency.police.events", host: "192.0.2.1"),
            KafkaAccessRule("User:CN=agency-gone", may: .write, .topic, "north.agency.gone.events"),
            KafkaAccessRule("User:CN=service-gone", may: .read, .group, "north.notifier"),
        ]
        let others = [
            KafkaAccessRule(police, may: .write, .topic, "south.agency.police.events"),
            KafkaAccessRule(police, may: .write, .topic, "agency.police.events"),
            KafkaAccessRule(police, may: .read, .group, "agency.police.", pattern: .prefixed),
        ]
        let foreign = [
            KafkaAccessRule("User:*", may: .read, .topic, "north.agency.csc.notices"),
            KafkaAccessRule("User:CN=reports", may: .read, .topic, "*"),
        ]
        let found = difference(rules.sorted() + ours + others + foreign)
        #expect(found.surplusRules == ours.sorted())
        #expect(found.foreignRules == foreign.sorted())
        #expect(found.missingRules.isEmpty)
    }

    @Test("A topic with another number of partitions is told and stays")
    func partitions() {
        let name = topics.facts.name
        let found = difference(nil, topics: [name: 3])
        #expect(found.otherPartitions == [TopicDifference.OtherPartitions(topic: name, there: 3, wanted: 6)])
        #expect(!found.missingTopics.contains { $0.name == name })
    }
}
