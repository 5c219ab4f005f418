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

    /// What came of it, in the form in which the table keeps it.
    public enum Outcome: Sendable, Equatable {
        /// So many messages were handled and the household goes on.
        case released(messages: Int)
        /// So many messages were settled; then one could not be handled, and the household waits behind that one now.
        case stuckAgain(code: String, settled: Int = 0)
        /// The message that was to be discarded is not the one that the household waits behind. Nothing has changed.
        case notInFront
        /// The household is not parked.
        case notParked
        /// Somebody looked.
        case shown
        /// The partition is read from there.
        case repositioned
        /// What the service itself says to a request of its own kind.
        case settled(String)
        /// So many clocks fall due at another time now.
        case reprojected(clocks: Int64)
        /// The service runs with another policy than the one whose consequences the operator has seen.
        case otherPolicy
        /// The request makes no sense to this service.
        case notUnderstood
        /// The database refuses what would come of it. Nothing has changed.
        case refused(String)
        /// Whoever asked has taken it back.
        case withdrawn(by: String, reason: String)

        /// The text in the table.
        public var text: String {
            switch self {
            case .released(let messages): "released: \(messages) messages handled"
            case .stuckAgain(let code, 0): "stuck again: \(code)"
            case .stuckAgain(let code, let settled): "settled \(settled), then stuck at the next message: \(code)"
            case .notInFront:
                "not discarded: the household waits behind another message now; see 'keepsight dead-letters list'"
            case .notParked: "not parked"
            case .shown: "shown"
            case .repositioned: "repositioned"
            case .settled(let text): text
            case .reprojected(let clocks): "reprojected: \(clocks) clocks moved"
            case .otherPolicy: "other policy: the service runs with another policy or calendar; start it with this one"
            case .notUnderstood: "not understood: the request does not say what it is about"
            case .refused(let reason): "refused: \(reason)"
            case .withdrawn(let name, let reason): "withdrawn by \(name.prefix(200)): \(reason.prefix(2000))"
            }
        }
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

    /// A request. Names and reasons are for the record, 200 and 2,000 characters at the most.
    public init(
        _ action: Action, household: HouseholdID?, requestedBy: String, reason: String, content: [UInt8]? = nil
    ) {
        self.action = action
        self.household = household
        self.requestedBy = String(requestedBy.prefix(200))
        self.reason = String(reason.prefix(2000))
        self.content = content
    }

    /// Hands the request to the service whose schema the connection has on its path; returns its number.
    public func submit(on connection: PostgresConnection) async throws -> Int64 {
        let parameters: [PostgresValue] = [
            .text(action.rawValue), household.map { PostgresValue.uuid($0.uuid) } ?? .null, .text(requestedBy),
            .text(reason), content.map { PostgresValue.bytes($0) } ?? .null,
        ]
        let result = try await connection.run(SQL.submitOperatorRequest, parameters)
        return try result.onlyRow().int8(0)
    }

    /// What came of a request, once something has.
    public static func outcome(of number: Int64, on connection: PostgresConnection) async throws -> String? {
        try await state(of: number, on: connection).outcome
    }

    /// What came of a request, once something has; and until then why the service could not carry it out, if it has tried.
    public static func state(of number: Int64, on connection: PostgresConnection) async throws
        -> (outcome: String?, trouble: String?)
    {
        let row = try await connection.run(SQL.readOperatorRequest, [.int8(number)]).onlyRow()
        return (try row.optionalText(0), try row.optionalText(1))
    }

    /// Takes an open request back. Returns what came of it: that it is withdrawn, or what the service had made of it before;
    /// `nil` if there is no such request.
    public static func withdraw(
        _ number: Int64, by name: String, reason: String, on connection: PostgresConnection
    ) async throws -> String? {
        let outcome = Outcome.withdrawn(by: name, reason: reason)
        let result = try await connection.run(SQL.withdrawOperatorRequest, [.int8(number), .text(outcome.text)])
        if let row = result.rows.first { return try row.text(0) }
        // None such, or the service has settled it while we waited.
        return try await connection.run(SQL.readOperatorRequest, [.int8(number)]).rows.first?.optionalText(0)
    }
}
