/// How many migrations of the engine's tables a service of this build expects; how many of its own, its `ServiceSpec` says. It
/// refuses to run against a database that has fewer or more. A test holds both against `deploy/migrations`.
public enum SchemaVersion {
    /// Steps below `engine/`.
    public static let engine = 22
}
