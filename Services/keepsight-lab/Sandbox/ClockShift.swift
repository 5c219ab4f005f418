import CommandRuntime
import PostgresClient
import ServiceRuntime

extension PostgresConnection {
    /// Between the writing of a new clock and the moment from which it counts. A commit takes milliseconds, on a machine that
    /// is busy with everything else as well perhaps a second.
    private static let clockNoticeSeconds = 5

    /// Lets every service of a sandbox see a clock that is so many days ahead; returns when it is.
    ///
    /// A transaction may ask for the time more than once, and must hear the same each time. So the new function, which is
    /// committed alone, counts for transactions that begin some seconds later: those know it from their first statement on.
    func moveClock(byDays days: Int) async throws {
        let notice = PostgresConnection.clockNoticeSeconds
        let since = SQLStatement(
            name: "clock_since", "SELECT clock_timestamp() + interval '\(notice) seconds' AS begins_at")
        let border = try await run(since).onlyRow().timestamp("begins_at")
        try await runScript(
            """
            CREATE OR REPLACE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
            RETURN pg_catalog.now() + CASE
                WHEN pg_catalog.now() < timestamptz 'epoch' + interval '\(border) microseconds' THEN interval '0'
                ELSE interval '\(days) days'
            END
            """)
        let wait = SQLStatement(
            name: "clock_wait",
            """
            SELECT left_over > interval '0' AS is_ahead, pg_sleep(extract(epoch FROM greatest(left_over, interval '0')))
            FROM (SELECT $1::timestamptz - clock_timestamp() AS left_over) AS border
            """)
        guard try await run(wait, [.timestamp(microsecondsSinceUnixEpoch: border)]).onlyRow().bool("is_ahead") else {
            throw CommandFailure(
                .failed,
                """
                The clock could not be moved: its commit took more than \(notice) s, so transactions may have heard two \
                times. The machine is too busy for this; let it do less, and run it again.
                """)
        }
    }
}
