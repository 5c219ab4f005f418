import Safeguarding

/// The longest that a clock may run, and who says so. A policy may be stricter, never laxer.
struct ClockLimit: Sendable {
    /// What the limit comes from.
    enum Basis: Sendable {
        /// Statutory guidance.
        case statute
        /// What this partnership's agencies have been promised (the contract).
        case contract
    }

    /// Which clock, by its keys in `clocks.yaml` from the outermost.
    let path: [String]
    /// The longest that is allowed.
    let workingDays: Int
    let basis: Basis
    /// The row or section of domain.md, and what it says.
    let source: String

    /// Every limit. T5 to T20 have none here as long as no clock of a service runs by them.
    static let all = [
        ClockLimit(
            path: ["screeningDecision"], workingDays: 1, basis: .statute,
            source: "T1, acknowledging and deciding on a referral"),
        // Green gathers information beside the decision, so it has no limit of its own.
        ClockLimit(
            path: ["ratings", "red"], workingDays: 1, basis: .statute,
            source: "T1 and section 3.1, a rating never relaxes the decision on a referral"),
        ClockLimit(
            path: ["ratings", "amber"], workingDays: 1, basis: .statute,
            source: "T1 and section 3.1, a rating never relaxes the decision on a referral"),
        ClockLimit(
            path: ["reconvenedDiscussion"], workingDays: 1, basis: .contract,
            source: "section 1.5 (ii), a change without the others is discussed with them within one working day"),
    ]

    /// Whether a clock of that length can fall due later than the limit does, whenever it is set.
    func isExceeded(by length: ClockLength, practiceHour: Int, openingHour: Int = 9) -> Bool {
        switch length {
        case .workingDays(let days): days > workingDays
        case .months(let months): months * 23 > workingDays
        // Set just before midnight, one working day ends with the next practice hour, and where the clocks go forward in
        // that night with an hour less.
        case .hours(let hours): hours > (workingDays - 1) * 24 + practiceHour - 1
        case .minutes(let minutes): minutes > ((workingDays - 1) * 24 + practiceHour - 1) * 60
        // Set when the work of a day is over, they are as many whole days of work.
        case .workingMinutes(let minutes): minutes > workingDays * (practiceHour - openingHour) * 60
        }
    }

    /// The name of the rule in a refusal.
    var rule: String {
        switch basis {
        case .statute: "beyond-statutory-limit"
        case .contract: "beyond-limit"
        }
    }
}
