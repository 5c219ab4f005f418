-- Lets the clocks of these notices fall due one after the other, so many microseconds apart, from a moment on. What the
-- moment is, and which clocks they were.
WITH chosen AS (
    SELECT key, row_number() OVER (ORDER BY key) - 1 AS place
    FROM notifier.deadline
    WHERE key = ANY ($1::text[])
), start AS (
    SELECT clock_timestamp() + interval '1 second' AS at
)
UPDATE notifier.deadline d
SET due_at = start.at + chosen.place * $2::int8 * interval '1 microsecond'
FROM chosen, start
WHERE d.key = chosen.key
RETURNING d.key, d.due_at
