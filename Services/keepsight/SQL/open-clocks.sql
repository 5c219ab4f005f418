-- Deadlines that have not fallen due, page by page in the order of their keys.
SELECT key, household, due_at, explanation
FROM armed_deadline
WHERE key > $1 AND due_at > app.now()
    AND ($2::uuid IS NULL OR household = $2) AND ($3::text IS NULL OR starts_with(key, $3 || ':'))
ORDER BY key
LIMIT $4
