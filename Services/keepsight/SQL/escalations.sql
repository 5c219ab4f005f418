-- Challenges, the first due first. A text picks those about that subject, and those whose identifier ends so.
SELECT escalation, subject_kind, subject, version, occasion, challenger, decider, ladder, urgent, stage, awaits, due_at,
    outcome, opened_at, closed_at, app.now()
FROM challenge
WHERE ($1 OR outcome IS NULL) AND ($2 = '' OR subject = $2 OR (length($2) >= 4 AND right(escalation, length($2)) = $2))
ORDER BY outcome IS NOT NULL, due_at, opened_at
LIMIT $3
