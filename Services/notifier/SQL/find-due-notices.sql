-- The notices whose clocks have fallen due, of households that are locked.
SELECT n.notice, n.agency, n.chosen_by, n.children, n.subject, n.version, n.respond_by,
    n.acknowledged_at IS NOT NULL AS is_acknowledged, n.issued_at, n.steps_taken, n.about,
    n.answered_at IS NOT NULL AS is_answered, n.subject_kind, n.version AS latest_version, n.kind, n.is_urgent,
    n.opened_because
FROM deadline d
JOIN notice n ON n.notice = split_part(d.key, ':', 2)
WHERE d.household = ANY ($1::uuid[]) AND d.due_at <= app.now()
