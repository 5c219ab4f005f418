-- When each agency was asked for its view on a version of a decision last.
SELECT agency, version, max(issued_at) AS last_asked_at
FROM told_notice
WHERE subject = $1 AND subject_kind = 'decision' AND kind = 'consultation-requested'
GROUP BY agency, version
