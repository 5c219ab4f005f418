import Safeguarding
import ServiceRuntime

/// A household's document that somebody else has written over without giving it another version: by hand, or by a fault of
/// the disk. Whatever is done about it is said.
public struct DocumentFinding: Sendable, Equatable {
    /// What was found, and so what was done.
    public enum Kind: String, Sendable {
        /// It cannot be read. What this process has in memory is of the same version and whole: that was written again.
        case replaced
        /// It can be read and says something else than what was written last. It is what the database says: it was taken.
        case taken
    }

    /// Whose document.
    public let household: HouseholdID
    /// What was done.
    public let kind: Kind
}

extension DocumentFinding {
    /// A sentence for whoever looks after the database.
    var sentence: String {
        switch kind {
        case .replaced:
            "The document of household \(household.text) could not be read and was not what this service had written. It was "
                + "written again from memory, in the version that the row had. Find out what writes to household_state."
        case .taken:
            "The document of household \(household.text) was changed by somebody else, in a version that had been written "
                + "already. What it says now was taken. Find out what writes to household_state; whoever mends a document by "
                + "hand raises its version."
        }
    }

    /// Says it: in the log as an error, in the metrics, and in health until the service is started again.
    static func report(
        _ findings: [DocumentFinding], _ log: Log, _ health: HealthState?, _ metrics: EngineMetrics?
    ) {
        for finding in findings {
            log.error(
                "document-overwritten", finding.sentence, .id("household", finding.household.text),
                .code("done", finding.kind.rawValue))
            metrics?.documents(finding.kind).increment()
            health?.report(.documents, .attention(finding.sentence))
        }
    }
}

extension HealthState.Component {
    /// Whether the households' documents are what the service has written.
    static let documents = HealthState.Component(rawValue: "documents")
}
