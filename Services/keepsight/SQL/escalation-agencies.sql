SELECT challenger, raised, open, upheld, changed, compromise, withdrawn, lapsed, lessons
FROM challenge_by_agency
ORDER BY challenger
