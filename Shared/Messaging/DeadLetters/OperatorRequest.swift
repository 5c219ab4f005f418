import PostgresClient
import Safeguarding

/// What an operator asks a service to do: with a household that is parked behind a message that could not be handled, with
/// a partition that is stopped because its log is not the one that was read, or with clocks that are set.
///
/// The request goes into a table of the service's own and is carried out by the service, under its locks; the row stays,
/// and says who asked, why, and what came of it.
public struct OperatorRequest: Sendable {
    /// What is asked.
    public enum Action: String, Sendable, CaseIterable {
        /// Try the message again as it is, then those that wait.
        case release
        /// Handle other content in its place, then those that wait.
        case edit
        /// Leave it out, and go on with those that wait.
        case discard
        /// Look at what stands in it. Nothing is done; that somebody looked, and what for, is on record.
        case show
        /// Read a partition from another place, of the cluster that is there now.
        case reposition
        /// Something that this service alone knows how to carry out; the content says what (`ServiceRequest`).
        case service
        /// Count open clocks again under the policy that the service runs with.
        case reproject
    }

    /// What is asked.
    public let action: Action
    /// Whose messages or clocks; none for `reposition` and `service`, and none for everybody's clocks.
    public let household: HouseholdID?
    /// Who asks.
    public let requestedBy: String
    /// Why.
    public let reason: String
    /// For `edit`: what to handle in the failed message's place. For `service`: what is asked, as one JSON object.
    public let content: [UInt8]?
    /// The message that it is about, `topic/partition/offset`, where it is about one.
    public let letter: String?

    /// A request. Names and reasons are for the record, 200 and 2,000 characters at the most.
    public init(
        _ action: Action, household: HouseholdID?, requestedBy: String, reason: String, content: [UInt8]? = nil,
        letter: String? = nil
    ) {
        self.action = action
        self.household = household
        self.requestedBy = String(requestedBy.prefix(200))
        self.reason = String(reason.prefix(2000))
        self.content = content
        self.letter = letter
    }

    /// Hands the request to the service whose schema the connection has on its path; returns its number.
    public func submit(on connection: PostgresConnection) async throws -> Int64 {
        let parameters: [PostgresValue] = [
            .text(action.rawValue), household.map { PostgresValue.uuid($0.uuid) } ?? .null, .text(requestedBy),
            .text(reason), content.map { PostgresValue.bytes($0) } ?? .null,
            letter.map { PostgresValue.text($0) } ?? .null,
        ]
        let result = try await connection.run(SQL.submitOperatorRequest, parameters)
        return try result.onlyRow().int8("id")
    }

    /// What came of a request, once something has: its sentence.
    public static func outcome(of number: Int64, on connection: PostgresConnection) async throws -> String? {
        try await state(of: number, on: connection).settlement?.text
    }

    /// What came of a request, once something has; and until then why the service could not carry it out, if it has tried.
    public static func state(of number: Int64, on connection: PostgresConnection) async throws
        -> (settlement: Settlement?, trouble: String?)
    {
        let row = try await connection.run(SQL.readOperatorRequest, [.int8(number)]).onlyRow()
        guard let text = try row.optionalText("outcome") else { return (nil, try row.optionalText("trouble")) }
        return (Settlement(kind: try kind(row.optionalText("outcome_kind")), text: text), nil)
    }

    /// Takes an open request back; `nil` if there is no such request.
    public static func withdraw(
        _ number: Int64, by name: String, reason: String, on connection: PostgresConnection
    ) async throws -> Withdrawal? {
        let outcome = Outcome.withdrawn(by: name, reason: reason)
        // The second time sees what the service settled while the first one waited for it.
        for _ in 0..<2 {
            let result = try await connection.run(
                SQL.withdrawOperatorRequest, [.int8(number), .text(outcome.text), .text(outcome.kind.rawValue)])
            guard let row = result.rows.first else { continue }
            if try row.bool("is_withdrawn") { return .withdrawn(try row.text("outcome")) }
            return .settledBefore(
                Settlement(kind: try kind(row.optionalText("outcome_kind")), text: try row.text("outcome")),
                atMicroseconds: try row.timestamp("done_at"))
        }
        return nil
    }

    /// A word that this version does not know was written by a newer one.
    private static func kind(_ word: String?) -> Outcome.Kind {
        word.flatMap(Outcome.Kind.init(rawValue:)) ?? .notUnderstood
    }
}
