-- Those named, or all that failed where none is named.
UPDATE channel_delivery
SET state = 'waiting', attempts = 0, next_attempt_at = app.now(), settled_at = NULL
WHERE state = 'failed' AND (id = ANY ($1::int8[]) OR cardinality($1::int8[]) = 0)
RETURNING id
