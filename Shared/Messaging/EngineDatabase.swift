import PostgresClient
import ServiceRuntime

extension PostgresConfiguration {
    /// What is wrong with the database's URL in the environment, if it is set and wrong. It is not repeated, since it has a
    /// password.
    public static func problem(in environment: [String: String]) -> String? {
        guard let url = environment["KEEPSIGHT_DATABASE_URL"], !url.isEmpty, !PostgresConfiguration(url: url).isReadable
        else { return nil }
        return SettingSyntax.sentence("KEEPSIGHT_DATABASE_URL", "give \(form)")
    }

    /// A service's connections: its own schema first, and plans that do not depend on what the tables held when they were
    /// made.
    ///
    /// Every statement of ours finds its rows by key. A planner that has not seen the tables grow (a queue is empty
    /// whenever it is analysed) takes a scan for cheaper, and keeps that plan; so scans and joins that read whole tables
    /// are made its last resort, and one plan serves every batch.
    ///
    /// Nothing waits for ever on somebody who hangs. A service that stands still in a transaction loses it, with its locks,
    /// after 15 s; whoever waits for a lock gives up after as long and tries again; a statement of ours takes milliseconds, so
    /// one of a minute is one that will not end. The server looks for a client that is gone without a word as a client looks
    /// for such a server (`PostgresConfiguration`), also while it works for it. A server that is frozen keeps none of these
    /// limits, so each connection has one of its own beyond them: `PostgresConfiguration.answerTimeoutMilliseconds`.
    public static func service(_ name: String, url: String) -> PostgresConfiguration {
        PostgresConfiguration(
            url: url, applicationName: name, schemaSearchPath: [Migrator.schema(of: name), "app"],
            serverSettings: [
                "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_hashjoin": "off",
                "enable_mergejoin": "off", "jit": "off",
                "lock_timeout": "\(longestLockWaitSeconds)s", "idle_in_transaction_session_timeout": "15s",
                "tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "4",
                "tcp_user_timeout": "30s", "client_connection_check_interval": "10s",
            ],
            statementTimeoutMilliseconds: 60_000)
    }

    /// How long a statement of a service waits for a lock.
    static let longestLockWaitSeconds = 15

    /// The same for what reads or empties whole tables, which may take its time.
    var forMaintenance: PostgresConfiguration {
        var configuration = self
        configuration.statementTimeoutMilliseconds = 300_000
        // It says by its own errors how it is; a statement of minutes is nothing to be unready for.
        configuration.exchanges = nil
        return configuration
    }
}
