import Contracts
import JSON
import Safeguarding

/// What a webhook says of a notice.
enum WebhookText {
    /// An object with `type`, `timestamp` and `data`, as Standard Webhooks proposes.
    static func body(_ message: DueMessage, at now: Instant) -> [UInt8] {
        let facts = message.facts[0]
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.field("type", "keepsight.notice.waiting.v1")
        writer.field("timestamp", now.rfc3339)
        writer.object("data") { data in
            data.field("reference", facts.reference.text)
            data.field("agency", facts.agency.text)
            data.field("class", facts.template.webhookClass ?? facts.template.name)
            data.field("asks", facts.template.asks)
            data.field("urgent", message.pace == .atOnce)
            data.field("respondBy", facts.due?.rfc3339)
        }
        writer.endObject()
        return writer.bytes
    }
}
