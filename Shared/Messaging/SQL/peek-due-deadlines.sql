-- For a guard-off test: clocks that stay set although they fire.
SELECT key, household, due_at, explanation FROM deadline WHERE household = ANY ($1::uuid[]) AND due_at <= app.now()
