-- What somebody must see to, or everything: what has failed, then what waits although its time has come, or after an attempt
-- that came to nothing; the latest first.
SELECT id, state, channel, agency, stage, role, address, attempts, reason, status, next_attempt_at, settled_at, notice,
    suppressed_by_request, suppressed_by, next_attempt_at < app.now()
FROM contact_delivery
WHERE $1 OR state = 'failed' OR (
    state = 'waiting' AND (reason IS NOT NULL OR next_attempt_at < app.now() - interval '1 minute')
)
ORDER BY NOT $1 AND state = 'failed' DESC, id DESC
LIMIT $2
