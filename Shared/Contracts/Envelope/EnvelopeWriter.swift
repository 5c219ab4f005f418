import JSON
import Safeguarding

/// Writes events in structured mode, which is what Keepsight writes.
public enum EnvelopeWriter {
    /// The record header that says so.
    public static let contentTypeHeader = (name: "content-type", value: "application/cloudevents+json")

    /// The event's bytes; `data` writes the members of the data object.
    public static func write(_ envelope: Envelope, data: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.field("specversion", "1.0")
        writer.field("id", envelope.id)
        writer.field("source", envelope.source.text)
        writer.field("type", envelope.type)
        writer.field("time", envelope.time.rfc3339)
        writer.field("subject", envelope.subject)
        writer.field("datacontenttype", "application/json")
        writer.field("traceparent", envelope.traceparent)
        writer.field("correlationid", envelope.correlationID)
        writer.field("causationid", envelope.causationID)
        writer.object("data", data)
        writer.endObject()
        return writer.bytes
    }
}
