SELECT challenger, raised, open, upheld, changed, compromise, withdrawn, lessons
FROM challenge_by_agency
ORDER BY challenger
