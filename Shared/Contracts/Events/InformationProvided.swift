import JSON
import Safeguarding

/// `information.provided`: whoever was asked answers a question (contract R18, domain.md row A3).
public struct InformationProvided: AgencyEvent {
    /// Which question; it names its household, so the answer finds its way.
    public let requestID: InformationRequestID
    /// Who answers.
    public let by: Person
    /// The answer.
    public let text: String

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "information.provided", "Whoever was asked answers a question.",
        rows: ["A3"], publishers: .anyAgency, answeredBy: .escalationTracker,
        example: #"""
            {
              "requestId": "q1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
              "by": {"name": "Chris Example", "role": "team manager"},
              "text": "The health visitor saw both children on Tuesday."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        InformationProvided.init,
        required(
            "requestId", \.requestID, .informationRequestID(), "Which question: the requestId as the notice has it."),
        required("by", \.by, .person(), "Who answers."), required("text", \.text, .text(), "The answer."))

    /// Whom it is about.
    public var subjects: EventSubjects { .household(requestID.household) }
}
