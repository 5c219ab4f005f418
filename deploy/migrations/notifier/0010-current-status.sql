-- Where children stand, told to an agency that has joined, is no matter that has versions or a matrix.
CREATE OR REPLACE VIEW told_matter AS
SELECT DISTINCT ON (n.subject_kind, n.subject, n.chosen_by)
    n.subject_kind, n.subject, coalesce(n.version, 0) AS version, n.kind, n.state, n.issued_at,
    count(*) OVER matter AS notices, count(n.acknowledged_at) OVER matter AS acknowledged
FROM notice n
WHERE n.subject_kind NOT IN ('agency', 'delay', 'current-status')
WINDOW matter AS (PARTITION BY n.subject_kind, n.subject, n.chosen_by)
ORDER BY n.subject_kind, n.subject, n.chosen_by, n.version DESC NULLS LAST, n.issued_at DESC;
