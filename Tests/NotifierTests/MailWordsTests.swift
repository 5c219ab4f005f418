import Contracts
import Foundation
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Notifier

/// Sentences of e-mails over which somebody stumbled who read them all and did not know the program (issue 15.8).
struct MailWordsTests {
    private func notice(_ kind: NoticeKind, _ change: (inout NoticeBody) -> Void = { _ in }) -> NoticeIssued {
        var notice = TemplateTests.seeded
        notice.kind = kind
        notice.body.state = nil
        change(&notice.body)
        return notice
    }

    private func single(_ template: MessageTemplate, pace: DeliveryPace = .gathered) -> String {
        MailText(TemplateTests.message([template], pace: pace)).lines.joined(separator: " ")
    }

    @Test("Words 6, 9: what is for information asks to be acknowledged and to be answered not at all, urgent or not")
    func information() {
        for template in MessageTemplate.all where !template.asks {
            let text = single(template, pace: .atOnce)
            #expect(text.contains("your agency need not answer"), "\(text)")
            #expect(!text.contains("othing waits") && !text.contains("cannot wait."), "\(text)")
            #expect(text.contains("Please acknowledge it there") && text.contains("That is no answer."), "\(text)")
        }
        let several = MailText(TemplateTests.message([.decision, .notice])).lines
        #expect(several[0] == "There are 2 notices for your agency.")
        #expect(several[1] == "All of them are for information: it need not answer.")
    }

    @Test(
        "Words 23: what is proposed, in effect, urgent, settled or changes nothing reads differently, and is one class")
    func decisions() {
        let notices = [
            notice(.thresholdChanged) { $0.state = .held }, notice(.thresholdChanged) { $0.state = .changed },
            notice(.thresholdChanged) { ($0.state, $0.isUrgent) = (.changed, true) },
            notice(.thresholdChanged) { $0.state = .unchanged },
            notice(.thresholdChanged) { $0.rating = RatingStep(from: .amber, to: .green) }, notice(.changeConfirmed),
        ]
        let templates = notices.map(MessageTemplate.of)
        #expect(Set(templates.map(\.name)).count == notices.count)
        #expect(Set(templates.map { $0.opening[0] }).count == notices.count)
        #expect(templates.allSatisfy { ($0.webhookClass ?? $0.name) == "decision" })
        #expect(templates.allSatisfy { $0.due == "reply by" }, "it is no deadline of anything that is asked")
    }

    @Test("Words 5, 22: a reminder's deadline is the other notice's; a view may be settled by a meeting")
    func deadlines() {
        for template in [MessageTemplate.reminder, .silence, .silenceElsewhere] {
            #expect(single(template).contains("Its own deadline:  Fri 27 November 2026, 17:00 UK time"))
        }
        #expect(single(.view).contains("or a meeting of the agencies has settled it"))
        #expect(single(.meeting).contains("Meet by:  Fri 27"))
        #expect(single(.answerOverdue).contains("a late reply counts"))
    }

    @Test("Words 16: what is asked for within an hour is urgent, to the business unit too, and in no digest")
    func shortTime() throws {
        let policy = try VirtualHousehold.samplePolicy()
        let now = try VirtualHousehold.instant("2026-11-20T07:45:00Z")
        for agency in ["police", "business-unit"] {
            let address = ChannelAddress(
                channel: .email, agency: try VirtualHousehold.agency(agency), stage: 1, role: "practitioner",
                address: "a@b")
            func pace(_ kind: NoticeKind, minutes: Int64) -> DeliveryPace {
                DeliveryTime(
                    of: notice(kind) { $0.respondBy = now.adding(seconds: 60 * minutes) }, to: address, policy, now: now
                ).pace
            }
            #expect(pace(.outcomeOfReferral, minutes: 60) == .atOnce)
            #expect(pace(.outcomeOfReferral, minutes: 61) != .atOnce)
            #expect(pace(.thresholdChanged, minutes: 60) != .atOnce, "it asks for nothing")
        }
    }

    @Test("Words: what is due first stands first, among what asks something and then among what does not")
    func groups() {
        let base = TemplateTests.message([.question, .turn])
        let days: [Int64] = [3, 2, 1]
        var message = base
        let templates: [MessageTemplate] = [.question, .turn, .decision]
        message.items = zip(templates, days).map { template, days in
            DueMessage.Item(
                id: days, notice: base.items[0].notice, template: template,
                respondBy: TemplateTests.now.adding(seconds: days * 86_400))
        }
        let text = MailText(message).lines.joined(separator: " ")
        let places = [MessageTemplate.turn, .question, .decision].map { text.range(of: $0.heading)?.lowerBound }
        #expect(
            places.allSatisfy { $0 != nil } && places.compactMap(\.self) == places.compactMap(\.self).sorted(),
            "\(text)")
    }

    @Test("Words: under each heading what is due first comes first, with its weekday and by whose clock")
    func order() {
        let base = TemplateTests.message([.view, .view])
        let times = [TemplateTests.now.adding(seconds: 5 * 86_400), TemplateTests.now.adding(seconds: 86_400)]
        var message = base
        message.items = zip(base.items, times).map { item, due in
            DueMessage.Item(id: item.id, notice: item.notice, template: item.template, respondBy: due)
        }
        let lines = MailText(message).lines.filter { $0.contains("answer by") }
        #expect(lines.count == 2)
        #expect(lines.first?.hasSuffix("answer by Wed 25 November 2026, 17:00 UK time") == true)
        #expect(lines.last?.hasSuffix("answer by Sun 29 November 2026, 17:00 UK time") == true)
    }
}
