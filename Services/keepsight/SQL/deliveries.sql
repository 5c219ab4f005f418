-- What somebody must see to, or everything: what has failed, then what waits although its time has come, or after an attempt
-- that came to nothing; the latest first.
SELECT d.id, d.state, d.channel, d.agency, d.stage, d.role, d.address, d.attempts, d.reason, d.status,
    d.next_attempt_at, d.settled_at, d.notice, off.request, asked.requested_by, d.next_attempt_at < app.now()
FROM channel_delivery d
LEFT JOIN do_not_notify off ON off.id = d.suppressed_by
LEFT JOIN operator_request asked ON asked.id = off.request
WHERE $1 OR d.state = 'failed' OR (
    d.state = 'waiting' AND (d.reason IS NOT NULL OR d.next_attempt_at < app.now() - interval '1 minute')
)
ORDER BY NOT $1 AND d.state = 'failed' DESC, d.id DESC
LIMIT $2
