-- The clocks of locked households that have not fallen due; those that have are for the sweeper.
SELECT key, household, due_at, explanation
FROM deadline
WHERE household = ANY ($1::uuid[]) AND due_at > app.now() AND ($2::text IS NULL OR starts_with(key, $2 || ':'))
ORDER BY household, key
