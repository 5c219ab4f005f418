-- The next households that have clocks, in the order in which households are locked.
SELECT DISTINCT household
FROM deadline
WHERE ($1::uuid IS NULL OR household > $1) AND ($2::uuid IS NULL OR household = $2)
ORDER BY household
LIMIT $3
