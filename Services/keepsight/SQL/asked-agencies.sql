-- When each agency was asked for its view on a version of a decision, first and last.
SELECT agency, version, min(issued_at), max(issued_at)
FROM told_notice
WHERE subject = $1 AND subject_kind = 'decision' AND kind = 'consultation-requested'
GROUP BY agency, version
