import Contracts
import EscalationTracker
import KafkaClient
import PostgresClient
import Safeguarding
import ServiceRegistry
import ServiceRuntime
import TestSupport

@testable import Messaging

/// Days of a partnership, each like the one before: the same households come back, referrals are screened, and what anybody
/// is told is acknowledged or answered on the same day. The database's clock goes on by a day after each.
struct Week {
    /// How long an event is recognised when it comes again. No service takes so short a time from its settings, since topics
    /// keep events for a month: so what a service's housekeeping does is done here.
    static let inboxDays = 3
    /// A household keeps twenty settled decisions, which it has on the fourth day.
    static let daysUntilDocumentsAreFull = 3
    /// In a day: ten of each household and ten referrals of one more, so that on the second day the documents are as full as
    /// they become.
    static let (decisions, referrals) = (300, 10)
    private static let households = 30

    private let partnership: Partnership
    private var load = DecisionLoad(households: Week.households)
    private var day = 0
    private var told: Set<String> = []
    private var screened: Set<String> = []
    private var published = 0

    init(_ partnership: Partnership) { self.partnership = partnership }

    /// Introduces the children.
    mutating func begin() async throws {
        for agency in DecisionLoad.agencies { try await publish(load.involvements(of: agency)) }
        try await hearAcceptances()
    }

    /// A day, and the night after it.
    mutating func pass() async throws {
        day += 1
        try await publish(load.decisions(Week.decisions))
        try await publish(referrals)
        try await publish(try await screenings())
        try await answerNotices()
        try await hearAcceptances()
        try await partnership.settle()
        try await partnership.database.moveClock(bySeconds: 86_400)
        for service in ServiceRegistry.names { try await prune(service) }
    }

    /// Two months in which nothing happens, after each of which intake begins anew: what its own housekeeping, with the
    /// shortest time that it takes from its settings, leaves of its inbox is nothing. The first ends the generation that the
    /// events are in, the second empties it.
    func passMonths() async throws {
        try await passMonth()
        let end = "SELECT count(*) FROM referral_intake.inbox_generation WHERE ended_at >= app.now() - interval '1 day'"
        try await awaited("Intake has not ended its inbox's generation.") {
            try await partnership.database.count(end) == 1
        }
        try await passMonth()
        try await awaited("Intake has not removed old rows of its inbox.") {
            try await partnership.database.count("SELECT count(*) FROM referral_intake.inbox") == 0
        }
    }

    private func passMonth() async throws {
        let days = ServiceSettings.inboxDays.lowerBound
        try await partnership.database.moveClock(bySeconds: (days + 1) * 86_400)
        try await partnership.restart("referral-intake", ["KEEPSIGHT_INBOX_DAYS": "\(days)"], failpoints: "")
    }

    private func awaited(_ otherwise: String, _ isSo: () async throws -> Bool) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        while try await !isSo() {
            guard ContinuousClock.now < end else { throw Missing(otherwise) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// How long the households' documents of the services that keep some are together, before they are compressed.
    func documentBytes() async throws -> Int {
        try await partnership.database.count(
            """
            SELECT (SELECT sum(octet_length(state)) FROM escalation_tracker.household_state)
                + (SELECT sum(octet_length(state)) FROM mash_screener.household_state)
            """)
    }

    private var referrals: [PublishedEvent] {
        (0..<Week.referrals).map { number in
            PublishedEvent(
                type: "referral.made", agency: "health-visiting", id: "referral-\(day)-\(number)",
                data: """
                    {"referralId":"R-\(day)-\(number)","referrer":{"name":"Tess Example","role":"health visitor"},\
                    "sourceOfReferral":"3B","children":[\(SampleEvents.children("HV", 1))],\
                    "concerns":[{"kind":"medical","text":"Nobody came, twice."}]}
                    """)
        }
    }

    /// What the hub decides about the day's referrals, once they are all on its queue.
    private mutating func screenings() async throws -> [PublishedEvent] {
        let end = ContinuousClock.now.advanced(by: .seconds(40 * TestEnvironment.patience))
        while true {
            let items = Set(try await partnership.queue().map { String(decoding: $0.key ?? [], as: UTF8.self) })
            let new = items.subtracting(screened)
            if new.count == Week.referrals {
                screened = items
                return new.sorted().map { item in
                    PublishedEvent(
                        type: "screening.decided", agency: "mash", id: "screened-\(item)",
                        data: """
                            {"itemId":"\(item)","by":{"name":"Sam Example","role":"screener"},"outcome":"early-help",\
                            "reason":"Support is accepted."}
                            """)
                }
            }
            guard ContinuousClock.now < end else { throw Missing("\(new.count) referrals came to the queue.") }
        }
    }

    private mutating func answerNotices() async throws {
        let expected = told.count + DecisionLoad.notices(of: Week.decisions) + Week.referrals
        let notices = try await partnership.hear(atLeast: expected) { $0.notice != nil }
        let answers = notices.filter { !told.contains($0.eventID) }.compactMap(answer(to:))
        told = Set(notices.map(\.eventID))
        for (_, sayings) in Dictionary(grouping: answers, by: \.agency) { try await publish(sayings) }
    }

    /// A referrer is asked what it thinks of the outcome; everybody else has only to say that it has seen the notice.
    private func answer(to heard: Partnership.Heard) -> PublishedEvent? {
        guard let notice = heard.notice else { return nil }
        let isOutcome = notice.kind == .outcomeOfReferral
        let id = notice.noticeID.text
        return PublishedEvent(
            type: isOutcome ? "notice.answered" : "notice.acknowledged", agency: heard.agency, id: "seen-\(id)",
            data: """
                {"noticeId":"\(id)","by":{"name":"Sam Example","role":"duty worker"}\
                \(isOutcome ? #","answer":"agree""# : "")}
                """)
    }

    /// Events of one agency, in their order.
    private mutating func publish(_ sayings: [PublishedEvent]) async throws {
        guard let agency = sayings.first?.agency else { return }
        published += sayings.count
        try await partnership.send(sayings.map(\.event), as: agency)
    }

    /// Waits until everything that was published is accepted.
    private func hearAcceptances() async throws {
        let accepted = try await partnership.hear(atLeast: published) { $0.type == ReceiptAccepted.type.text }
        guard accepted.count == published else {
            throw Missing("\(accepted.count) of \(published) events were accepted")
        }
    }

    private func prune(_ service: String) async throws {
        let connection = LoopConnection(.service(service, url: partnership.database.url))
        let log = Log(service: "test", format: .json, level: .error)
        let procedure = HouseholdBatch(EscalationTracker(policy: partnership.policy, topics: partnership.topics))
        let keeper = Maintenance(
            // Nobody asks it for anything here, so any procedure will do.
            handler: OperatorRequestHandler(
                procedure: procedure, connection: connection, deadLetterTopic: "dead", relayWake: AsyncSignal(),
                log: log,
                failpoints: .none),
            connection: connection, inboxDays: Week.inboxDays,
            pruner: RecordPruner(rules: .nothing, connection: connection, metrics: EngineMetrics(Metrics())), log: log,
            health: HealthState(), metrics: EngineMetrics(Metrics()))
        while try await keeper.turnInbox() {}
        await connection.close()
    }
}
