-- The notices, and those that they are reminders of, each with the latest version of its decision that was told of.
WITH named AS MATERIALIZED (SELECT * FROM notice WHERE notice = ANY ($1::text[])),
found AS (
    SELECT * FROM named
    UNION ALL
    SELECT n.* FROM named r JOIN notice n ON n.notice = r.about
)
SELECT notice, agency, kind, person, child_ref, decision, version, respond_by, acknowledged_at IS NOT NULL, issued_at,
    steps_taken, about, answered_at IS NOT NULL, referral,
    (SELECT max(l.version) FROM notice l WHERE l.decision = found.decision AND l.household = found.household)
FROM found
