-- From which ports the connections come that lead a relay.
SELECT DISTINCT a.client_port
FROM pg_locks l
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND a.client_port > 0
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1
