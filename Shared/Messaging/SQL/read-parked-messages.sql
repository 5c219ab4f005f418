SELECT id, topic, partition, message_offset, key, value, headers, failed
FROM parked_message
WHERE household = $1
ORDER BY id
LIMIT $2
