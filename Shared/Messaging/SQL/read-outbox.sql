-- The next rows above the floor, except those that the broker has already and whose deletion is pending, and those that
-- it refuses. Without the floor every read would walk over all that was deleted since the last vacuum.
SELECT id, topic, key, value, headers, reference, created_at
FROM outbox
WHERE id > $3 AND id <> ALL ($2::int8[]) AND topic <> ALL ($4::text[])
ORDER BY id
LIMIT $1
