import Contracts
import KafkaClient
import Messaging
import Safeguarding
import ServiceRegistry

/// Which access rules a partnership needs: what each topic's writers and readers are allowed, and nothing else
/// (contract.md section 2). Pure.
enum AccessPlan {
    /// The rules for these topics, agencies and services, under the topics' prefix.
    static func rules(
        _ topics: Topics, agencies: [AgencyCode], hub: AgencyCode, services: [ServiceSpec] = ServiceRegistry.all
    ) -> Set<KafkaAccessRule> {
        var rules: Set<KafkaAccessRule> = []
        for topic in topics.all(agencies: agencies, hub: hub, services: services.map(\.name)) {
            rules.formUnion(self.rules(topic, services))
        }
        for agency in agencies {
            // Two rules, since a code may be the beginning of another one and a dot stands in none.
            let (name, group) = (Principal.agency(agency).kafkaName, topics.group(of: agency))
            rules.insert(KafkaAccessRule(name, may: .read, .group, group))
            rules.insert(KafkaAccessRule(name, may: .read, .group, group + ".", pattern: .prefixed))
        }
        for service in services {
            let group = service.group(topics)
            rules.insert(KafkaAccessRule(Principal.service(service.name).kafkaName, may: .read, .group, group))
            rules.insert(KafkaAccessRule(Principal.operator.kafkaName, may: .describe, .group, group))
        }
        // How far behind intake is, also on the topic of an agency that policy names no longer: offsets, and nothing of what an
        // agency says.
        let readers = services.filter { $0.reads.contains(.events) }.map { Principal.service($0.name) }
        for principal in readers + [.operator] {
            rules.insert(
                KafkaAccessRule(
                    principal.kafkaName, may: .describe, .topic, topics.prefix + Topics.agencyRoot, pattern: .prefixed))
        }
        return rules
    }

    private static func rules(_ topic: Topics.Topic, _ services: [ServiceSpec]) -> [KafkaAccessRule] {
        func rule(_ principal: Principal, may operation: KafkaAccessRule.Operation) -> KafkaAccessRule {
            KafkaAccessRule(principal.kafkaName, may: operation, .topic, topic.name)
        }
        var rules = topic.readers.map { rule($0, may: .read) }
        if let writer = topic.writer { rules.append(rule(writer, may: .write)) }
        for service in services {
            let principal = Principal.service(service.name)
            if service.writes(topic) { rules.append(rule(principal, may: .write)) }
            // After a kill a service looks at the end of its topics for what it had published already.
            if service.reads(topic) || service.writes(topic) { rules.append(rule(principal, may: .read)) }
        }
        return rules
    }
}
