import Safeguarding

/// The sides of a challenge.
public enum LadderSide: String, CaseIterable, Sendable {
    /// Who challenges.
    case challenger
    /// Who decided what is challenged.
    case decider
}

/// One stage: who settles the matter with whom, how long they have, who comes there and who ends it, and who else is told.
public struct Stage: Sendable, Equatable {
    /// Who is told beside the two sides.
    public enum AlsoTold: Hashable, Sendable {
        /// The line managers of both sides (contacts of stage 2).
        case lineManagers
        /// The partnership's business unit.
        case businessUnit
        /// The directors of both sides (contacts of stage 4), who answer for the safeguarding partners.
        case directors
        /// Every agency that is party to the decision, addressed at this stage.
        case allParties
        /// The contacts that `agencies.yaml` names with that role, of the agencies that hear of the matter anyhow and of the
        /// business unit: nobody hears of a family for a role alone.
        case role(String)
    }

    /// How long each side has.
    public struct Clock: Sendable, Equatable {
        /// The side that challenges, to say whether an answer satisfies it.
        public let challenger: ClockLength
        /// The side that decided, to answer.
        public let decider: ClockLength

        /// The time of each side.
        public init(challenger: ClockLength, decider: ClockLength) {
            (self.challenger, self.decider) = (challenger, decider)
        }

        /// The time of a side.
        public subscript(_ side: LadderSide) -> ClockLength { side == .challenger ? challenger : decider }
    }

    /// A meeting in the place of an exchange in writing.
    public struct Meeting: Sendable, Equatable {
        /// Who leads it.
        public let chair: String

        /// A meeting led by somebody.
        public init(chair: String) { self.chair = chair }
    }

    /// Who may take a matter to a stage. Silence always does.
    public enum Entry: String, CaseIterable, Sendable {
        /// The side that challenges.
        case challenger
        /// The side that decided.
        case decider
        /// Only a manager of the side that challenges.
        case challengerManager = "challenger-manager"
        /// Only a manager of the side that decided.
        case deciderManager = "decider-manager"
    }

    /// Who may close a matter at a stage (R15): the side that decided never does.
    public enum Closer: String, CaseIterable, Sendable {
        /// The side that challenges.
        case challenger
        /// Somebody above both sides, at the last stage.
        case arbiter
    }

    /// From 1.
    public let number: Int
    /// Who speaks for the side that challenges.
    public let challenger: String
    /// Who answers for the side that decided.
    public let decider: String
    /// In which each side answers.
    public let standard: Clock
    /// In which each side answers when a child cannot wait.
    public let urgent: Clock
    /// Which contacts of the agencies the stage is for, by their stage in `agencies.yaml`.
    public let contact: Int
    /// The partnership's own words for the stage; they stand on its notices.
    public let words: String?
    /// The meeting that it is, if it is one: the side that decided gives its date.
    public let meeting: Meeting?
    /// Who takes a matter here; of the first stage, whoever challenges.
    public let enteredBy: Set<Entry>
    /// Who closes here.
    public let closedBy: Set<Closer>
    /// Who else is told when it begins.
    public let alsoTold: Set<AlsoTold>
    /// Who else is told when a matter is closed here or higher up.
    public let toldAtClosing: Set<AlsoTold>

    /// A stage.
    public init(
        number: Int, challenger: String, decider: String, standard: Clock, urgent: Clock, contact: Int? = nil,
        words: String? = nil, meeting: Meeting? = nil, enteredBy: Set<Entry> = [.challenger],
        closedBy: Set<Closer> = [.challenger], alsoTold: Set<AlsoTold> = [], toldAtClosing: Set<AlsoTold> = []
    ) {
        self.number = number
        self.challenger = challenger
        self.decider = decider
        self.standard = standard
        self.urgent = urgent
        self.contact = contact ?? min(number, AgencyRegister.highestStage)
        self.words = words
        self.meeting = meeting
        self.enteredBy = enteredBy
        self.closedBy = closedBy
        self.alsoTold = alsoTold
        self.toldAtClosing = toldAtClosing
    }

    /// In which a side answers.
    public func length(of side: LadderSide, isUrgent: Bool) -> ClockLength { (isUrgent ? urgent : standard)[side] }

    /// Whether somebody of a side may take a matter here.
    public func isEntered(by side: LadderSide, isManager: Bool) -> Bool {
        switch side {
        case .challenger: enteredBy.contains(.challenger) || isManager && enteredBy.contains(.challengerManager)
        case .decider: enteredBy.contains(.decider) || isManager && enteredBy.contains(.deciderManager)
        }
    }
}
