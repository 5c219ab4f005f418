import Contracts
import PostgresClient

/// The migrator's own statements. They stand here because they run before there is anything to read SQL files for.
enum MigrationSQL {
    /// One migrator at a time. Not for ever: another one may hang.
    static let lock = """
        SET search_path = public;
        SET client_min_messages = warning;
        SET lock_timeout = '60s';
        SELECT pg_advisory_lock(hashtextextended('keepsight/migrate', 0));
        """
    static let prepare = """
        CREATE SCHEMA IF NOT EXISTS app;
        CREATE TABLE IF NOT EXISTS app.keepsight_migration (
            schema_name text        NOT NULL,
            step        text        NOT NULL,
            checksum    text        NOT NULL,
            applied_at  timestamptz NOT NULL DEFAULT pg_catalog.now(),
            PRIMARY KEY (schema_name, step)
        );
        """
    static let unlock = "SELECT pg_advisory_unlock(hashtextextended('keepsight/migrate', 0));"
    static let readApplied = SQLStatement(
        name: "read_applied", "SELECT schema_name, step, checksum FROM app.keepsight_migration")
}

extension Migrator.Step {
    /// SHA-256 of the text, 64 hexadecimal digits.
    var checksum: String { SHA256.hexadecimal(of: Array(text.utf8), firstBytes: 32) }
}
