import Channels
import Contracts
import FoundationEssentials
import Policy
import Safeguarding

/// Sends e-mails by the partnership's mail server.
struct MailSender: DeliverySender {
    let server: MailServer
    let client: DeliveryClient

    func send(_ due: [DueMessage], now: Instant) async -> [(outcome: DeliveryOutcome, status: Int)] {
        let password: String?
        do throws(ChannelSettingsError) {
            password = try server.password()
        } catch {
            return due.map { _ in (.paused(.loginRefused), 0) }
        }
        let results = await client.carry(due.map { .mail(mail($0, now: now), server, password: password) })
        return results.map { (DeliveryOutcome.ofMail($0), $0.status) }
    }

    /// The e-mail of a message.
    func mail(_ message: DueMessage, now: Instant) -> Mail {
        let text = MailText(message)
        return Mail(
            from: server.sender, to: message.address, subject: text.subject,
            messageID: message.messageIdentifier + "@" + server.domain,
            secondsSinceEpoch: now.microsecondsSinceEpoch / 1_000_000, lines: text.lines)
    }
}

/// Sends webhooks, each signed with its receiver's secrets.
struct WebhookSender: DeliverySender {
    /// By agency and URL. What is no longer in the policy has none.
    let secrets: [AgencyCode: [String: [WebhookSecret]]]
    let client: DeliveryClient
    /// Certificates of those who vouch for receivers, if not the system's.
    let caFile: String?

    /// Reads every secret that the policy names; a name without a leading slash is beside the policy.
    init(_ policy: Policy, directory: String, client: DeliveryClient, caFile: String?) throws(ChannelSettingsError) {
        var secrets: [AgencyCode: [String: [WebhookSecret]]] = [:]
        var problems: [String] = []
        for agency in policy.agencies.agencies.values {
            for webhook in agency.contacts.compactMap(\.webhook) {
                for file in webhook.secretFiles {
                    do throws(ChannelSettingsError) {
                        let secret = try WebhookSecret.read(file: file.hasPrefix("/") ? file : directory + "/" + file)
                        var known = secrets[agency.code]?[webhook.url] ?? []
                        if !known.contains(secret) { known.append(secret) }
                        secrets[agency.code, default: [:]][webhook.url] = known
                    } catch {
                        problems += error.problems
                    }
                }
            }
        }
        if let caFile, FileManager.default.contents(atPath: caFile) == nil {
            problems.append("KEEPSIGHT_WEBHOOK_CA_FILE is wrong: there is nothing to be read in \(caFile).")
        }
        guard problems.isEmpty else { throw ChannelSettingsError(problems: Set(problems).sorted()) }
        self.secrets = secrets
        self.client = client
        self.caFile = caFile
    }

    func send(_ due: [DueMessage], now: Instant) async -> [(outcome: DeliveryOutcome, status: Int)] {
        var requests: [DeliveryClient.DeliveryRequest] = []
        var places: [Int?] = []
        for one in due {
            guard let headers = headers(one, now: now) else {
                places.append(nil)
                continue
            }
            places.append(requests.count)
            requests.append(.webhook(message(one, now: now), headers: headers, caFile: caFile))
        }
        let results = await client.carry(requests)
        return places.map { place in
            guard let place, results.indices.contains(place) else { return (.never(.notPrepared), 0) }
            return (DeliveryOutcome.ofWebhook(results[place]), results[place].status)
        }
    }

    private func headers(_ due: DueMessage, now: Instant) -> [(name: String, value: String)]? {
        message(due, now: now).headers(signedWith: secrets[due.agency]?[due.address] ?? [])
    }

    private func message(_ due: DueMessage, now: Instant) -> WebhookMessage {
        WebhookMessage(
            url: due.address, id: due.messageIdentifier,
            secondsSinceEpoch: now.microsecondsSinceEpoch / 1_000_000, body: WebhookText.body(due, at: now))
    }
}
