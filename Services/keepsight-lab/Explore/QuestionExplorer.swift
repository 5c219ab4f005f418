import DecisionRules
import Safeguarding

/// Walks every sequence of questions, answers, challenges and passing time about one decision up to a length, and asks after each
/// step whether the contract still holds (R14, R18): asked is answered or goes up, nobody's time but the asker's stands still, and
/// what comes late is marked.
///
/// Times are minutes, so that the walk needs no calendar: a notice is answered within `window`, a question within `patience`.
package struct QuestionExplorer: Sendable {
    /// How long a notice can be answered.
    package static let window: Int64 = 60
    /// How long whoever was asked has at each stage.
    package static let patience: Int64 = 40
    /// What each step of the clock takes.
    package static let step: Int64 = 25
    /// The highest stage that an agency has.
    package static let highestStage = 3

    /// What may happen.
    package enum Fact: Hashable, Sendable, CaseIterable {
        case policeAsk, schoolAsk
        /// Whoever decided answers the oldest question of the agency's.
        case answerPolice, answerSchool
        case policeChallenge
        case timePasses
    }

    /// What a walk has seen.
    package struct Report: Sendable {
        package var sequences = 0
        package var length = 0
        /// The shortest sequence that breaks the contract, and how; nothing of it can be left out.
        package var counterExample: (facts: [Fact], violations: [String])?
    }

    /// Whose questions: two who were told of the decision by one notice each.
    private enum Asker: Hashable, CaseIterable {
        case police, school
    }

    private struct State {
        var now: Int64 = 0
        var questions: [Asker: [QuestionStanding]] = [:]
        /// When each open question falls due, in the order in which they were asked.
        var due: [Asker: [Int64?]] = [:]
        /// Whether the challenge of the police was marked as late; `nil` before it came.
        var isLate: Bool?
    }

    private let terms: RegisterTerms

    /// A walk under some rules.
    package init(rules: RuleSet = .all) {
        terms = {
            var terms = RegisterTerms(recorders: [], quorum: [])
            terms.rules = rules
            return terms
        }()
    }

    /// Walks sequences of up to `length` facts, shortest first, until all are walked or one breaks the contract.
    package func walk(length: Int) -> Report {
        var report = Report()
        var level: [[Fact]] = [[]]
        for step in 1...max(length, 1) {
            report.length = step
            var next: [[Fact]] = []
            for facts in level {
                for fact in Fact.allCases {
                    guard let violations = play(facts + [fact]) else { continue }
                    report.sequences += 1
                    guard violations.isEmpty else {
                        report.counterExample = (facts + [fact], violations)
                        return report
                    }
                    next.append(facts + [fact])
                }
            }
            level = next
        }
        return report
    }

    /// What of the contract a sequence breaks at its end; `nil` if its last fact can have no effect.
    private func play(_ facts: [Fact]) -> [String]? {
        var state = State()
        var account = Account()
        for fact in facts {
            guard take(fact, &state) else { return nil }
            account.note(fact, at: state.now)
        }
        return violations(state, account)
    }

    private func take(_ fact: Fact, _ state: inout State) -> Bool {
        switch fact {
        case .policeAsk: ask(.police, &state)
        case .schoolAsk: ask(.school, &state)
        case .answerPolice: return answer(.police, &state)
        case .answerSchool: return answer(.school, &state)
        case .policeChallenge:
            guard state.isLate == nil else { return false }
            state.isLate = terms.isLate(Self.at(state.now), after: end(.police, state))
        case .timePasses: pass(&state)
        }
        return true
    }

    private func ask(_ asker: Asker, _ state: inout State) {
        state.questions[asker, default: []].append(QuestionStanding(askedAt: Self.at(state.now)))
        state.due[asker, default: []].append(state.now + Self.patience)
    }

    private func answer(_ asker: Asker, _ state: inout State) -> Bool {
        guard let place = state.questions[asker]?.firstIndex(where: \.isOpen) else { return false }
        state.questions[asker]?[place].answeredAt = Self.at(state.now)
        state.due[asker]?[place] = nil
        return true
    }

    /// Time goes by, and every question that falls due on the way goes up.
    private func pass(_ state: inout State) {
        state.now += Self.step
        for asker in Asker.allCases {
            for place in (state.due[asker] ?? []).indices {
                while let due = state.due[asker]?[place] ?? nil, due <= state.now {
                    state.questions[asker]?[place].expire(upTo: Self.highestStage, under: terms)
                    state.due[asker]?[place] = due + Self.patience
                }
            }
        }
    }

    private func end(_ asker: Asker, _ state: State) -> Instant? {
        terms.window(until: Self.at(Self.window), state.questions[asker] ?? []) { end, from, to in
            end.adding(seconds: to.seconds(since: from))
        }
    }

    private func violations(_ state: State, _ account: Account) -> [String] {
        var found: [String] = []
        for (asker, name) in [(Asker.police, "police"), (.school, "the school")] {
            let asked = account.asked[asker == .police ? .policeAsk : .schoolAsk] ?? []
            let answered = account.asked[asker == .police ? .answerPolice : .answerSchool] ?? []
            for (place, moment) in asked.enumerated() {
                let question = state.questions[asker]?[place]
                let answeredAt = place < answered.count ? answered[place] : nil
                let passed = ((answeredAt ?? state.now) - moment) / Self.patience
                let stage = min(1 + Int(passed), Self.highestStage)
                if question?.stage != stage {
                    found.append("A question of \(name) was not answered in time, and has not gone up (R18).")
                }
                if answeredAt == nil, (state.due[asker]?[place] ?? nil).map({ $0 > state.now }) != true {
                    found.append("A question of \(name) waits without a deadline (R18).")
                }
            }
            let due = account.end(asked: asked, answered: answered)
            if due != end(asker, state).map({ $0.microsecondsSinceEpoch / 60_000_000 }) {
                found.append("The time of \(name) does not stand still while a question is open, and then only (R18).")
            }
        }
        if let isLate = state.isLate, isLate != account.isChallengeLate {
            found.append("A challenge that came late is not marked, or one in time is (R14).")
        }
        return found
    }

    private static func at(_ minutes: Int64) -> Instant { Instant(microsecondsSinceEpoch: minutes * 60_000_000) }

    /// What the contract says of a sequence: minute by minute, from what happened when.
    private struct Account {
        var asked: [Fact: [Int64]] = [:]
        var isChallengeLate = false

        mutating func note(_ fact: Fact, at now: Int64) {
            asked[fact, default: []].append(now)
            guard fact == .policeChallenge else { return }
            let end = end(asked: asked[.policeAsk] ?? [], answered: asked[.answerPolice] ?? [])
            isChallengeLate = end.map { now > $0 } ?? false
        }

        /// The minute in which the window ends; `nil` while it stands still. It has `window` minutes of those in which no question
        /// of the asker's is open that was asked in time; questions are answered in their order.
        func end(asked: [Int64], answered: [Int64]) -> Int64? {
            var (minute, left) = (Int64(0), QuestionExplorer.window)
            var open: [Int64] = []
            var (nextAsked, nextAnswered) = (0, 0)
            // Far behind everything that can have happened.
            while minute < 1000 {
                while nextAsked < asked.count, asked[nextAsked] == minute {
                    open.append(asked[nextAsked])
                    nextAsked += 1
                }
                while nextAnswered < answered.count, answered[nextAnswered] == minute, !open.isEmpty {
                    open.removeFirst()
                    nextAnswered += 1
                }
                if open.isEmpty {
                    if left == 0 { return minute }
                    left -= 1
                }
                minute += 1
            }
            return nil
        }
    }
}

extension QuestionExplorer.Fact {
    /// One sentence.
    package var words: String {
        switch self {
        case .policeAsk: "the police ask social care a question about the decision"
        case .schoolAsk: "the school asks social care a question about the decision"
        case .answerPolice: "social care answers the first question of the police that is open"
        case .answerSchool: "social care answers the first question of the school that is open"
        case .policeChallenge: "the police challenge the decision"
        case .timePasses: "\(QuestionExplorer.step) minutes go by"
        }
    }
}
