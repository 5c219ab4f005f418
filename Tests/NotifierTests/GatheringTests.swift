import Contracts
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Notifier

/// When a contact hears by e-mail and of how much at once: contract N2.
struct GatheringTests {
    private let policy: Policy
    /// A Friday afternoon.
    private let now: Instant

    init() throws {
        policy = try VirtualHousehold.samplePolicy()
        now = try VirtualHousehold.instant("2026-11-20T16:00:00Z")
    }

    private func notice(_ kind: NoticeKind = .thresholdChanged, _ change: (inout NoticeBody) -> Void = { _ in })
        -> NoticeIssued
    {
        var notice = TemplateTests.seeded
        notice.kind = kind
        notice.body.respondBy = nil
        change(&notice.body)
        return notice
    }

    private func time(
        _ notice: NoticeIssued, to agency: String = "police", by channel: Channel = .email, at now: Instant? = nil
    ) throws -> String {
        let address = ChannelAddress(
            channel: channel, agency: try VirtualHousehold.agency(agency), stage: 1, role: "practitioner",
            address: "a@b")
        let time = DeliveryTime(of: notice, to: address, policy, now: now ?? self.now)
        return "\(time.pace.rawValue) \(time.due.rfc3339)"
    }

    @Test("N2: a contact's e-mail waits some minutes for more, the business unit's for the next working day's digest")
    func paces() throws {
        #expect(try time(notice()) == "gathered 2026-11-20T16:10:00Z")
        #expect(try time(notice(), to: "business-unit") == "digest 2026-11-23T08:30:00Z", "not at the weekend")
        let morning = try VirtualHousehold.instant("2026-11-20T08:29:59Z")
        #expect(try time(notice(), to: "business-unit", at: morning) == "digest 2026-11-20T08:30:00Z")
        #expect(
            try time(notice(), to: "business-unit", at: morning.adding(seconds: 1)) == "digest 2026-11-23T08:30:00Z",
            "what comes as the digest goes is in the next")
        // In summer it is half past eight in London all the same; over Easter it waits for the Tuesday.
        let easter = try VirtualHousehold.instant("2026-04-02T12:00:00Z")
        #expect(try time(notice(), to: "business-unit", at: easter) == "digest 2026-04-07T07:30:00Z")
    }

    @Test("N2: what is urgent goes at once and apart, to the business unit as well; so does its reminder")
    func urgent() throws {
        let urgent = notice { $0.isUrgent = true }
        for agency in ["police", "business-unit"] {
            #expect(try time(urgent, to: agency) == "at-once 2026-11-20T16:00:00Z")
        }
        #expect(try time(notice(.domesticAbuseSchool)) == "at-once 2026-11-20T16:00:00Z")
        #expect(try time(notice { $0.isUrgent = false }) == "gathered 2026-11-20T16:10:00Z")
        var confirmed = urgent
        confirmed.kind = .changeConfirmed
        #expect(try time(confirmed) == "gathered 2026-11-20T16:10:00Z", "that it is settled can wait")
        let entry = LoadedNotices.Entry(
            agency: TemplateTests.police, kind: .thresholdChanged, children: [], subject: urgent.body.subject,
            respondBy: nil, issuedAt: now, isUrgent: true)
        #expect(entry.reminder(of: urgent.noticeID).isUrgent == true)
    }

    @Test("N2: nothing waits until its answer is too late")
    func pressing() throws {
        func answered(by text: String) throws -> NoticeIssued {
            let due = try VirtualHousehold.instant(text)
            return notice { $0.respondBy = due }
        }
        #expect(try time(answered(by: "2026-11-23T08:30:00Z"), to: "business-unit") == "at-once 2026-11-20T16:00:00Z")
        #expect(try time(answered(by: "2026-11-23T08:30:01Z"), to: "business-unit") == "digest 2026-11-23T08:30:00Z")
        #expect(try time(answered(by: "2026-11-20T16:10:00Z")) == "at-once 2026-11-20T16:00:00Z")
        #expect(try time(answered(by: "2026-11-20T16:10:01Z")) == "gathered 2026-11-20T16:10:00Z")
        // What is over already is no reason to hurry.
        #expect(try time(answered(by: "2026-11-20T15:00:00Z")) == "gathered 2026-11-20T16:10:00Z")
    }

    @Test("A webhook is for a program: it waits for nothing, and says whether the matter is urgent")
    func webhooks() throws {
        #expect(try time(notice(), by: .webhook) == "gathered 2026-11-20T16:00:00Z")
        #expect(try time(notice { $0.isUrgent = true }, by: .webhook) == "at-once 2026-11-20T16:00:00Z")
        for pace in DeliveryPace.allCases {
            let text = String(
                decoding: WebhookText.body(TemplateTests.message([.view], pace: pace), at: now), as: UTF8.self)
            #expect(text.contains(#""urgent":\#(pace == .atOnce)"#) && text.contains(#""class":"view","asks":true"#))
        }
    }

    private func delivery(
        _ id: Int64, _ address: String = "duty@police.example.org", _ pace: DeliveryPace = .gathered,
        due seconds: Int64,
        agency: String = "police"
    ) throws -> GatheredDelivery {
        GatheredDelivery(
            id: id, agency: try VirtualHousehold.agency(agency), address: address, pace: pace,
            due: now.adding(seconds: seconds))
    }

    @Test("N2: what falls due takes with it whatever waits for the same contact at the same pace, and nothing else")
    func composed() throws {
        let waiting = try [
            delivery(5, due: 0), delivery(3, due: 300), delivery(9, "DUTY@police.example.org", due: 599),
            delivery(4, "duty@police.example.org", .atOnce, due: 0), delivery(6, "lead@police.example.org", due: 1),
            delivery(7, due: -60, agency: "csc"), delivery(8, "unit@example.org", .digest, due: 7200),
        ]
        #expect(MessagePlan.messages(of: waiting, now: now) == [[7], [3, 5, 9], [4]])
        #expect(MessagePlan.messages(of: waiting.reversed(), now: now) == [[7], [3, 5, 9], [4]])
        #expect(MessagePlan.messages(of: [], now: now) == [])
        let later = now.adding(seconds: 7200)
        #expect(MessagePlan.messages(of: waiting, now: later).contains([8]))
        #expect(MessagePlan.messages(of: waiting, now: later).contains([6]))
    }

    @Test("N2: what is more than an e-mail may name goes in a second one; nothing is left out and nothing is in two")
    func bounded() throws {
        let count = Int64(MessagePlan.maximumDeliveries)
        let waiting = try (1...(2 * count + 1)).map { try delivery($0, due: 0) }
        let messages = MessagePlan.messages(of: waiting, now: now)
        #expect(messages.map(\.count) == [Int(count), Int(count), 1])
        #expect(messages.flatMap { $0 } == waiting.map(\.id))
    }

    @Test("N2: an e-mail about several counts them, says which ask something, and names each reference once")
    func several() {
        let message = TemplateTests.message([.view, .decision])
        let text = MailText(message)
        #expect(text.subject == "Keepsight: a decision waits for your agency's view, and more")
        #expect(text.lines[0] == "There are 2 notices for your agency.")
        #expect(text.lines[1] == "1 of them asks something of it; 1 is for information.")
        for facts in message.facts { #expect(text.lines.count { $0.contains(facts.reference.text) } == 1) }
        let asked = text.lines.firstIndex { $0.hasPrefix(MessageTemplate.view.heading) }
        let informed = text.lines.firstIndex { $0.hasPrefix(MessageTemplate.decision.heading) }
        #expect(asked.flatMap { asked in informed.map { asked < $0 } } == true, "what waits for the agency comes first")
        #expect(MailText(TemplateTests.message([.decision, .notice])).subject == "Keepsight: for information, notices")
        let digest = MailText(TemplateTests.message([.silenceElsewhere, .silenceElsewhere], pace: .digest))
        #expect(digest.subject == "Keepsight: the day's notices for the business unit")
        #expect(digest.lines.joined(separator: " ").contains("in the time agreed (2):"))
    }

    @Test("N2: a notice for information reads otherwise than one that holds a decision; urgent stands in front")
    func kinds() throws {
        var consultation = notice(.consultationRequested)
        #expect(MessageTemplate.of(consultation) == .view)
        consultation.body.state = .changed
        #expect(MessageTemplate.of(consultation) == .viewAfterwards)
        #expect(MessageTemplate.of(notice()) == .decisionWaiting)
        var dispute = notice(.challengeRaised)
        #expect(MessageTemplate.of(dispute) == .disagreement)
        dispute.task = .respondToEscalation
        #expect(MessageTemplate.of(dispute) == .turn)
        let texts = try [MessageTemplate.view, .decision].map {
            try TemplateTests.rendered(TemplateTests.message([$0]))
        }
        #expect(texts[0].contains("Subject: Keepsight: a decision waits for your agency's view\r\n"))
        #expect(texts[1].contains("Subject: Keepsight: for information, a decision\r\n"))
        #expect(texts[1].contains("your agency need not answer") && !texts[0].contains("for information"))
        let urgent = MailText(TemplateTests.message([.view], pace: .atOnce))
        #expect(
            urgent.subject.hasPrefix("Keepsight, urgent: ")
                && urgent.lines[0] == "Urgent: please look at "
                    + "this now."
        )
        #expect(Set(MessageTemplate.all.map(\.name)).count == MessageTemplate.all.count)
        #expect(Set(MessageTemplate.all.map(\.heading)).count == MessageTemplate.all.count)
    }

    @Test("The same e-mail has the same Message-ID, and another one another")
    func identifiers() {
        let one = TemplateTests.message([.view]), both = TemplateTests.message([.view, .decision])
        #expect(one.messageIdentifier == TemplateTests.message([.decision]).messageIdentifier)
        #expect(one.messageIdentifier != both.messageIdentifier)
        let elsewhere = DueMessage(
            id: 8, agency: both.agency, address: "lead@police.example.org", pace: both.pace, attempts: 3,
            items: both.items)
        #expect(elsewhere.messageIdentifier != both.messageIdentifier)
        #expect(both.messageIdentifier == TemplateTests.message([.view, .decision]).messageIdentifier)
    }
}
