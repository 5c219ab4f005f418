import Contracts
import DecisionDocument
import DecisionRules
import Messaging
import Safeguarding

/// What the tracker knows of one household: what was decided, what is challenged, what was asked for, and when something
/// last happened. Values; the engine keeps them as one document.
public struct TrackerState: Sendable, Equatable {
    /// Decisions, discussions, and who is party to them: what the rules look at.
    var register = HouseholdRegister()
    /// What the decisions' notices say beside.
    var statements = DecisionStatements()
    /// How each agency names the children.
    var references = ChildReferences()
    /// Challenges.
    var escalations = Escalations()
    /// Outcomes of referrals, which their referrers can challenge.
    var outcomes = ChallengeableOutcomes()
    /// Requests for a conference.
    var conferences = ConferenceRequests()
    /// What parties need to know of whoever decided.
    var questions = HouseholdQuestions()
    /// How long nothing has happened.
    var progress = Progress()
    /// In an agency's own matters: who answers for it.
    var responsibility = Responsibility()

    /// A household that nothing is known of.
    public init() {}

    /// Every agency that is involved with any of the children now.
    func involved(with children: some Sequence<PersonID>) -> Set<AgencyCode> {
        children.reduce(into: []) { $0.formUnion(register.children[$1]?.involved ?? []) }
    }
}

extension TrackerState: HouseholdState, RecordedDocument {
    /// The household's document. What is empty is not written: most households have no challenge.
    public static let record = Record(
        startingAs: TrackerState(), flat(at: \.register, HouseholdRegister.record),
        flat(at: \.statements, DecisionStatements.record), flat(at: \.references, ChildReferences.record),
        optional(
            "escalations", at: \.escalations, .object(Escalations.record), or: Escalations(), "Challenges."),
        optional(
            "outcomes", at: \.outcomes, .object(ChallengeableOutcomes.record), or: ChallengeableOutcomes(),
            "What became of referrals, as far as it can be challenged."),
        optional(
            "conferences", at: \.conferences, .object(ConferenceRequests.record), or: ConferenceRequests(),
            "Requests for a conference."),
        optional(
            "questions", at: \.questions, .object(HouseholdQuestions.record), or: HouseholdQuestions(),
            "What parties need to know of whoever decided."),
        optional(
            "progress", at: \.progress, .object(Progress.record), or: Progress(), "How long nothing has happened."),
        optional(
            "responsibility", at: \.responsibility, .object(Responsibility.record), or: Responsibility(),
            "In an agency's own matters: who answers for it."))
}
