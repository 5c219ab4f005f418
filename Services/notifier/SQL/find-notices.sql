-- The notices, and those that they are reminders of, each with the latest version of its subject that was told of.
WITH named AS MATERIALIZED (SELECT * FROM notice WHERE notice = ANY ($1::text[])),
found AS (
    SELECT * FROM named
    UNION ALL
    SELECT n.* FROM named r JOIN notice n ON n.notice = r.about
)
SELECT notice, agency, chosen_by, children, subject, version, respond_by, acknowledged_at IS NOT NULL AS is_acknowledged,
    issued_at, steps_taken, about, answered_at IS NOT NULL AS is_answered, subject_kind,
    (
        SELECT max(l.version) FROM notice l
        WHERE l.subject = found.subject AND l.household = found.household AND l.subject_kind = found.subject_kind
            AND l.chosen_by IS NOT DISTINCT FROM found.chosen_by
    ) AS latest_version, kind, is_urgent, opened_because
FROM found
