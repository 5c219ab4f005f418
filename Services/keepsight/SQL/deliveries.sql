-- What somebody must see to, or everything; the latest first.
SELECT d.id, d.state, d.channel, d.agency, d.stage, d.role, d.address, d.attempts, d.reason, d.status,
    d.next_attempt_at, d.settled_at, d.notice, off.request, asked.requested_by
FROM channel_delivery d
LEFT JOIN do_not_notify off ON off.id = d.suppressed_by
LEFT JOIN operator_request asked ON asked.id = off.request
WHERE $1 OR d.state = 'failed'
ORDER BY d.id DESC
LIMIT $2
