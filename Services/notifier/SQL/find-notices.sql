-- The notices, and those that they are reminders of, each with the latest version of its decision that was told of.
SELECT notice, agency, kind, person, child_ref, decision, version, respond_by, acknowledged_at IS NOT NULL, issued_at,
    steps_taken, about, answered_at IS NOT NULL, referral,
    (SELECT max(l.version) FROM notice l WHERE l.decision = notice.decision AND l.household = notice.household)
FROM notice
WHERE notice = ANY ($1::text[])
UNION ALL
SELECT n.notice, n.agency, n.kind, n.person, n.child_ref, n.decision, n.version, n.respond_by,
    n.acknowledged_at IS NOT NULL, n.issued_at, n.steps_taken, n.about, n.answered_at IS NOT NULL, n.referral,
    (SELECT max(l.version) FROM notice l WHERE l.decision = n.decision AND l.household = n.household)
FROM notice r
JOIN notice n ON n.notice = r.about
WHERE r.notice = ANY ($1::text[])
