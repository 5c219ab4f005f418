-- Locks the households, in one order everywhere, and those too that have no row yet: for a service that keeps no document.
-- A row that is there is locked and not written again.
INSERT INTO household_state AS known (household, version, state)
SELECT household, 1, ''::bytea
FROM unnest($1::uuid[]) AS wanted (household)
ORDER BY household
ON CONFLICT (household) DO UPDATE SET version = known.version WHERE false
