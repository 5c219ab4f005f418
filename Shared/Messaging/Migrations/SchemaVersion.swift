/// How many migrations a service of this build expects: it refuses to run against a database that has fewer or more.
/// A test holds these against `deploy/migrations`.
public enum SchemaVersion {
    /// Steps below `engine/`.
    public static let engine = 20

    /// Steps below the service's own folder.
    public static func own(of service: String) -> Int {
        switch service {
        case "notifier": 6
        case "referral-intake": 11
        case "escalation-tracker": 4
        default: 0
        }
    }

    /// What is wrong with a schema that has so many; `nil` if nothing is.
    static func problem(service: String, engine found: Int, own foundOwn: Int) -> EngineError? {
        let (expected, expectedOwn) = (engine, own(of: service))
        if found > expected || foundOwn > expectedOwn { return .schemaIsNewer(schema: Migrator.schema(of: service)) }
        if found < expected || foundOwn < expectedOwn { return .notMigrated(schema: Migrator.schema(of: service)) }
        return nil
    }
}
