import CommandRuntime
import Contracts
import KafkaClient
import Safeguarding
import ServiceRegistry
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
            topics: topics.all(agencies: agencies, hub: agencies[1], services: ServiceRegistry.names), rules: rules,
            prefix: topics.prefix, presentTopics: present, presentRules: presentRules)
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

    @Test("T1, T2, trial A18, B10: what a topic is set to and should not be is found, on one broker and on three")
    func settings() throws {
        let all = topics.all(agencies: agencies, hub: agencies[1], services: ServiceRegistry.names)
        let notices = topics.notices(of: agencies[0]), events = topics.events(of: agencies[0])
        #expect(notices.settings(replicas: 1)["compression.type"] == "uncompressed")
        #expect(topics.screeningQueue.settings(replicas: 1)["compression.type"] == "uncompressed")
        #expect(events.settings(replicas: 1)["message.timestamp.type"] == "LogAppendTime")
        #expect(all.allSatisfy { $0.isReadOutside == topics.isReadOutside($0.name) })
        var present = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.settings(replicas: 1)) })
        #expect(TopicDifference.otherSettings(all, present, [:]) == [])
        present[events.name]?["message.timestamp.type"] = "CreateTime"
        present[notices.name]?["retention.ms"] = nil
        let others = TopicDifference.otherSettings(all, present, [facts: 3])
        #expect(others.map(\.topic) == [events.name, notices.name, facts])
        #expect(others.map(\.name) == ["message.timestamp.type", "retention.ms", "min.insync.replicas"])
        #expect(others.map(\.there) == ["CreateTime", nil, "1"])
        #expect(others.map(\.wanted) == ["LogAppendTime", "2592000000", "2"])
    }

    @Test("trial F18: rules that brokers show late are waited for, which is said once, and given up after a minute")
    func rulesShownLate() throws {
        let all = rules.sorted()
        let surplus = KafkaAccessRule(all[0].principal, may: .read, .topic, "north.old")
        var plan = difference([surplus])
        plan.missingRules = all
        plan.surplusRules = [surplus]
        var wait = RulesWait(plan)
        #expect(wait.next([surplus], after: .zero) == .again)
        #expect(wait.next(Set(all.dropLast()), after: .seconds(4)) == .again)
        #expect(wait.next(rules.union([surplus]), after: .seconds(5)) == .note)
        #expect(wait.next(rules.union([surplus]), after: .seconds(59)) == .again)
        #expect(wait.next(rules, after: .seconds(59)) == .done)
        #expect(wait.next([], after: .seconds(60)) == .giveUp)
        #expect(wait.next(rules, after: .seconds(61)) == .done)
    }

    @Test("trial A9: quotas are by agency's certificate, and set where they are others")
    func quotas() throws {
        let plan = try QuotaPlan(environment: [:])
        let present = QuotaPlan.read(
            """
            Quota configs for user-principal 'CN=agency-csc' are request_percentage=50.0, producer_byte_rate=1048576.0
            Quota configs for user-principal 'CN=agency-mash' are producer_byte_rate=5.0
            Quota configs for the default user-principal are producer_byte_rate=5.0
            """)
        #expect(present["CN=agency-csc"] == ["producer_byte_rate": 1_048_576, "request_percentage": 50])
        #expect(plan.others(agencies, present).map(\.text) == ["mash", "police"])
        #expect(
            plan.words(setting: agencies[2]) == [
                "--alter", "--entity-type", "users", "--entity-name", "CN=agency-police", "--add-config",
                "producer_byte_rate=1048576,request_percentage=50",
            ])
    }

    @Test("trial A9: how much an agency may take is said by the environment, and nonsense is refused")
    func quotaSettings() throws {
        let plan = try QuotaPlan(environment: ["KEEPSIGHT_AGENCY_BYTES_PER_SECOND": "2000000"])
        #expect(plan.limits == ["producer_byte_rate": 2_000_000, "request_percentage": 50])
        for (name, text) in [
            ("KEEPSIGHT_AGENCY_BYTES_PER_SECOND", "1 MiB"), ("KEEPSIGHT_AGENCY_BYTES_PER_SECOND", "1024"),
            ("KEEPSIGHT_AGENCY_REQUEST_PERCENT", "0"), ("KEEPSIGHT_AGENCY_REQUEST_PERCENT", "-5"),
        ] {
            #expect(throws: CommandFailure.self, "\(name)=\(text)") { try QuotaPlan(environment: [name: text]) }
        }
    }

    private var facts: String { topics.facts.name }

    @Test("Every topic is read and written by somebody")
    func coverage() {
        for topic in topics.all(agencies: agencies, hub: agencies[1], services: ServiceRegistry.names) {
            for operation in [KafkaAccessRule.Operation.read, .write] {
                #expect(rules.contains { $0.name == topic.name && $0.operation == operation }, "\(topic.name)")
            }
        }
    }

    @Test("No service may read or write a topic that it does not declare")
    func declaredOnly() {
        func may(_ service: String, _ operation: KafkaAccessRule.Operation) -> Set<String> {
            let name = Principal.service(service).kafkaName
            return Set(
                rules.filter { $0.principal == name && $0.operation == operation && $0.resource == .topic }
                    .map { String($0.name.dropFirst("north.".count)) })
        }
        let written: Set = ["screening.queue", "screening.outcomes", "events.judged", "dead-letters.mash-screener"]
        #expect(may("mash-screener", .write) == written)
        // What it writes it reads back after a kill; decisions and challenges are no matter of its.
        #expect(may("mash-screener", .read) == written.union(["safeguarding.facts"]))
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
            uniqueKeysWithValues: topics.all(agencies: agencies, services: ServiceRegistry.names).map {
                ($0.name, $0.partitions)
            })
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
