UPDATE channel_delivery d
SET state = done.state, attempts = done.attempts, reason = done.reason, status = done.status,
    next_attempt_at = done.next_attempt_at,
    settled_at = CASE WHEN done.state = 'waiting' THEN NULL ELSE app.now() END
FROM unnest(
    $1::int8[], $2::text[], $3::int4[], $4::text[], $5::int4[], $6::timestamptz[]
) AS done (id, state, attempts, reason, status, next_attempt_at)
WHERE d.id = done.id AND d.state = 'waiting'
