-- From which ports the connections come that lead a relay, or carry deliveries.
SELECT DISTINCT a.client_port
FROM (
    SELECT pid, backend_start FROM referral_intake.lease
    UNION ALL SELECT pid, backend_start FROM mash_screener.lease
    UNION ALL SELECT pid, backend_start FROM escalation_tracker.lease
    UNION ALL SELECT pid, backend_start FROM notifier.lease
) AS held
JOIN pg_stat_activity a ON a.pid = held.pid AND a.backend_start = held.backend_start
WHERE a.client_port > 0
ORDER BY 1
