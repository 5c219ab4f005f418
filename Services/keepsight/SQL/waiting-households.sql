-- Every household that waits: behind which record since when and why, how many wait behind that, and what stands in it.
SELECT household, waiting, topic, partition, message_offset, parked_at, code, reason, value
FROM waiting_household
ORDER BY parked_at, household
