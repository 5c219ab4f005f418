import CommandRuntime
import Contracts
import Messaging
import Policy
import Safeguarding
import ServiceRegistry

/// The words that only the deployment knows, as `keepsight completion --values NAME` prints them: what a person would
/// otherwise copy from a list.
enum ListedValues {
    static let all: [String: @Sendable (Deployment) async throws -> [String]] = [
        "addresses": { try addresses($0) },
        "agencies": { try $0.policy().agencies.codes.map(\.text) },
        "challenges": { try await EscalationsCommand.names($0) },
        "deadlines": { try await ExplainCommand.names($0).subjects },
        "decisions": { try await DecisionsCommand.names($0) },
        "deliveries": { try await DeliveriesCommand.names($0) },
        "households": { try await ExplainCommand.names($0).households },
        "items": { try await QueueCommand.names($0) },
        "letters": { try await DeadLettersCommand.names($0) },
        "references": { try await NoticeCommand.names($0) },
        "requests": { try await OperatorRequests.openNames($0) },
        "topics": { try topics($0) },
    ]

    /// Where contacts of agencies are told.
    private static func addresses(_ deployment: Deployment) throws -> [String] {
        let agencies = try deployment.policy().agencies
        let contacts = agencies.codes.compactMap { agencies[$0] }.flatMap(\.contacts)
        return Set(contacts.flatMap { [$0.email?.text, $0.webhook?.url].compactMap { $0 } }).sorted()
    }

    /// Topics that a service reads.
    private static func topics(_ deployment: Deployment) throws -> [String] {
        let agencies = try deployment.policy().agencies.codes
        let read = ServiceRegistry.all.flatMap { $0.inputs(deployment.topics, agencies: agencies) }
        return Set(read.map(\.name)).sorted()
    }
}
