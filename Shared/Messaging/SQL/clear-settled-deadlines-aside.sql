-- Of households that have nothing due any more: an event has cleared what could not be fired.
DELETE FROM deadline_aside a
WHERE NOT EXISTS (SELECT FROM deadline d WHERE d.household = a.household AND d.due_at <= app.now())
