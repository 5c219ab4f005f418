<<<<<<< HEAD
-- The notices, and those that they are reminders of.
SELECT notice, agency, kind, person, child_ref, decision, version, respond_by, acknowledged_at IS NOT NULL, issued_at,
    steps_taken, about
=======
SELECT notice, agency, kind, person, child_ref, decision, version, respond_by, acknowledged_at IS NOT NULL,
    answered_at IS NOT NULL, referral
>>>>>>> 00d565e6d913de52d58555fefd61c3f61ed828a3
FROM notice
WHERE notice = ANY ($1::text[])
UNION ALL
SELECT n.notice, n.agency, n.kind, n.person, n.child_ref, n.decision, n.version, n.respond_by,
    n.acknowledged_at IS NOT NULL, n.issued_at, n.steps_taken, n.about
FROM notice r
JOIN notice n ON n.notice = r.about
WHERE r.notice = ANY ($1::text[])
