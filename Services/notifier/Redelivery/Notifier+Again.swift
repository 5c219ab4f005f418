import Contracts
import Messaging
import Policy
import PostgresClient
import Safeguarding

// Notices as they were issued, for a topic that has lost them: the same identifier, the same words, the same time.
extension Notifier {
    /// A notice that an event has brought about, of an agency; without its record until it is known when it was issued.
    struct Again: Sendable {
        let notice: NoticeIssued
        let household: HouseholdID
        let origin: Origin
    }

    /// The notices for an agency that follow from an event; none from one that brings about none, or cannot be read.
    func notices(for agency: AgencyCode, from message: InboundMessage) -> [Again] {
        guard let (event, household) = try? message.addressed() else { return [] }
        let reading = message.content { EventReading(event, of: household) }
        guard case .success(.due(let due)) = reading.content else { return [] }
        return reading.plan.filter { $0.draft.agency == agency }.map { planned in
            Again(
                notice: content(of: planned.draft, due.body, as: planned.notice), household: household,
                origin: Origin(event.envelope))
        }
    }

    /// A notice that a clock has brought about, from the one that it is about; `nil` if today's policy has no such step.
    func reminder(_ id: NoticeID, about: NoticeID, _ entry: LoadedNotices.Entry, _ household: HouseholdID) -> Again? {
        let silence = Notifier.silence(about, entry)
        if silence.notice(of: household) == id {
            return Again(
                notice: content(of: silence, entry.reminder(of: about), as: id), household: household,
                origin: origin(of: Notifier.response, about, entry.respondBy ?? entry.issuedAt))
        }
        for step in policy.notices.acknowledgement.indices {
            for draft in NoticePlanner.of(about, entry, step: step, policy) where draft.notice(of: household) == id {
                var body = entry.reminder(of: about)
                body.unacknowledgedBy = draft.agency == entry.agency ? nil : entry.agency
                let due = policy.due(acknowledgementStep: step, from: entry.issuedAt)
                return Again(
                    notice: content(of: draft, body, as: id), household: household,
                    origin: origin(of: Notifier.acknowledgement, about, due.due))
            }
        }
        return nil
    }

    private func origin(of kind: String, _ about: NoticeID, _ due: Instant) -> Origin {
        Origin(DueDeadline(key: DeadlineKey(kind: kind, subject: about.text), household: about.household, due: due))
    }

    /// Its record for the agency's topic.
    func record(of again: Again, to agency: AgencyCode, issuedAt: Instant) -> OutgoingRecord {
        record(
            of: again.notice, to: agency, again.household, again.origin, issuedAt: issuedAt,
            tally: "notice delivered again")
    }
}
