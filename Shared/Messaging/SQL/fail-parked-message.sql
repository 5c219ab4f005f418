-- From now on the household waits behind this one.
WITH failed AS (
    UPDATE parked_message SET failed = true WHERE id = $1 RETURNING household, topic, partition, message_offset
)
UPDATE parked_household p
SET code = $2, reason = $3, topic = f.topic, partition = f.partition, message_offset = f.message_offset
FROM failed f
WHERE p.household = f.household
