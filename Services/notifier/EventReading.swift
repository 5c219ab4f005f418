import Contracts
import Messaging
import Safeguarding

/// What an event says to the notifier, and whom it makes it tell what: read once, since the notices that are looked up
/// follow from it as well as those that are issued.
struct EventReading: Sendable {
    enum Content: Sendable {
        case due(NoticeDue)
        case taken(AnswerTaken)
        case fact(Fact)
    }

    /// A planned notice with the identifier that its notice has.
    struct Planned: Sendable {
        let notice: NoticeID
        let draft: PlannedNotice
    }

    let content: Result<Content, MessageFailure>
    let plan: [Planned]

    init(_ event: ReceivedEvent, of household: HouseholdID) {
        do throws(MessageFailure) {
            let read = try EventReading.read(event)
            content = .success(read)
            plan = EventReading.drafts(read).map { draft in
                Planned(notice: draft.notice(of: household), draft: draft)
            }
        } catch {
            content = .failure(error)
            plan = []
        }
    }

    /// The notices that it may issue, or that it is about.
    var notices: [NoticeID] {
        if case .success(.taken(let taken)) = content { return [taken.noticeID] }
        // The answer to a question moves the window of the notice that was asked about.
        if case .success(.due(let due)) = content, due.receivers.first?.kind == .informationProvided {
            return plan.map(\.notice) + [due.body.about].compactMap(\.self)
        }
        guard case .success(.fact(let fact)) = content else { return plan.map(\.notice) }
        return switch fact.body {
        case .acknowledgement(let acknowledgement): [acknowledgement.noticeID]
        case .answer(let answer): [answer.noticeID]
        default: []
        }
    }

    private static func read(_ event: ReceivedEvent) throws(MessageFailure) -> Content {
        switch event.envelope.type {
        case NoticeDue.type.text: .due(try NoticeDue.reading(event))
        case AnswerTaken.type.text: .taken(try AnswerTaken.reading(event))
        case ReferralOutcome.type.text: .due(try ReferralOutcome.reading(event).notices)
        case RatingLowered.type.text: .due(try RatingLowered.reading(event).notices)
        default: .fact(try Fact.reading(event))
        }
    }

    private static func drafts(_ content: Content) -> [PlannedNotice] {
        switch content {
        case .due(let due): NoticePlanner.of(due)
        case .taken, .fact: []
        }
    }
}

extension PlannedNotice {
    /// The notice that it becomes.
    func notice(of household: HouseholdID) -> NoticeID {
        NoticeID(household: household, cause: cause, kind: kind, agency: agency)
    }
}
