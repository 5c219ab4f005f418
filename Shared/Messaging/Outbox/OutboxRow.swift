import Contracts
import KafkaClient
import PostgresClient

/// A row on its way to the broker.
struct OutboxRow: Sendable {
    /// The header that names the row, so that a successor can see on the topic that it was produced.
    static let header = "keepsight-outbox"

    let id: Int64
    let topic: String
    let key: String?
    let value: [UInt8]?
    let headers: [UInt8]?
    let reference: String?
    let createdAtMilliseconds: Int64

    init(row: Row) throws(PostgresError) {
        id = try row.int8(0)
        topic = try row.text(1)
        key = try row.optionalText(2)
        value = try row.optionalBytes(3)
        headers = try row.optionalBytes(4)
        reference = try row.optionalText(5)
        createdAtMilliseconds = try row.timestamp(6) / 1000
    }

    /// `<service>/<id>`: unique among all outboxes.
    func name(service: String) -> String { service + "/" + String(id) }

    func record(service: String) -> KafkaRecord {
        var all = [KafkaHeader(name: OutboxRow.header, value: Array(name(service: service).utf8))]
        if let headers, let document = try? JSONDocument(parsing: headers, limits: .event) {
            for (name, value) in document.root.members {
                all.append(KafkaHeader(name: name, value: Array((value.string ?? "").utf8)))
            }
        } else if value != nil {
            let (name, type) = EnvelopeWriter.contentTypeHeader
            all.append(KafkaHeader(name: name, value: Array(type.utf8)))
        }
        return KafkaRecord(
            topic: topic, partition: nil, key: key.map { Array($0.utf8) }, value: value, headers: all,
            timestampMilliseconds: nil)
    }
}
