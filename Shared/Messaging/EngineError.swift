/// What stops an engine, or a part of it, in a way that an operator has to know about.
public enum EngineError: Error, Sendable, Equatable {
    /// The clock's statement returned nothing.
    case noClock
    /// A household's state left the cache while the database was asked for it; the next attempt finds it.
    case stateForgotten
    /// A constraint refuses the rows of different households alike, so it is the constraint. What it said, without data.
    case refusedAlike(String)
    /// The surroundings refuse one message alone.
    case refusedAlone(RefusedAlone)
    /// The same, for as long as that is waited for, and nobody else's message stands beside it: more must be read.
    case refusedWithoutOthers(RefusedAlone)
    /// A partition's log is not the one that the positions were written for.
    case foreignLog(topic: String, partition: Int32, reason: String)
    /// The database was brought to a shape that this build does not know.
    case schemaIsNewer(schema: String)
    /// Another process has taken the lease, since this one had not renewed it.
    case leaseLost(name: String)
    /// Positions lie before what this process had seen in effect: the database has lost its last commits, or an operator has
    /// asked for these messages again.
    case positionsWentBack([LostPosition])
    /// The database has not, or not all of, the tables of this service.
    case notMigrated(schema: String)
}

extension EngineError: CustomStringConvertible {
    /// A sentence that says what to do.
    public var description: String {
        switch self {
        case .noClock: "The database did not tell the time. Run 'keepsight migrate'."
        case .stateForgotten: "A household's state was forgotten while it was needed. The batch is tried again."
        case .refusedAlike(let reason):
            "A constraint refuses everybody's rows alike, so no message is given up for it: \(reason). Look at what was "
                + "changed in the schema; work goes on by itself when it is mended."
        case .refusedAlone(let finding), .refusedWithoutOthers(let finding): finding.description
        case .foreignLog(let topic, let partition, let reason):
            "Partition \(partition) of \(topic) is stopped: \(reason) No message of it is taken or skipped until an "
                + "operator has decided."
        case .notMigrated(let schema):
            "The database is missing tables of this version for \(schema). Run 'keepsight migrate' against it, then "
                + "start again."
        case .leaseLost(let name):
            "Another process has the lease '\(name)' now, since this one had hung. It waits for it again."
        case .positionsWentBack(let lost): lost.map(\.description).joined(separator: " ")
        case .schemaIsNewer(let schema):
            "The database has newer tables for \(schema) than this version knows: it was migrated for a version that is "
                + "to take this one's place. Finish that roll-out (replicas of before that are still running go on until "
                + "then), or start the version that the tables were made for. Nothing is lost meanwhile: what is not read waits."
        }
    }
}
