import Contracts
import DecisionRules
import JSON
import Messaging
import Safeguarding

/// What the tracker knows of one household: what was decided, what is challenged, what was asked for, and when something
/// last happened. Values; the engine keeps them as one document.
public struct Casebook: Sendable, Equatable {
    /// Decisions, discussions, and who is party to them: what the rules look at.
    var register = HouseholdRegister()
    /// What the decisions' notices say beside.
    var papers = DecisionPapers()
    /// How each agency names the children.
    var references = ChildReferences()
    /// Challenges.
    var escalations = EscalationBook()
    /// Outcomes of referrals, which their referrers can challenge.
    var outcomes = OutcomeShelf()
    /// Requests for a conference.
    var conferences = ConferenceDesk()
    /// What parties need to know of whoever decided.
    var questions = QuestionBook()
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

extension Casebook: HouseholdState {
    /// Reads the document; `nil` if it is not one of this kind.
    public init?(reading value: JSONValue) {
        guard let register = try? HouseholdRegister(reading: value),
            let papers = try? DecisionPapers(reading: value),
            let references = try? ChildReferences(reading: value["references"]),
            let escalations = EscalationBook(document: value["escalations"]),
            let outcomes = OutcomeShelf(document: value["outcomes"]),
            let conferences = ConferenceDesk(document: value["conferences"]),
            let questions = QuestionBook(document: value["questions"]),
            let progress = Progress(document: value["progress"]),
            let responsibility = Responsibility(document: value["responsibility"])
        else { return nil }
        self.init()
        self.register = register
        self.papers = papers
        self.references = references
        self.escalations = escalations
        self.outcomes = outcomes
        self.conferences = conferences
        self.questions = questions
        self.progress = progress
        self.responsibility = responsibility
    }

    /// Writes the document as one JSON object. What is empty is left out: most households have no challenge.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        register.writeMembers(to: &writer)
        if papers != DecisionPapers() { papers.write(to: &writer) }
        if references != ChildReferences() { references.write(to: &writer) }
        if escalations != EscalationBook() {
            writer.key("escalations")
            escalations.write(to: &writer)
        }
        if outcomes != OutcomeShelf() {
            writer.key("outcomes")
            outcomes.write(to: &writer)
        }
        if conferences != ConferenceDesk() {
            writer.key("conferences")
            conferences.write(to: &writer)
        }
        if questions != QuestionBook() {
            writer.key("questions")
            questions.write(to: &writer)
        }
        if progress != Progress() {
            writer.key("progress")
            progress.write(to: &writer)
        }
        if responsibility != Responsibility() {
            writer.key("responsibility")
            responsibility.write(to: &writer)
        }
        writer.endObject()
    }
}
