import CommandRuntime
import Contracts
import KafkaClient
import ServiceRuntime

/// A database that was made anew beside topics that were not: whoever has lost one must hear of it before the services tell
/// everybody everything once more.
enum NewDatabase {
    /// Whether nothing had been applied to it before.
    static func isNew(applied: Int, of steps: Int) -> Bool { applied == steps }

    /// What to say, if agencies have published before; nothing where the command has not been told of a broker, or none answers.
    static func warning(_ deployment: Deployment) async -> String? {
        guard let kafka = try? deployment.kafka() else { return nil }
        let prefix = deployment.topics.prefix
        let answer = await Answer.within(.seconds(10)) { try await published(prefix, KafkaAdmin(kafka)) }
        return answer.value.flatMap(sentence)
    }

    static func sentence(records: Int64) -> String? {
        guard records > 0 else { return nil }
        let count = counted(Int(records), "record")
        return
            "The database is new, and Kafka's topics are not: agencies have published \(count). The services will read again "
            + "what Kafka still has, and tell agencies all of it once more under other identifiers; legal holds, do-not-notify lists "
            + "and operators' requests are not in it. If that is not meant, start no service, and restore the latest backup: "
            + "see 'A database that was made anew' in deploy/docs/runbook.md."
    }

    /// How many records agencies have published, those that have left their topics by age among them.
    private static func published(_ prefix: String, _ admin: KafkaAdmin) async throws -> Int64 {
        var records: Int64 = 0
        let names = try await admin.topics().keys
        for name in names where name.hasPrefix(prefix + "agency.") && name.hasSuffix(".events") {
            for partition in try await admin.partitions(of: name) {
                records += try await admin.watermarks(of: partition).high
            }
        }
        return records
    }
}
