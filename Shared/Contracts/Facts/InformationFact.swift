import JSON
import Safeguarding

/// A question was answered. The decision register judges whether it may be, and passes the answer on.
public struct InformationFact: ServiceEvent {
    /// Which question.
    public let requestID: InformationRequestID
    /// Who answers.
    public let by: Person
    /// The answer.
    public let text: String

    /// A question was answered.
    public init(requestID: InformationRequestID, by: Person, text: String) {
        (self.requestID, self.by, self.text) = (requestID, by, text)
    }

    /// What is so of every event of the type, and examples.
    public static let terms = ServiceTerms(
        "information-fact.recorded", "A question was answered.", from: "referral-intake",
        examples: [
            ServiceTerms.Example(
                "full",
                #"""
                {"requestId": "q1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
                 "by": {"name": "Chris Example", "role": "team manager"}, "text": "Both children were seen."}
                """#)
        ])

    /// Its fields.
    public static let record = Record(
        InformationFact.init, required("requestId", \.requestID, .informationRequestID(), "Which question."),
        required("by", \.by, .person(), "Who answers."), required("text", \.text, .text(), "The answer."))
}
