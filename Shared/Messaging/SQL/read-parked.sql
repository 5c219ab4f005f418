-- Locked, so that a household is not released between this look and the keeping of what waits behind it.
SELECT household, topic, partition, message_offset
FROM parked_household
WHERE household = ANY ($1::uuid[])
ORDER BY household
FOR KEY SHARE
