-- What somebody must see to, or everything: what has failed, then what waits although its time has come, or after an attempt
-- that came to nothing; the latest first. A line for each message, with how many notices it is about.
SELECT message, state, channel, agency, min(stage) AS stage, min(role) AS role, min(address) AS address,
    max(attempts) AS attempts, min(reason) AS reason, min(status) AS status, min(next_attempt_at) AS next_attempt_at,
    max(settled_at) AS settled_at, min(notice) AS notice, min(suppressed_by_request) AS suppressed_by_request,
    min(suppressed_by) AS suppressed_by, bool_or(next_attempt_at < app.now()) AS is_overdue, count(*) AS notices,
    min(pace) AS pace
FROM contact_delivery
WHERE $1 OR state = 'failed' OR (
    state = 'waiting' AND (reason IS NOT NULL OR next_attempt_at < app.now() - interval '1 minute')
)
GROUP BY message, state, channel, agency
ORDER BY NOT $1 AND state = 'failed' DESC, message DESC
LIMIT $2
