import PostgresClient

extension PostgresConfiguration {
    /// A service's connections: its own schema first, and plans that do not depend on what the tables held when they were
    /// made.
    ///
    /// Every statement of ours finds its rows by key. A planner that has not seen the tables grow (a queue is empty
    /// whenever it is analysed) takes a scan for cheaper, and keeps that plan; so scans and joins that read whole tables
    /// are made its last resort, and one plan serves every batch.
    public static func service(_ name: String, url: String) -> PostgresConfiguration {
        PostgresConfiguration(
            url: url, applicationName: name, schemaSearchPath: [Migrator.schema(of: name), "app"],
            serverSettings: [
                "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_hashjoin": "off",
                "enable_mergejoin": "off", "jit": "off",
            ])
    }
}
