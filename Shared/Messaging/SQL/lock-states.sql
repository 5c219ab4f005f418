-- The documents of the next households, locked, so that nothing is said of them meanwhile.
SELECT household, state
FROM household_state
WHERE $1::uuid IS NULL OR household > $1
ORDER BY household
LIMIT $2
FOR UPDATE
