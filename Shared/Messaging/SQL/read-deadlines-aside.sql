-- The households whose deadlines cannot be fired, the first one first, and how many there are.
SELECT household, code, reason, attempts, count(*) OVER ()
FROM deadline_aside
ORDER BY since, household
LIMIT 1
