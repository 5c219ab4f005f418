-- Takes a lease that nobody holds: not renewed for so many seconds, or held by a connection that is gone. Where the
-- server does not tell when a connection began, since it is another role's, only the time counts. A clock that was set back
-- makes no lease last for ever. What is old is so at the moment at which `end-hung-holder.sql` has asked.
INSERT INTO lease AS held (name, holder, pid, backend_start, renewed_at)
SELECT $1::text, $2::uuid, own.pid, own.backend_start, clock_timestamp()
FROM pg_stat_get_activity(pg_backend_pid()) AS own
ON CONFLICT (name) DO UPDATE
SET holder = excluded.holder, pid = excluded.pid, backend_start = excluded.backend_start,
    renewed_at = excluded.renewed_at
WHERE abs(extract(epoch FROM now() - held.renewed_at)) > $3::float8
    OR NOT EXISTS (
        SELECT FROM pg_stat_get_activity(held.pid) AS other
        WHERE other.backend_start IS NULL OR other.backend_start = held.backend_start
    )
RETURNING name
