import CommandRuntime
import Contracts
import JSON
import KafkaClient
import Messaging
import Safeguarding
import ServiceRuntime

extension PositionsCommand {
    /// What services have read again: a table below the positions, or lines of JSON.
    static func listRereads(_ services: [String], _ deployment: Deployment, asJSON: Bool) async throws {
        var table = Table(["read again by", "topic", "partition", "offsets", "since", "noticed at"])
        for service in services {
            for reread in try await PositionReport.rereads(of: service, deployment.postgres()) {
                let cause = reread.isByOperator ? "an operator asked for it" : "the database had lost its last commits"
                let time = Instant(microsecondsSinceEpoch: reread.noticedAtMicroseconds).rfc3339
                if asJSON {
                    Output.json { writer in
                        writer.beginObject()
                        writer.field("service", service)
                        writer.field("topic", reread.partition.topic)
                        writer.field("partition", Int(reread.partition.partition))
                        writer.field("readAgainFrom", Int(reread.offsets.lowerBound))
                        writer.field("readAgainTo", Int(reread.offsets.upperBound))
                        writer.field("cause", reread.isByOperator ? "operator" : "database")
                        writer.field("noticedAt", time)
                        writer.endObject()
                    }
                } else {
                    table.add([
                        service, reread.partition.topic, "\(reread.partition.partition)",
                        "\(reread.offsets.lowerBound)-\(reread.offsets.upperBound)", cause, time,
                    ])
                }
            }
        }
        if !table.isEmpty { Output.line("\n" + table.text) }
    }
}
