-- Ends the connection of a holder that has not renewed its lease for so many seconds, with all its locks. Only a connection of
-- this role, which is all that it may end. It asks at the same moment as `take-lease.sql`, which runs in the same transaction: a
-- lease that became old between the two would be taken while its old holder keeps its locks, and nobody would know of that any more.
SELECT pg_terminate_backend(other.pid)
FROM lease held, pg_stat_get_activity(held.pid) AS other
WHERE held.name = $1 AND abs(extract(epoch FROM now() - held.renewed_at)) > $2::float8
    AND other.backend_start = held.backend_start AND other.usesysid = current_user::regrole::oid
