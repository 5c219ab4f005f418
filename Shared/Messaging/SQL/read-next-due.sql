-- How long until something is to be fired, in microseconds; nothing if nothing is. What is parked does not count, and what was
-- set aside counts from the end of its pause: else the sweeper would be told all the time that something is due.
SELECT (extract(epoch FROM min(due) - app.now()) * 1000000)::int8 AS microseconds
FROM (
    (
        SELECT d.due_at AS due
        FROM deadline d
        WHERE NOT EXISTS (SELECT FROM parked_household p WHERE p.household = d.household)
            AND NOT EXISTS (SELECT FROM deadline_aside a WHERE a.household = d.household)
        ORDER BY d.due_at
        LIMIT 1
    )
    UNION ALL
    SELECT greatest(a.until, (SELECT min(d.due_at) FROM deadline d WHERE d.household = a.household)) AS due
    FROM deadline_aside a
    WHERE EXISTS (SELECT FROM deadline d WHERE d.household = a.household)
        AND NOT EXISTS (SELECT FROM parked_household p WHERE p.household = a.household)
) AS next
