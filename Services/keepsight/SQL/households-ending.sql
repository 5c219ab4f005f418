-- The households with a deadline that is set, whose identifiers end so; more than a few are too many to tell apart.
SELECT DISTINCT household
FROM armed_deadline
WHERE right(replace(household::text, '-', ''), length($1)) = $1
LIMIT 10
