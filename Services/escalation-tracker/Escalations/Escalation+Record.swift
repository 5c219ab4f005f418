import Contracts
import DecisionDocument
import DecisionRules
import Safeguarding

extension Escalation {
    static let record = Record(
        Escalation.init(
            id:subject:occasion:children:challenger:decider:arbiter:openedBy:ladder:openedAt:isUrgent:stage:awaits:due:
            limitFrom:meetingAt:moves:outcome:isLate:isConceded:awaitsFollowThrough:words:),
        required("id", \.id, .escalationID(), "Which escalation."),
        required("subject", \.subject, .object(Subject.record), "What is challenged."),
        required("occasion", \.occasion, .word(), "What brought it about."),
        required("children", \.children, .set(.personID()), "Whom it is about."),
        required("challenger", \.challenger, .agency(), "Who challenges."),
        required("decider", \.decider, .agency(), "Who decided."),
        required("arbiter", \.arbiter, .agency(), "Who closes it where the ladder ends."),
        required("openedBy", \.openedBy, .agency(), "Whose event brought it about."),
        required("ladder", \.ladder, .line(), "The ladder on which it began."),
        required("openedAt", \.openedAt, .instant(), "When it began."),
        optional("urgent", \.isUrgent, .bool(), or: false, "Whether it cannot wait."),
        required("stage", \.stage, .integer(1...10), "Where it stands, from 1."),
        // keepsight-lab sets these two together, in the text of the document.
        required("awaits", \.awaits, .word(), "Whose turn it is."),
        required("due", \.due, .instant(), "When that side's time is over."),
        optional("limitFrom", \.limitFrom, .instant(), "Since when the stage's time together with others runs."),
        optional("meetingAt", \.meetingAt, .instant(), "When the meeting is held that the stage is."),
        optional("moves", \.moves, .count(), or: 0, "Moves so far."),
        optional("outcome", \.outcome, .word(), "How it ended."),
        optional("late", \.isLate, .bool(), or: false, "Whether it came after the time for an answer."),
        optional("conceded", \.isConceded, .bool(), or: false, "Whether the decider has said that it changes it."),
        optional(
            "awaitsFollowThrough", \.awaitsFollowThrough, .bool(), or: false,
            "Whether what it ended with is not on record yet."),
        flat(\.words, EscalationWords.record))
}

extension Escalation.Subject {
    /// A subject with the word that says which kind it is, and the identifier that people know it by.
    static let record = Record<Escalation.Subject>(
        oneOf: "kind", "What kind of subject.",
        RecordVariant("decision", version, { .decision($0.id, version: $0.number) }) { subject in
            guard case .decision(let name, let version) = subject else { return nil }
            return ChildStanding.Version(id: name, number: version)
        },
        RecordVariant("discussion", OwnName.record, { .discussion($0) }) { subject in
            if case .discussion(let name) = subject { name } else { nil }
        },
        RecordVariant("outcome", item, { .outcome($0) }) { subject in
            if case .outcome(let item) = subject { item } else { nil }
        },
        RecordVariant("conference", identifier, { .conference(id: $0) }) { subject in
            if case .conference(let id) = subject { id } else { nil }
        },
        RecordVariant("delay", identifier, { .delay(id: $0) }) { subject in
            if case .delay(let id) = subject { id } else { nil }
        })

    private static let version = Record(
        ChildStanding.Version.init(id:number:), flat(\.id, OwnName.record),
        required("version", \.number, .decisionVersion(), "Its version."))

    private static let item = Record<ScreeningItemID>(
        { $0 }, required("id", { $0 }, .screeningItemID(), "The item of the screening queue."))

    private static let identifier = Record<String>(
        { $0 }, required("id", { $0 }, .line(500), "The request, or what the notice of the delay was derived from."))
}
