-- What anybody was told of, the latest first.
SELECT CASE WHEN subject_kind <> 'referral' THEN subject END AS decision,
    CASE WHEN subject_kind = 'referral' THEN subject END AS referral, version, kind, state, issued_at, notices, acknowledged
FROM told_matter
ORDER BY issued_at DESC
LIMIT $1
