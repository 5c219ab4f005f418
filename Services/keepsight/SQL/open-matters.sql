SELECT kind, subject, household, since, last_progress_at, breaches, app.now()
FROM open_matter
WHERE $1 = '' OR kind = $1
ORDER BY coalesce(last_progress_at, since), kind, subject
LIMIT $2
