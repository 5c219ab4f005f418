import Contracts

/// What the sides of a challenge have said so far, for whoever hears of it at a later stage for the first time (N3). Cut where it is
/// long: each was told in full when it was said.
struct EscalationWords: Sendable, Equatable {
    /// Unicode scalars that are kept of each. An agency has many challenges, and every event of the household is handled with them.
    static let maximumCharacters = 500

    /// On what grounds.
    private(set) var grounds: String?
    /// What the challenge wants instead.
    private(set) var desiredOutcome: String?
    /// What the side that decided has answered last.
    private(set) var answer: String?

    /// Nothing, or what is given.
    init(grounds: String? = nil, desiredOutcome: String? = nil, answer: String? = nil) {
        self.grounds = grounds.map(EscalationWords.shortened)
        self.desiredOutcome = desiredOutcome.map(EscalationWords.shortened)
        self.answer = answer.map(EscalationWords.shortened)
    }

    /// The side that decided has answered.
    mutating func note(answer text: String?) { answer = text.map(EscalationWords.shortened) ?? answer }

    private static func shortened(_ text: String) -> String {
        guard text.unicodeScalars.count > maximumCharacters else { return text }
        return String(text.unicodeScalars.prefix(maximumCharacters - 1)) + "…"
    }

    static let record = Record(
        EscalationWords.init(grounds:desiredOutcome:answer:),
        optional("grounds", \.grounds, .text(), "On what grounds, at the beginning of them."),
        optional("desiredOutcome", \.desiredOutcome, .text(), "What the challenge wants instead."),
        optional("answer", \.answer, .text(), "What the side that decided has answered last."))
}
