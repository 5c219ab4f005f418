-- Whoever holds a lease: the relays that lead, and the carriers of deliveries.
SELECT count(pg_terminate_backend(a.pid))
FROM (
    SELECT pid, backend_start FROM referral_intake.lease
    UNION ALL SELECT pid, backend_start FROM mash_screener.lease
    UNION ALL SELECT pid, backend_start FROM escalation_tracker.lease
    UNION ALL SELECT pid, backend_start FROM notifier.lease
) AS held
JOIN pg_stat_activity a ON a.pid = held.pid AND a.backend_start = held.backend_start
