-- The next rows, except those that the broker has already and whose deletion is pending.
SELECT id, topic, key, value, headers, reference, created_at
FROM outbox
WHERE id <> ALL ($2::int8[])
ORDER BY id
LIMIT $1
