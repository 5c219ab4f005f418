import Contracts
import Foundation
import KafkaClient
import Messaging
import NotifierSpec
import Policy
import Safeguarding
import TestSupport
import Testing

@testable import Notifier

/// What a topic has lost comes out again as it was: receivers know it by its identifier, and E2 compares what it says.
struct RedeliveryTests {
    private static let household = HouseholdID(digest: SHA256.digest(of: "household"))
    private let now = Instant(microsecondsSinceEpoch: 1_795_000_000_000_000)

    private func notifier() throws -> Notifier {
        Notifier(
            policy: try Policy.load(directory: TestEnvironment.project + "/deploy/policy"), topics: Topics(prefix: ""))
    }

    private func published(_ effects: [Effect<NoticeRow>]) -> [OutgoingRecord] {
        effects.compactMap { if case .publish(let record) = $0 { record } else { nil } }
    }

    @Test("A notice that an event brought about is the same again, byte for byte, for each agency that it was for")
    func fromEvent() throws {
        let file =
            TestEnvironment.project + "/Shared/Contracts/Generated/Examples/notice-due.recorded.v2/valid-full.json"
        let event = try EnvelopeReader.read(
            value: Array(Data(contentsOf: URL(fileURLWithPath: file))), headers: [], now: nil)
        let due = try NoticeDue.reading(event)
        let envelope = Envelope(
            id: "due-1", source: .service("escalation-tracker"), type: NoticeDue.type.text, time: now,
            correlationID: "c-1")
        let message = InboundMessage(
            KafkaMessage(
                topic: "in", partition: 0, offset: 0, timestampMilliseconds: 0, key: Array(Self.household.text.utf8),
                value: due.event(envelope), headers: []))
        let notifier = try notifier()
        var book = LoadedNotices()
        let issued = published(try notifier.handle(message, in: &book, now: now))
        #expect(!issued.isEmpty)
        let again = Set(due.receivers.map(\.agency)).flatMap { agency in
            notifier.notices(for: agency, from: message).map { notifier.record(of: $0, to: agency, issuedAt: now) }
        }
        func sorted(_ records: [OutgoingRecord]) -> [String] {
            records.map { "\($0.topic) \($0.key ?? "") \(String(decoding: $0.value ?? [], as: UTF8.self))" }.sorted()
        }
        #expect(sorted(again) == sorted(issued))
    }

    @Test("Reminders, and what silence has brought about, are the same again from the notice that they are about")
    func fromClock() throws {
        let notifier = try notifier()
        let silent = try #require(AgencyCode("health-visiting"))
        let about = NoticeID(household: Self.household, cause: "c", kind: .outcomeOfReferral, agency: silent)
        let at = try #require(Instant(rfc3339: "2026-11-19T10:00:00Z"))
        let respondBy = try #require(Instant(rfc3339: "2026-11-26T17:00:00Z"))
        let entry = LoadedNotices.Entry(
            agency: silent, kind: .outcomeOfReferral,
            children: [ToldChild(person: PersonID(digest: SHA256.digest(of: "person")), ref: "HV-1")],
            subject: NoticeSubject(.referral, "R1", chosenBy: silent, version: nil),
            respondBy: respondBy, issuedAt: at)
        var book = LoadedNotices()
        _ = book.add(about, entry)
        var issued: [(record: OutgoingRecord, id: NoticeID, agency: AgencyCode, at: Instant)] = []
        func fire(_ kind: DeadlineKind, _ due: Instant) throws {
            let deadline = DueDeadline(key: kind.key(about.text), household: Self.household, due: due)
            let effects = try notifier.fire(deadline, in: &book, now: due)
            let notices = effects.compactMap { effect -> (id: NoticeID, agency: AgencyCode)? in
                if case .record(.issued(let notice, _, let agency, _)) = effect {
                    (notice.noticeID, agency)
                } else {
                    nil
                }
            }
            let records = published(effects)
            #expect(records.count == notices.count)
            for (record, notice) in zip(records, notices) { issued.append((record, notice.id, notice.agency, due)) }
        }
        for step in notifier.policy.notices.acknowledgement.indices {
            try fire(.acknowledgement, notifier.policy.due(acknowledgementStep: step, from: at).due)
        }
        try fire(.response, respondBy)
        #expect(issued.count == 5)
        for (record, id, agency, time) in issued {
            let again = try #require(notifier.reminder(id, about: about, entry, Self.household))
            #expect(notifier.record(of: again, to: agency, issuedAt: time).value == record.value)
        }
        let other = NoticeID(household: Self.household, cause: "d", kind: .taskDue, agency: silent)
        let none = notifier.reminder(other, about: about, entry, Self.household)
        #expect(none?.notice.noticeID == nil, "of a step that policy has no more")
    }
}
