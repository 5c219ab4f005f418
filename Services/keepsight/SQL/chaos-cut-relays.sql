SELECT count(pg_terminate_backend(l.pid))
FROM pg_locks l
WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
