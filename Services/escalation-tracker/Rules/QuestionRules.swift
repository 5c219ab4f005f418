import Safeguarding

// Questions to whoever decided, and until when what is said to a notice is in time: R14, R18.

/// How far a question has come that a party has asked whoever decided (R18).
package struct QuestionStanding: Hashable, Sendable {
    package let askedAt: Instant
    /// The stage of whoever was asked at which it stands, from 1.
    package var stage: Int
    /// How often its time has passed.
    package var lapses: Int
    package var answeredAt: Instant?

    /// A question; one that was just asked, if nothing else is said.
    package init(askedAt: Instant, stage: Int = 1, lapses: Int = 0, answeredAt: Instant? = nil) {
        (self.askedAt, self.stage, self.lapses, self.answeredAt) = (askedAt, stage, lapses, answeredAt)
    }

    /// Whether nobody has answered it.
    package var isOpen: Bool { answeredAt == nil }

    /// Nobody has answered in time: it goes to the next stage of whoever was asked, and stays at the highest.
    package mutating func expire(upTo highest: Int, under terms: RegisterTerms) {
        lapses += 1
        guard terms.rules.keeps(.r18) else { return }
        stage = min(stage + 1, highest)
    }
}

extension RegisterTerms {
    /// Until when an answer to a notice is in time. While a question about it is open there is no end: the window stands still, and
    /// goes on where it stood once the answer is there (R18). Several questions at a time stop it once.
    ///
    /// - Parameters:
    ///   - end: as the notice has it
    ///   - questions: the asker's about this notice, in any order
    ///   - moved: an end that stood still from one moment to another
    package func window(
        until end: Instant, _ questions: [QuestionStanding],
        moved: (_ end: Instant, _ from: Instant, _ to: Instant) -> Instant
    ) -> Instant? {
        guard rules.keeps(.r18) else { return end }
        var (end, stood) = (end, Instant?.none)
        for question in questions.sorted(by: { $0.askedAt < $1.askedAt }) where question.askedAt <= end {
            guard let answered = question.answeredAt else { return nil }
            let from = max(question.askedAt, stood ?? question.askedAt)
            guard answered > from else { continue }
            end = moved(end, from, answered)
            stood = answered
        }
        return end
    }

    /// Whether something was said after the time for it: it counts all the same, and is marked (R14).
    ///
    /// - Parameter end: `nil` if it is always in time, or the window stands still
    package func isLate(_ said: Instant, after end: Instant?) -> Bool {
        guard rules.keeps(.r14), let end else { return false }
        return said > end
    }
}
