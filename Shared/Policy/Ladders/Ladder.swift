import Safeguarding

/// A partnership's way of settling a professional disagreement, stage by stage (domain.md section 2). Data: adding one is
/// adding a file.
public struct Ladder: Sendable, Equatable {
    /// Lower-case and hyphens, as its file is called.
    public let name: String
    /// What people call it.
    public let title: String
    /// From 1, without a gap, lowest first.
    public let stages: [Stage]

    /// A ladder of these stages.
    public init(name: String, title: String, stages: [Stage]) {
        self.name = name
        self.title = title
        self.stages = stages
    }

    /// The highest stage's number.
    public var top: Int { stages.count }

    /// The stage with a number, from 1; `nil` beyond the ladder's ends.
    public subscript(_ number: Int) -> Stage? { stages.indices.contains(number - 1) ? stages[number - 1] : nil }
}

/// One stage: who settles the matter with whom, how long they have, and who else is told.
public struct Stage: Sendable, Equatable {
    /// Who is told beside the two sides when a stage begins.
    public enum AlsoTold: String, CaseIterable, Sendable {
        /// The line managers of both sides (contacts of stage 2).
        case lineManagers = "line-managers"
        /// The partnership's business unit.
        case businessUnit = "business-unit"
        /// The directors of both sides (contacts of stage 4), who answer for the safeguarding partners.
        case directors
        /// Every agency that is party to the decision, addressed at this stage.
        case allParties = "all-parties"
    }

    /// From 1.
    public let number: Int
    /// Who speaks for the side that challenges.
    public let challenger: String
    /// Who answers for the side that decided.
    public let decider: String
    /// In which each side answers.
    public let standard: ClockLength
    /// In which each side answers when a child cannot wait.
    public let urgent: ClockLength
    /// Who else is told.
    public let alsoTold: Set<AlsoTold>

    /// A stage.
    public init(
        number: Int, challenger: String, decider: String, standard: ClockLength, urgent: ClockLength,
        alsoTold: Set<AlsoTold>
    ) {
        self.number = number
        self.challenger = challenger
        self.decider = decider
        self.standard = standard
        self.urgent = urgent
        self.alsoTold = alsoTold
    }

    /// In which a side answers.
    public func length(isUrgent: Bool) -> ClockLength { isUrgent ? urgent : standard }
}
