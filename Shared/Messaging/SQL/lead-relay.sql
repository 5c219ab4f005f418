-- Session level: leadership lasts as long as the connection that also deletes what it has produced.
SELECT pg_try_advisory_lock(hashtextextended($1, 0))
