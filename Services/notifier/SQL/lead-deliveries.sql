-- Session level: one process at a time carries a channel's deliveries, as long as its connection lasts.
SELECT pg_try_advisory_lock(hashtextextended($1, 0))
