DELETE FROM deadline
WHERE household = ANY ($1::uuid[]) AND due_at <= app.now()
RETURNING key, household, due_at
