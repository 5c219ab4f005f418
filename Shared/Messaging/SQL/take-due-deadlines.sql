-- Under the household's lock: what has been parked meanwhile keeps its deadlines.
DELETE FROM deadline d
WHERE d.household = ANY ($1::uuid[]) AND d.due_at <= app.now()
    AND NOT EXISTS (SELECT FROM parked_household p WHERE p.household = d.household)
RETURNING d.key, d.household, d.due_at, d.explanation
