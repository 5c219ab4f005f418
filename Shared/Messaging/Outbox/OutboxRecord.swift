import Contracts
import JSON
import KafkaClient
import PostgresClient

/// One record of an outbox row.
struct OutboxRecord: Sendable {
    /// The header that names the record, so that a successor can see on the topic that it was produced.
    static let header = "keepsight-outbox"

    /// Where it stands in the outbox, and what it is called on its topic.
    struct Name: Hashable, Sendable {
        /// The row's id, which says its place in the order.
        let row: Int64
        /// The row's name, which says which row it is: ids recur when a database has lost its last commits.
        let rowName: PostgresUUID
        /// Within the row, from 1.
        let place: Int

        /// `<service>/<name of the row>/<place>`: no other record of any outbox is ever called so.
        ///
        /// - Parameter recurs: by the row's id, as only a guard-off test has it.
        func text(service: String, recurs: Bool = false) -> String {
            service + "/" + (recurs ? String(row) : rowName.description) + "/" + String(place)
        }
    }

    let name: Name
    let outgoing: OutgoingRecord

    /// As the broker gets it, under its name.
    func record(named name: String) -> KafkaRecord {
        var all = [KafkaHeader(name: OutboxRecord.header, value: Array(name.utf8))]
        if let headers = outgoing.headers, let document = try? JSONDocument(parsing: headers, limits: .event) {
            for (name, value) in document.root.members {
                all.append(KafkaHeader(name: name, value: Array((value.string ?? "").utf8)))
            }
        } else if outgoing.value != nil {
            let (name, type) = EnvelopeWriter.contentTypeHeader
            all.append(KafkaHeader(name: name, value: Array(type.utf8)))
        }
        return KafkaRecord(
            topic: outgoing.topic, partition: nil, key: outgoing.key.map { Array($0.utf8) }, value: outgoing.value,
            headers: all,
            timestampMilliseconds: nil)
    }
}
