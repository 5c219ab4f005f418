-- Those named with the message that each is part of, or all that failed where none is named; an answer for each message.
WITH again AS (
    UPDATE channel_delivery
    SET state = 'waiting', attempts = 0, next_attempt_at = app.now(), settled_at = NULL
    WHERE state = 'failed' AND (
        cardinality($1::int8[]) = 0 OR id = ANY ($1::int8[])
        OR message IN (SELECT named.message FROM channel_delivery named WHERE named.id = ANY ($1::int8[]))
    )
    RETURNING coalesce(message, id) AS message
)
SELECT DISTINCT message FROM again
