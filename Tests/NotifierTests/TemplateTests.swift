import Channels
import Contracts
import Foundation
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Notifier

/// Row A8 and section 10 of domain.md: what goes by e-mail or webhook names nobody and says no status.
struct TemplateTests {
    /// A notice in which every field holds something that must not leave by a channel.
    static let seeded: NoticeIssued = {
        let household = HouseholdID(digest: SHA256.digest(of: "household"))
        var body = NoticeBody.about(NoticeSubject(.decision, "DEC-2026-17", chosenBy: police, version: 3))
        body.state = .held
        body.decidedBy = NoticeAuthor(police, role: "team manager")
        body.reason =
            "Alma Testperson, born 2016-04-11, NHS 9990000018, of 1 Sample Row, YO1 0AA: neglect; Traveller family."
        body.respondBy = Instant(rfc3339: "2026-11-27T17:00:00Z")
        let detail = ChildDetail(from: .section47, to: .section17, rationale: "R-99", outcome: .strategyDiscussion)
        return NoticeIssued(
            noticeID: NoticeID(
                household: household, cause: "c", kind: .thresholdChanged, agency: police),
            kind: .thresholdChanged,
            children: [
                NoticeIssued.Child(ChildName(ref: "PP-4471", handle: nil), detail),
                NoticeIssued.Child(ChildName(ref: nil, handle: handle), detail),
            ], canAnswer: ["acknowledge", "challenge"], openedBecause: [.attendee], reference: nil, addressedTo: [],
            task: nil, body: body)
    }()

    static let police = AgencyCode("police")!
    static let handle = ChildHandle(of: PersonID(digest: SHA256.digest(of: "person")), for: police)

    /// What must not be in any of them: everything of the seeded notice, words of status, and forms of personal data.
    static func forbidden(in text: String) -> [String] {
        let seeded = TemplateTests.seeded
        let words = [
            "Alma", "Testperson", "2016-04-11", "11 April 2016", "11/04/2016", "9990000018", "999 000 0018",
            "Sample Row", "YO1 0AA", "PP-4471", "DEC-2026-17", "R-99", "team manager", seeded.noticeID.text,
            seeded.noticeID.household.text, handle.text, PersonID(digest: SHA256.digest(of: "person")).text,
        ]
        let status =
            [
                "S47", "S17", "section 47", "section 17", "neglect", "Traveller", "child protection", "child in need",
                "care order", "looked after", "early help", "strategy", "abuse", "threshold", "referral", "held",
                "escalation", "challenge", "universal", "harm", "safeguarding concern",
            ] + ThresholdLevel.allCases.map(\.rawValue) + ScreeningOutcome.allCases.map(\.rawValue)
            + NoticeKind.allCases.map(\.rawValue)
        var found = (words + status).filter { !$0.isEmpty && text.localizedCaseInsensitiveContains($0) }
        // Any date of birth or NHS number, not only the seeded ones; ten digits in a row are no time and no reference.
        for pattern in [
            #"\b(19|20)\d\d-\d\d-\d\d\b(?!T)"#, #"\b\d{3} ?\d{3} ?\d{4}\b"#, #"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"#,
        ] {
            if let range = text.range(of: pattern, options: .regularExpression) { found.append(String(text[range])) }
        }
        return found
    }

    static let now = Instant(rfc3339: "2026-11-24T17:00:00Z")!

    /// A message about the seeded notice, or about that and another.
    static func message(_ templates: [MessageTemplate], pace: DeliveryPace = .gathered) -> DueMessage {
        let other = NoticeID(household: seeded.noticeID.household, cause: "d", kind: .taskDue, agency: police)
        return DueMessage(
            id: 7, agency: police, address: "duty@police.example.org", pace: pace, attempts: 0,
            items: templates.enumerated().map { place, template in
                DueMessage.Item(
                    id: Int64(7 + place), notice: place == 0 ? seeded.noticeID : other, template: template,
                    respondBy: seeded.body.respondBy)
            })
    }

    /// Everything that a message sends: the whole e-mail with its headers, and the whole webhook.
    static func rendered(_ message: DueMessage) throws -> String {
        let server = try #require(
            try MailServer.read(environment: [
                "KEEPSIGHT_SMTP_URL": "smtp://mail.example.org", "KEEPSIGHT_MAIL_FROM": "keepsight@example.org",
            ]))
        let mail = MailSender(server: server, client: DeliveryClient()).mail(message, now: now)
        return String(decoding: mail.bytes, as: UTF8.self) + "\n" + message.messageIdentifier + "\n"
            + String(decoding: WebhookText.body(message, at: now), as: UTF8.self)
    }

    @Test(
        "A8: no template lets a name, a date of birth, an address, a number or a status out",
        arguments: MessageTemplate.all, DeliveryPace.allCases)
    func discreet(_ template: MessageTemplate, _ pace: DeliveryPace) throws {
        let reference = NoticeReference(of: TemplateTests.seeded.noticeID, for: TemplateTests.police).text
        for templates in [[template], [template, .decision]] {
            let text = try TemplateTests.rendered(TemplateTests.message(templates, pace: pace))
            #expect(TemplateTests.forbidden(in: text) == [])
            #expect(text.contains(reference))
            #expect(text.contains("Fri 27 November 2026, 17:00 UK time") || templates.allSatisfy { $0.due == nil })
        }
    }

    @Test(
        "A8: guard off: a template with the child's reference, its name, its level or the household in it is found",
        arguments: [
            "PP-4471", handle.text, "Alma Testperson", "section-47", "S47", seeded.noticeID.household.text,
            seeded.noticeID.text, "born 2016-04-11", "NHS 999 000 0018", "of YO1 0AA", "neglect",
        ])
    func guardOff(_ leak: String) throws {
        func template(_ subject: String, _ heading: String, _ opening: String) -> MessageTemplate {
            MessageTemplate(name: "decision", subject: subject, heading: heading, opening: [opening], asks: true)
        }
        let inText = TemplateTests.message([template("a", "b", "A child: \(leak).")])
        #expect(try !TemplateTests.forbidden(in: TemplateTests.rendered(inText)).isEmpty)
        let inSubject = TemplateTests.message([template("about \(leak)", "b", "c")])
        #expect(try !TemplateTests.forbidden(in: TemplateTests.rendered(inSubject)).isEmpty)
    }

    @Test("Every line of an e-mail fits a narrow window", arguments: MessageTemplate.all, DeliveryPace.allCases)
    func narrow(_ template: MessageTemplate, _ pace: DeliveryPace) {
        for templates in [[template], [template, .decision, .view]] {
            let text = MailText(TemplateTests.message(templates, pace: pace))
            #expect(text.lines.allSatisfy { $0.count <= 78 }, "\(text.lines.filter { $0.count > 78 })")
            #expect(text.subject.count <= 78, "\(text.subject)")
        }
    }

    @Test("A8: every kind of notice has one of those templates", arguments: NoticeKind.allCases)
    func everyKind(_ kind: NoticeKind) {
        var notice = TemplateTests.seeded
        notice.kind = kind
        #expect(MessageTemplate.all.contains(MessageTemplate.of(notice)))
        #expect(MessageTemplate.named(MessageTemplate.of(notice).name) == MessageTemplate.of(notice))
    }

    @Test("A8: two agencies know the same notice by references that have nothing in common")
    func references() throws {
        let other = try #require(AgencyCode("csc"))
        let notice = TemplateTests.seeded.noticeID
        let (first, second) = (
            NoticeReference(of: notice, for: TemplateTests.police), NoticeReference(of: notice, for: other)
        )
        #expect(first != second)
        #expect(NoticeReference(of: notice, for: TemplateTests.police) == first)
        #expect(NoticeReference(first.text) == first)
        for wrong in ["", "7f3a-91c2-04de", "7f3a-91c2-04de-b3aA", "7f3a-91c2-04de-b3aa-", "7f3a91c204deb3aa"] {
            #expect(NoticeReference(wrong) == nil)
        }
    }
}
