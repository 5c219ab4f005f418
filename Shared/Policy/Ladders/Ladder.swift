import Contracts
import Safeguarding

/// A partnership's way of settling a professional disagreement, stage by stage (domain.md section 2). Data: adding one is
/// adding a file.
public struct Ladder: Sendable, Equatable {
    /// What may be challenged; each may have a ladder of its own.
    public enum Subject: String, CaseIterable, Sendable {
        /// A decision about a child's level.
        case decision
        /// What was decided at a strategy discussion, or how it was recorded.
        case discussion
        /// How a referral ended.
        case outcome
        /// A request for a child protection conference that was declined, or not answered.
        case conference
        /// That nothing happens.
        case delay
    }

    /// The time that several stages have together.
    public struct Limit: Sendable, Equatable {
        /// From the first to the last, both included.
        public let stages: ClosedRange<Int>
        /// From the moment at which the first of them is entered.
        public let standard: ClockLength
        /// The same where a child cannot wait.
        public let urgent: ClockLength

        /// What these stages have together.
        public init(stages: ClosedRange<Int>, standard: ClockLength, urgent: ClockLength) {
            (self.stages, self.standard, self.urgent) = (stages, standard, urgent)
        }

        /// How long they have.
        public func length(isUrgent: Bool) -> ClockLength { isUrgent ? urgent : standard }
    }

    /// Lower-case and hyphens, as its file is called.
    public let name: String
    /// What people call it.
    public let title: String
    /// From 1, without a gap, lowest first.
    public let stages: [Stage]
    /// Times that stages have together; no stage is in two of them.
    public let limits: [Limit]
    /// Who closes at the last stage where the sides do not agree (R15); `nil` where the partnership's own arbiter does.
    public let arbiter: AgencyCode?

    /// A ladder of these stages.
    public init(
        name: String, title: String, stages: [Stage], limits: [Limit] = [], arbiter: AgencyCode? = nil
    ) {
        self.name = name
        self.title = title
        self.stages = stages
        self.limits = limits
        self.arbiter = arbiter
    }

    /// The highest stage's number.
    public var top: Int { stages.count }

    /// The stage with a number, from 1; `nil` beyond the ladder's ends.
    public subscript(_ number: Int) -> Stage? { stages.indices.contains(number - 1) ? stages[number - 1] : nil }

    /// The time that a stage shares with others; `nil` if it shares none.
    public func limit(of stage: Int) -> Limit? { limits.first { $0.stages.contains(stage) } }
}
