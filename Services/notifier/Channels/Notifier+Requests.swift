import Contracts
import Messaging
import NotifierSpec
import Policy
import PostgresClient
import Safeguarding
import ServiceRuntime

extension Notifier {
    /// How to carry out what an operator asks: recipients are taken off the list by managers alone (domain.md section 10).
    public func plan(for request: ServiceRequest) -> ServiceRequestPlan? {
        guard let asked = NotifierRequest(document: request.content) else { return nil }
        switch asked {
        case .doNotNotify(let agency, let address):
            if let refusal = refusal(of: request, agency, address: address) { return .refused(refusal) }
            let parameters: [PostgresValue] = [.text(agency.text), .text(address), .int8(request.number)]
            return ServiceRequestPlan([Query(NotifierSQL.suppressRecipient, parameters)]) { results in
                results.first?.rowCount == 1
                    ? .done("not notified from now on, except by the agency's topic")
                    : .refused("not notified already; 'keepsight do-not-notify' says since when and on whose request")
            }
        case .notifyAgain(let agency, let address):
            if let refusal = refusal(of: request, agency, address: nil) { return .refused(refusal) }
            let parameters: [PostgresValue] = [.text(agency.text), .text(address), .int8(request.number)]
            return ServiceRequestPlan([Query(NotifierSQL.unsuppressRecipient, parameters)]) { results in
                results.first?.rowCount == 1
                    ? .done("notified again from now on") : .refused("nobody has taken it off the list")
            }
        case .recover(let agency, let isLeft):
            let topic = topics.notices(of: agency).name
            return ServiceRequestPlan([LostLog.ask(topic, request: request.number, isLeft: isLeft)]) { results in
                guard results.first?.rowCount ?? 0 > 0 else {
                    return .refused(
                        "\(topic) is not known to have lost anything; 'keepsight deliveries' names what has")
                }
                return .done(
                    isLeft
                        ? "left as it is: what \(topic) has lost is not delivered again"
                        : "under way: 'keepsight deliveries' says when what \(topic) has lost is delivered again")
            }
        case .retry(let deliveries):
            return ServiceRequestPlan([Query(NotifierSQL.retryDeliveries, [.int8Array(deliveries)])]) { results in
                let count = results.first?.rowCount ?? 0
                return count > 0
                    ? .done("tried again: \(counted(count, "delivery", "deliveries"))")
                    : .refused("none of them has failed; 'keepsight deliveries' lists those that have")
            }
        }
    }

    /// Why a request is refused: who asks is no manager, or nobody is reached under that address.
    private func refusal(of request: ServiceRequest, _ code: AgencyCode, address: String?) -> String? {
        guard let agency = policy.agencies[code] else { return "there is no such agency" }
        let role = request.requestedBy.split(separator: ",").dropFirst().joined(separator: ",")
            .drop { $0 == " " }
        let deciding = [code, policy.agencies.hub, policy.agencies.businessUnit].compactMap { policy.agencies[$0] }
        guard deciding.contains(where: { $0.isManager(String(role)) }) else {
            return "this is for a manager of the agency, of the hub or of the business unit, named as 'NAME, ROLE'"
        }
        guard let address else { return nil }
        let known = agency.contacts.contains { contact in
            [contact.email?.text, contact.webhook?.url].contains { $0?.lowercased() == address.lowercased() }
        }
        return known ? nil : "no contact of the agency has that address"
    }
}
