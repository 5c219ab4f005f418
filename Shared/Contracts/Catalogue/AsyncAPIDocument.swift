import JSON

/// The topics of agencies and what stands on them, as AsyncAPI 3 describes it.
enum AsyncAPIDocument {
    static var document: JSONTree {
        let events = EventCatalogue.all.map { $0.type.text }
        let answers = [ReceiptAccepted.type.text, ReceiptRefused.type.text, NoticeIssued.type.text]
        return [
            "asyncapi": "3.0.0",
            "info": [
                "title": "Keepsight", "version": "2",
                "description": "What agencies publish, and what they receive: CloudEvents 1.0 over Kafka.",
            ],
            "defaultContentType": "application/cloudevents+json",
            "channels": [
                "events": channel(
                    "agency.{agency}.events",
                    "What one agency publishes, in structured or binary mode; it alone may write it.", events),
                "notices": channel(
                    "agency.{agency}.notices", "What one agency receives; it alone may read it.", answers),
            ],
            "operations": [
                "receiveEvents": operation("receive", "events", "Every event is answered by a receipt.", events),
                "sendNotices": operation(
                    "send", "notices", "Receipts of the agency's own events, and notices.", answers),
            ],
            "components": [
                "messages": .object(
                    EventCatalogue.all.map { JSONTree.Member(key($0.type.text), message(of: $0)) }
                        + answers.map { JSONTree.Member(key($0), message(of: $0)) }),
                "messageTraits": [
                    "cloudEvent": [
                        "contentType": "application/cloudevents+json",
                        "bindings": [
                            "kafka": [
                                "key": [
                                    "type": "string",
                                    "description":
                                        "The agency's own handle of the family; events of one family have one key.",
                                ]
                            ]
                        ],
                    ]
                ],
            ],
        ]
    }

    private static func key(_ type: String) -> String { String(type.dropFirst("keepsight.".count)) }

    private static func reference(_ place: String) -> JSONTree { ["$ref": .string("#/" + place)] }

    private static func channel(_ address: String, _ description: String, _ types: [String]) -> JSONTree {
        [
            "address": .string(address), "description": .string(description),
            "parameters": ["agency": ["description": "The agency's code, which is its certificate's as well."]],
            "messages": .object(
                types.map { JSONTree.Member(key($0), reference("components/messages/" + key($0))) }),
        ]
    }

    private static func operation(
        _ action: String, _ channel: String, _ summary: String, _ types: [String]
    ) -> JSONTree {
        [
            "action": .string(action), "channel": reference("channels/" + channel), "summary": .string(summary),
            "messages": .array(types.map { reference("channels/\(channel)/messages/" + key($0)) }),
        ]
    }

    private static func message(of event: any AgencyEvent.Type) -> JSONTree {
        [
            "name": .string(event.type.text), "summary": .string(event.terms.summary),
            "traits": [reference("components/messageTraits/cloudEvent")],
            "payload": payload("./schemas.json#/$defs/" + event.type.text),
            "examples": [["name": "full", "payload": EventExamples(of: event).valid]],
        ]
    }

    private static func message(of type: String) -> JSONTree {
        [
            "name": .string(type), "traits": [reference("components/messageTraits/cloudEvent")],
            "payload": payload("./services.json#/$defs/" + type),
        ]
    }

    private static func payload(_ schema: String) -> JSONTree {
        [
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": ["$ref": .string(schema)],
        ]
    }
}
