-- Without locks: the household's own lock comes first everywhere, and the deadlines are taken under it. A parked household's
-- wait with it, and those that could not be fired have their pause; both tables are as good as empty.
SELECT DISTINCT household, attempts
FROM (
    SELECT d.household, coalesce(a.attempts, 0) AS attempts
    FROM deadline d
    LEFT JOIN deadline_aside a ON a.household = d.household
    WHERE d.due_at <= app.now()
        AND (a.until IS NULL OR a.until <= app.now())
        AND NOT EXISTS (SELECT FROM parked_household p WHERE p.household = d.household)
    ORDER BY d.due_at
    LIMIT $1
) AS due
