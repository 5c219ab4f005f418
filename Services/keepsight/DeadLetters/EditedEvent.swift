import CommandRuntime
import Contracts
import Safeguarding

/// An event that is to be handled in the place of one that could not be: read by the same readers as the service's before it
/// is handed over, so that a slip shows at the terminal and not as the next dead letter. Pure.
enum EditedEvent {
    /// What stands against it, each with its path.
    ///
    /// - Parameters:
    ///   - topic: the topic of the message whose place it takes.
    ///   - household: whose message that is.
    static func problems(of event: [UInt8], for topic: String, _ topics: Topics, _ household: HouseholdID, now: Instant)
        -> [RefusalReason]
    {
        if topics.agency(ofEventsTopic: topic) != nil { return Publisher.problems(of: event, now: now).all }
        do throws(EventRefusal) {
            let received = try EnvelopeReader.read(value: event, headers: [], now: now)
            return try behindIntake(received, household)
        } catch {
            return error.reasons.all
        }
    }

    private static func behindIntake(_ event: ReceivedEvent, _ household: HouseholdID) throws(EventRefusal)
        -> [RefusalReason]
    {
        switch event.envelope.type {
        case ReferralOutcome.type.text: return problems(ReferralOutcome.self, event)
        case RatingLowered.type.text: return problems(RatingLowered.self, event)
        case NoticeDue.type.text: return problems(NoticeDue.self, event)
        case EventRuling.type.text: return problems(EventRuling.self, event)
        default:
            let fact = try Fact(reading: event)
            guard fact.context.household == household else {
                return RefusalReasons(
                    .notAllowed, at: "/data/fact/household",
                    "It is about another household than the one that waits, which is \(household.text)."
                ).all
            }
            return []
        }
    }

    private static func problems<Payload: EventPayload>(_ type: Payload.Type, _ event: ReceivedEvent) -> [RefusalReason]
    {
        var reasons = RefusalReasons()
        return Payload(reading: event.data, &reasons) == nil ? reasons.all : []
    }
}
