import Contracts
import PostgresClient
import Safeguarding

/// A message whose time has come: an e-mail about everything that waited for a contact, or the webhook of one notice.
struct DueMessage: Sendable, Equatable {
    /// One notice that it is about.
    struct Item: Sendable, Equatable {
        /// The delivery's number.
        let id: Int64
        let notice: NoticeID
        let template: MessageTemplate
        let respondBy: Instant?
    }

    /// The number of its first delivery.
    let id: Int64
    let agency: AgencyCode
    let address: String
    let pace: DeliveryPace
    /// Attempts that were made before.
    let attempts: Int
    /// One at least.
    var items: [Item]

    /// What it may say of its notices.
    var facts: [MessageFacts] {
        items.map { item in
            MessageFacts(
                reference: NoticeReference(of: item.notice, for: agency), agency: agency, due: item.respondBy,
                template: item.template)
        }
    }

    /// By which the receiver knows a second copy for one: derived from what it is about and for whom, and good for nothing else.
    var messageIdentifier: String {
        guard items.count > 1 else {
            return "notice-" + SHA256.identifier("notice-message", agency.text, items[0].notice.text)
        }
        let notices = items.map(\.notice.text).joined(separator: " ")
        return "notices-" + SHA256.identifier("notices-message", agency.text, address.lowercased(), notices)
    }
}

extension DueMessage {
    /// The messages of the rows of `find-due-deliveries.sql`, in their order: the rows of one stand together. What is not a row
    /// that we wrote is left out.
    static func all(of rows: some Sequence<Row>) throws(PostgresError) -> [DueMessage] {
        var messages: [DueMessage] = []
        for row in rows {
            guard let notice = NoticeID(try row.text("notice")), let agency = AgencyCode(try row.text("agency")),
                let pace = DeliveryPace(rawValue: try row.text("pace"))
            else { continue }
            let item = Item(
                id: try row.int8("id"), notice: notice, template: .named(try row.text("template")),
                respondBy: try row.optionalTimestamp("respond_by").map(Instant.init(microsecondsSinceEpoch:)))
            let message = try row.int8("message")
            if messages.last?.id == message {
                messages[messages.count - 1].items.append(item)
            } else {
                messages.append(
                    DueMessage(
                        id: message, agency: agency, address: try row.text("address"), pace: pace,
                        attempts: Int(try row.int4("attempts")), items: [item]))
            }
        }
        return messages
    }
}
