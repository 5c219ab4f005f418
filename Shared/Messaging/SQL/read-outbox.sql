SELECT id, topic, key, value, headers, reference, created_at
FROM outbox
ORDER BY id
LIMIT $1
