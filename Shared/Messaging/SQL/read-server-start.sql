-- By this a server is told from the one whose place it has taken. It counts from the start of the server's first process: a
-- session that is ended, or a child that crashes, leaves it as it is.
SELECT pg_postmaster_start_time() AS started_at
