import CommandRuntime
import Contracts
import FoundationEssentials
import JSON
import KafkaClient
import Safeguarding
import ServiceRuntime

/// An event on its way from an agency: completed, checked, and sent.
struct Publisher: Sendable {
    let deployment: Deployment
    let agency: AgencyCode
    private let producer: KafkaProducer

    init(_ deployment: Deployment, as agency: AgencyCode) throws {
        self.deployment = deployment
        self.agency = agency
        producer = KafkaProducer(try deployment.kafka())
    }

    /// Sends an event's bytes; returns the record's offset when the broker has it.
    @discardableResult
    func send(_ event: [UInt8]) async throws -> Int64 {
        let (name, type) = EnvelopeWriter.contentTypeHeader
        let record = KafkaRecord(
            topic: deployment.topics.events(of: agency).name, partition: nil, key: Array(agency.text.utf8),
            value: event,
            headers: [KafkaHeader(name: name, value: Array(type.utf8))], timestampMilliseconds: nil)
        var offset: Int64 = -1
        for result in await producer.produce([record]) { offset = try result.get() }
        return offset
    }

    /// An event of the agency's own, happening now. `data` writes the members of the data object.
    static func event(
        _ type: String, id: String, as agency: AgencyCode, data: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        EnvelopeWriter.write(Envelope(id: id, source: .agency(agency), type: type, time: .now), data: data)
    }

    /// The id of an event that is sent as it is; `nil` if none can be read from it.
    static func identifier(in bytes: [UInt8]) -> String? {
        (try? JSONDocument(parsing: bytes))?.root["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The event with the attributes that were left out: an id, the agency as source, now as time. Members of a file
    /// that has only `type` and `data` are enough.
    static func complete(_ bytes: [UInt8], as agency: AgencyCode, now: Instant) throws -> (id: String, event: [UInt8]) {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes)
        } catch {
            throw CommandFailure(.data, "This is not JSON: \(error.description).")
        }
        guard document.root.kind == .object else { throw CommandFailure(.data, "An event is a JSON object.") }
        let id = document.root["id"]?.string ?? UUID().uuidString.lowercased()
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in document.root.members {
            writer.key(name)
            writer.copy(value)
        }
        let defaults = [
            ("specversion", "1.0"), ("id", id), ("source", "/agencies/\(agency)"), ("time", now.rfc3339),
            ("datacontenttype", "application/json"),
        ]
        for (name, value) in defaults where document.root[key: name] == nil {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
        return (id, writer.bytes)
    }

    /// Everything that can be seen to be wrong without asking the services.
    static func problems(of event: [UInt8], now: Instant) -> RefusalReasons {
        do throws(EventRefusal) {
            let received = try EnvelopeReader.read(value: event, headers: [], now: now)
            _ = try EventCatalogue.read(received)
            return RefusalReasons()
        } catch {
            return error.reasons
        }
    }
}
