import PostgresClient

/// An operator's request that one service alone understands: what is asked, and who asks. It is carried out in one transaction
/// with the note of what came of it.
public struct ServiceRequest: Sendable, Equatable {
    /// Under which number it is on record, with the reason.
    public let number: Int64
    /// Who asks: name and role.
    public let requestedBy: String
    /// What is asked, as one JSON object.
    public let content: [UInt8]

    /// A request.
    public init(number: Int64, requestedBy: String, content: [UInt8]) {
        self.number = number
        self.requestedBy = requestedBy
        self.content = content
    }
}

/// How a service carries a request out: statements, and what is to be said of their results.
public struct ServiceRequestPlan: Sendable {
    /// What to run.
    public let queries: [Query]
    /// What came of it.
    public let outcome: @Sendable ([QueryResult]) -> OperatorRequest.Outcome

    /// A plan.
    public init(_ queries: [Query], outcome: @escaping @Sendable ([QueryResult]) -> OperatorRequest.Outcome) {
        self.queries = queries
        self.outcome = outcome
    }

    /// Nothing is done, for that reason.
    public static func refused(_ reason: String) -> ServiceRequestPlan {
        ServiceRequestPlan([]) { _ in .refused(reason) }
    }
}
