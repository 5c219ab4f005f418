-- The notices whose clocks have fallen due, of households that are locked.
SELECT n.notice, n.agency, n.kind, n.person, n.child_ref, n.decision, n.version, n.respond_by,
    n.acknowledged_at IS NOT NULL, n.issued_at, n.steps_taken, n.about, n.answered_at IS NOT NULL, n.referral, n.version
FROM deadline d
JOIN notice n ON n.notice = split_part(d.key, ':', 2)
WHERE d.household = ANY ($1::uuid[]) AND d.due_at <= app.now()
