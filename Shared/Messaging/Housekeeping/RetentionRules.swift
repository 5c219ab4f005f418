import Safeguarding

/// How long a service keeps what is more than the state of today.
public struct RetentionRules: Sendable {
    /// In the order in which they are pruned: a part before its whole.
    let records: [RecordKept]

    /// A service without records, which a test may be.
    public static let nothing = RetentionRules(records: [])

    private init(records: [RecordKept]) {
        self.records = records
    }

    /// The service's own tables, a part before its whole, and how long the engine's are kept.
    ///
    /// - Parameter requestsReferredTo: SQL conditions under which a request, named `kept`, is still referred to.
    public init(
        _ own: [RecordKept], clockMoves: RetentionLength, operatorRequests: RetentionLength,
        requestsReferredTo: [StaticString] = []
    ) {
        records =
            own
            + RecordKept.ofEngine(
                clockMoves: clockMoves, operatorRequests: operatorRequests, unless: requestsReferredTo)
    }
}
