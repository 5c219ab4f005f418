-- In one order everywhere. A household that has no row yet is guarded by the version that its first write expects.
SELECT household, version, state
FROM household_state
WHERE household = ANY ($1::uuid[])
ORDER BY household
FOR UPDATE
