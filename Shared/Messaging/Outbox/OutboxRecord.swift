import Contracts
import KafkaClient

/// One record of an outbox row.
struct OutboxRecord: Sendable {
    /// The header that names the record, so that a successor can see on the topic that it was produced.
    static let header = "keepsight-outbox"

    /// Where it stands in the outbox.
    struct Name: Hashable, Sendable {
        let row: Int64
        /// Within the row, from 1.
        let place: Int

        /// `<service>/<row>` for the first of a row, `<service>/<row>.<place>` for others: unique among all outboxes.
        func text(service: String) -> String {
            place == 1 ? service + "/" + String(row) : service + "/" + String(row) + "." + String(place)
        }
    }

    let name: Name
    let said: OutgoingRecord

    /// As the broker gets it.
    func record(service: String) -> KafkaRecord {
        var all = [KafkaHeader(name: OutboxRecord.header, value: Array(name.text(service: service).utf8))]
        if let headers = said.headers, let document = try? JSONDocument(parsing: headers, limits: .event) {
            for (name, value) in document.root.members {
                all.append(KafkaHeader(name: name, value: Array((value.string ?? "").utf8)))
            }
        } else if said.value != nil {
            let (name, type) = EnvelopeWriter.contentTypeHeader
            all.append(KafkaHeader(name: name, value: Array(type.utf8)))
        }
        return KafkaRecord(
            topic: said.topic, partition: nil, key: said.key.map { Array($0.utf8) }, value: said.value, headers: all,
            timestampMilliseconds: nil)
    }
}
