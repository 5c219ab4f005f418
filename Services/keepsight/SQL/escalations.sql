SELECT escalation, subject_kind, subject, version, occasion, challenger, decider, ladder, urgent, stage, awaits, due_at,
    outcome, opened_at, closed_at, app.now()
FROM escalation
WHERE ($1 OR outcome IS NULL) AND ($2 = '' OR subject = $2)
ORDER BY outcome IS NOT NULL, due_at, opened_at
LIMIT $3
