import Channels
import Contracts
import FoundationEssentials
import Messaging
import NotifierSpec
import Policy
import ServiceRuntime

extension Notifier {
    /// Runs the service as this process, until it is stopped.
    public static func run() async -> Never {
        await process.main(arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment)
    }

    private static let process = ServiceProcess<Notifier>(
        NotifierSpec.service, settingsHelp: MailServer.help + "\n" + webhookHelp
    ) { settings in
        let policy = try Policy.load(directory: settings.policyDirectory)
        let topics = Topics(prefix: settings.topicPrefix)
        let senders = try senders(policy, settings, ProcessInfo.processInfo.environment)
        let notifier = Notifier(policy: policy, topics: topics, channels: Set(senders.keys))
        return ServiceProcess.Components(
            procedure: notifier,
            agencies: policy.agencies.codes, policyVersion: policy.version,
            retention: RetentionRules(
                records(policy.retention), clockMoves: policy.retention[.clockMoves],
                operatorRequests: policy.retention[.operatorRequests],
                requestsReferredTo: [
                    "EXISTS (SELECT FROM do_not_notify d WHERE kept.id IN (d.request, d.lifting_request))"
                ]),
            calendar: CalendarWatch(policy.calendar, warnDays: policy.calendarSettings.warnDays),
            projection: ClockProjection(terms: policy.clockTerms, due: policy.projection),
            onDelivery: Notifier.deliveries,
            loops: [{ await Redelivery(notifier: notifier, context: $0).run() }]
                + Channel.allCases.map { channel in
                    { context in
                        guard let sender = senders[channel] else { return await notSending(channel, context) }
                        await DeliveryWorker(
                            channel: channel, policy: policy, sender: sender, context: context
                        ).run()
                    }
                })
    }

    /// What the notifier keeps beside the state of today: what went to contacts, every notice, and since when an agency's topic
    /// had it.
    static func records(_ retention: Retention) -> [RecordKept] {
        [
            RecordKept(
                "channel_delivery", age: "settled_at", retention[.deliveries], index: .stretches,
                households: "ARRAY(SELECT n.household FROM notice n WHERE n.notice = kept.notice)"),
            RecordKept(
                "notice", age: "issued_at", retention[.notices], index: .stretches,
                households: "ARRAY[kept.household]",
                // One that is still tried, or that policy keeps because it ended later.
                unless: ["EXISTS (SELECT FROM channel_delivery d WHERE d.notice = kept.notice)"]),
            RecordKept(
                "transmission", age: "delivered_at", retention[.notices], index: .stretches,
                // A notice that is held says by it since when its agency had it.
                unless: [
                    """
                    kept.id IN (
                        SELECT n.transmission FROM notice n
                        WHERE n.issued_at < $1::timestamptz AND n.transmission IS NOT NULL)
                    """
                ]),
        ]
    }

    private static let webhookHelp =
        "  KEEPSIGHT_WEBHOOK_CA_FILE who vouches for the receivers of webhooks, PEM (default: the system's)"

    /// The channels that are there: webhooks where a contact has one, e-mail where there is a server.
    private static func senders(_ policy: Policy, _ settings: ServiceSettings, _ environment: [String: String])
        throws -> [Channel: any DeliverySender]
    {
        var senders: [Channel: any DeliverySender] = [:]
        let caFile = environment["KEEPSIGHT_WEBHOOK_CA_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        let webhooks = try WebhookSender(
            policy, directory: settings.policyDirectory, client: DeliveryClient(), caFile: caFile)
        if !webhooks.secrets.isEmpty { senders[.webhook] = webhooks }
        if let server = try MailServer.read(environment: environment) {
            senders[.email] = MailSender(server: server, client: DeliveryClient())
        }
        return senders
    }

    private static func notSending(_ channel: Channel, _ context: ServiceProcess<Notifier>.Context) async {
        if channel == .email {
            context.log.warning(
                "email-off", "No e-mail is sent, since KEEPSIGHT_SMTP_URL is not set; notices are on their topics.")
        }
        await UncarriedDeliveries(channel: channel, context: context).run()
    }
}
