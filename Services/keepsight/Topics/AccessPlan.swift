import Contracts
import KafkaClient
import Safeguarding

/// Which access rules a partnership needs: what each topic's writers and readers are allowed, and nothing else
/// (contract.md section 2). Pure.
enum AccessPlan {
    /// The rules for these topics, agencies and services, under the topics' prefix.
    static func rules(_ topics: Topics, agencies: [AgencyCode], hub: AgencyCode) -> Set<KafkaAccessRule> {
        var rules: Set<KafkaAccessRule> = []
        for topic in topics.all(agencies: agencies, hub: hub) {
            for writer in topic.writers {
                rules.insert(KafkaAccessRule(writer.kafkaName, may: .write, .topic, topic.name))
                // After a kill a service looks at the end of its topics for what it had said already.
                if case .service = writer {
                    rules.insert(KafkaAccessRule(writer.kafkaName, may: .read, .topic, topic.name))
                }
            }
            for reader in topic.readers {
                rules.insert(KafkaAccessRule(reader.kafkaName, may: .read, .topic, topic.name))
            }
        }
        for agency in agencies {
            // Two rules, since a code may be the beginning of another one and a dot stands in none.
            let (name, group) = (Principal.agency(agency).kafkaName, topics.group(of: agency))
            rules.insert(KafkaAccessRule(name, may: .read, .group, group))
            rules.insert(KafkaAccessRule(name, may: .read, .group, group + ".", pattern: .prefixed))
        }
        for service in Topics.services {
            let group = topics.prefix + service
            rules.insert(KafkaAccessRule(Principal.service(service).kafkaName, may: .read, .group, group))
            rules.insert(KafkaAccessRule(Principal.operator.kafkaName, may: .describe, .group, group))
        }
        // How far behind the door is: offsets, and nothing of what an agency says.
        for agency in agencies {
            rules.insert(
                KafkaAccessRule(Principal.operator.kafkaName, may: .describe, .topic, topics.events(of: agency).name))
        }
        return rules
    }
}
