import Contracts
import PostgresClient
import Safeguarding

/// An operator's request that the records of a household, or of everybody, are kept beyond their time, or that they need not be
/// any longer. Every service understands it; the request's row says who asked and why.
public enum LegalHold: String, Sendable {
    /// Kept from now on.
    case set
    /// Pruned by age again.
    case lift

    private static let setHold = SQLStatement(name: "set_legal_hold", bytes: PackageResources.set_legal_hold_sql)
    private static let liftHold = SQLStatement(name: "lift_legal_hold", bytes: PackageResources.lift_legal_hold_sql)

    /// The request to a service; `household` is `nil` for everybody.
    public func request(of household: HouseholdID?, requestedBy: String, reason: String) -> OperatorRequest {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("legalHold", rawValue)
        writer.endObject()
        return OperatorRequest(
            .service, household: household, requestedBy: requestedBy, reason: reason, content: writer.bytes)
    }

    /// What a request of the kind `service` asks for; `nil` if it is no hold.
    init?(reading content: [UInt8]) {
        guard let document = try? JSONDocument(parsing: content, limits: .event),
            let hold = document.root["legalHold"]?.string.flatMap(LegalHold.init(rawValue:))
        else { return nil }
        self = hold
    }

    /// How it is carried out.
    func plan(for household: HouseholdID?, request: Int64) -> ServiceRequestPlan {
        let parameters: [PostgresValue] = [household.map { .uuid($0.uuid) } ?? .null, .int8(request)]
        switch self {
        case .set:
            return ServiceRequestPlan([Query(LegalHold.setHold, parameters)]) { results in
                results.first?.rowCount == 1 ? "held" : "held already"
            }
        case .lift:
            return ServiceRequestPlan([Query(LegalHold.liftHold, parameters)]) { results in
                results.first?.rowCount == 1 ? "lifted" : "refused: there is no such hold"
            }
        }
    }
}
