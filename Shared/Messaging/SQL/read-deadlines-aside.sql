-- The household whose deadlines cannot be fired for longest.
SELECT household, code, reason
FROM deadline_aside
ORDER BY since, household
LIMIT 1
