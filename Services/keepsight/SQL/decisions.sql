-- What anybody was told of, the latest first.
SELECT decision, referral, version, kind, state, issued_at, notices, acknowledged
FROM told_decision
ORDER BY issued_at DESC
LIMIT $1
