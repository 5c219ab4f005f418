-- These deliveries are one message from now on, by the number of the first; what was to go later goes with it.
UPDATE channel_delivery d
SET message = part.message, next_attempt_at = least(d.next_attempt_at, app.now())
FROM unnest($1::int8[], $2::int8[]) AS part (id, message)
WHERE d.id = part.id AND d.state = 'waiting' AND d.message IS NULL
