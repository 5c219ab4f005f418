-- The household that waits longest behind a message that could not be handled.
SELECT household, code, parked_at
FROM parked_household
ORDER BY parked_at, household
LIMIT 1
