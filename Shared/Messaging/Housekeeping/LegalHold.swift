import Contracts
import PostgresClient
import Safeguarding
import ServiceRuntime

/// An operator's request that the records of a household, or of everybody, are kept beyond their time for one inquiry, or that
/// they need not be for that inquiry any longer. Every service understands it; the request's row says who asked and why.
///
/// A hold is known by the reference of the inquiry that wants it. Each is lifted by itself, and records leave only when none
/// stands.
public struct LegalHold: RecordedDocument, Equatable {
    /// What is asked.
    public enum Act: String, Sendable, CaseIterable {
        /// Kept from now on.
        case set
        /// This inquiry needs them no longer.
        case lift
    }

    /// The longest reference, in characters.
    public static let maximumReference = 200

    /// What is asked.
    public let act: Act
    /// The inquiry, as whoever asks knows it: `Inquiry 2026/4`.
    public let reference: String

    private static let setHold = SQLStatement(name: "set_legal_hold", bytes: PackageResources.set_legal_hold_sql)
    private static let liftHold = SQLStatement(name: "lift_legal_hold", bytes: PackageResources.lift_legal_hold_sql)

    /// A request; `nil` unless the reference is one line that says something, of at most `maximumReference` characters.
    public init?(_ act: Act, reference: String) {
        self.init(act: act, given: reference)
        // What a service would not read is not asked of it.
        guard LegalHold(document: document) == self else { return nil }
    }

    private init(act: Act, given reference: String) {
        self.act = act
        self.reference = reference
    }

    /// As a request carries it.
    public static let record = Record(
        LegalHold.init(act:given:), required("legalHold", \.act, .word(), "What is asked."),
        required("reference", \.reference, .line(maximumReference), "The inquiry, as whoever asks knows it."))

    /// The request to a service; `household` is `nil` for everybody.
    public func request(of household: HouseholdID?, requestedBy: String, reason: String) -> OperatorRequest {
        OperatorRequest(
            .service, household: household, requestedBy: requestedBy, reason: reason, content: document)
    }

    /// How it is carried out.
    func plan(for household: HouseholdID?, request: Int64) -> ServiceRequestPlan {
        let statement = act == .set ? LegalHold.setHold : LegalHold.liftHold
        let parameters: [PostgresValue] = [
            household.map { .uuid($0.uuid) } ?? .null, .int8(request), .text(reference),
        ]
        return ServiceRequestPlan([Query(statement, parameters)]) { [act] results in
            guard let row = results.first?.rows.first, let changed = try? row.int8("changed"),
                let others = try? row.int8("others")
            else { return .notUnderstood }
            return LegalHold.outcome(act, isChanged: changed == 1, others: others)
        }
    }

    /// What is said of it, with how many other holds stand on the same records.
    static func outcome(_ act: Act, isChanged: Bool, others: Int64) -> OperatorRequest.Outcome {
        switch (act, isChanged) {
        case (.set, true):
            .done(others == 0 ? "held" : "held, beside \(counted(others, "hold")) of other references")
        case (.set, false): .done("held already under this reference")
        case (.lift, true):
            .done(
                others == 0
                    ? "lifted: records leave again by age"
                    : "lifted: \(counted(others, "other hold stands", "other holds stand")), so the records stay")
        case (.lift, false):
            .refused("no hold stands under this reference; 'keepsight legal-hold list' has those that do")
        }
    }
}
