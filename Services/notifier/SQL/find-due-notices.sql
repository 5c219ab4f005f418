-- The notices whose clocks have fallen due, of households that are locked.
SELECT n.notice, n.agency, n.kind, n.person, n.child_ref, n.decision, n.version, n.respond_by,
<<<<<<< HEAD
    n.acknowledged_at IS NOT NULL, n.issued_at, n.steps_taken, n.about
=======
    n.acknowledged_at IS NOT NULL, n.answered_at IS NOT NULL, n.referral
>>>>>>> 00d565e6d913de52d58555fefd61c3f61ed828a3
FROM deadline d
JOIN notice n ON n.notice = split_part(d.key, ':', 2)
WHERE d.household = ANY ($1::uuid[]) AND d.due_at <= app.now()
